#include "msn/wire/file_invitation.hpp"

#include <charconv>

#include "chat_core/file_name.hpp"
#include "chat_core/utf8.hpp"
#include "msn/wire/base64.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t size_at = 8;  // in the structure of a Context
constexpr std::size_t name_at = 20;
constexpr std::size_t name_units = 260;  // of UTF-16, the final zero among them
constexpr std::size_t least_context = name_at + 2 * name_units;
constexpr std::size_t written_context = 574;  // of the second version, which all clients read

std::uint64_t read_number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

void append_number(std::string& bytes, std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8U * i) & 0xFFU);
}

bool is_high(char32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

bool is_low(char32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

/// The name in a Context, up to its first zero. Half a pair becomes U+FFFD.
std::string read_name(std::string_view bytes) {
    std::string name;
    for (std::size_t i = 0; i < name_units; ++i) {
        const auto unit = [&](std::size_t index) {
            return static_cast<char32_t>(read_number(bytes, name_at + 2 * index, 2));
        };
        char32_t code_point = unit(i);
        if (code_point == 0) break;
        if (is_high(code_point) && i + 1 < name_units && is_low(unit(i + 1))) {
            code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (unit(++i) - 0xDC00);
        }
        chat::append_utf8(name, code_point);
    }
    return name;
}

/// As UTF-16, cut before the unit that the final zero needs.
void append_name(std::string& bytes, std::string_view name) {
    for (std::size_t at = 0; at < name.size();) {
        const char32_t code_point = chat::next_code_point(name, at);
        const bool pair = code_point >= 0x10000;
        if (bytes.size() + (pair ? 4 : 2) > least_context - 2) return;
        append_number(bytes, pair ? 0xD800 + ((code_point - 0x10000) >> 10U) : code_point, 2);
        if (pair) append_number(bytes, 0xDC00 + ((code_point - 0x10000) & 0x3FFU), 2);
    }
}

std::optional<std::uint64_t> parse_size(std::string_view digits) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return size;
}

}  // namespace

std::optional<FileInvitation> parse_file_invitation(const MimeMessage& message) {
    const auto fields = parse_mime(message.body);
    if (!fields || !same_word(find_header(*fields, "Invitation-Command").value_or(""), "INVITE")) return std::nullopt;
    const auto name = find_header(*fields, "Application-File");
    if (!name) return std::nullopt;
    return FileInvitation{chat::clean_file_name(to_utf8(*name, {})),
                          parse_size(find_header(*fields, "Application-FileSize").value_or(""))};
}

std::optional<FileInvitation> parse_file_context(std::string_view context) {
    const auto bytes = decode_base64(context, least_context);
    if (!bytes || bytes->size() < least_context) return std::nullopt;
    return FileInvitation{chat::clean_file_name(read_name(*bytes)), read_number(*bytes, size_at, 8)};
}

std::string format_file_context(std::string_view name, std::uint64_t size) {
    std::string bytes;
    append_number(bytes, written_context, 4);
    append_number(bytes, 2, 4);  // the version
    append_number(bytes, size, 8);
    append_number(bytes, 1, 4);  // no preview
    append_name(bytes, chat::clean_file_name(name));
    bytes.resize(written_context - 4);
    append_number(bytes, 0xFFFF'FFFF, 4);
    return encode_base64(bytes);
}

std::string describe(const FileInvitation& file) {
    const std::string size = file.size ? " (" + chat::format_file_size(*file.size) + ")" : std::string();
    return "offers a file: " + file.name + size + ", which cannot be had in a conversation of several";
}

}  // namespace patchcord::msn
