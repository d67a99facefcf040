#include "msn/wire/field_text.hpp"

#include <algorithm>
#include <charconv>

#include "chat_core/utf8.hpp"

namespace patchcord::msn {
namespace {

constexpr bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == '\x7F';
}

}  // namespace

bool starts_with_word(std::string_view text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    return std::equal(prefix.begin(), prefix.end(), text.begin(), same_letter);
}

std::optional<std::uint32_t> parse_digits(std::string_view text, int base, std::size_t max_digits) {
    if (text.empty() || text.size() > max_digits) return std::nullopt;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string format_hex(std::uint32_t number) {
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    return {digits, end};
}

std::string one_line(std::string_view text) {
    std::string line;
    append_one_line(line, text);
    return line;
}

void append_one_line(std::string& out, std::string_view text) {
    const std::size_t first = out.size() + chat::printable_prefix(text);
    out += text;
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), is_control, ' ');
}

}  // namespace patchcord::msn
