#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// What headers, body fields and Passport values of MSN have in common: `name: value` and lists with a separator.

/// `text` without spaces and tabs around it.
[[nodiscard]] inline std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Is it the same character? Letters of ASCII count without case.
[[nodiscard]] constexpr bool same_letter(char left, char right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(left) == lower(right);
}

/// Does `text` begin with `prefix`, letters of ASCII without case?
[[nodiscard]] bool starts_with_word(std::string_view text, std::string_view prefix);

/// Are these the same word, letters of ASCII without case? Quick to say no, which is what most are told.
[[nodiscard]] inline bool same_word(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    if (!left.empty() && !same_letter(left.front(), right.front())) return false;
    return left == right || starts_with_word(left, right);
}

/// Takes the part up to `separator` off the front of `rest`, the separator too; all of it when there is none.
[[nodiscard]] inline std::string_view take_field(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return field;
}

/// A number without sign or space in `base` (10 or 16), at most `max_digits` digits; nothing when it is not one.
[[nodiscard]] std::optional<std::uint32_t> parse_digits(std::string_view text, int base, std::size_t max_digits);

/// `number` in lower-case hexadecimal without leading zeros.
[[nodiscard]] std::string format_hex(std::uint32_t number);

/// `text` as it may stand in a header: each control of ASCII (CR, LF and NUL among them) became a space.
[[nodiscard]] std::string one_line(std::string_view text);
void append_one_line(std::string& out, std::string_view text);

}  // namespace patchcord::msn
