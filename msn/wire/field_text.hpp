#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// What headers, body fields and Passport values of MSN have in common: `name: value` and lists with a separator.

/// `text` without spaces and tabs around it.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Are these the same word? Letters of ASCII count without case.
[[nodiscard]] bool same_word(std::string_view left, std::string_view right);

/// Does `text` begin with `prefix`, letters of ASCII without case?
[[nodiscard]] bool starts_with_word(std::string_view text, std::string_view prefix);

/// Takes the part up to `separator` off the front of `rest`, the separator too; all of it when there is none.
[[nodiscard]] std::string_view take_field(std::string_view& rest, char separator);

/// A number without sign or space in `base` (10 or 16), at most `max_digits` digits; nothing when it is not one.
[[nodiscard]] std::optional<std::uint32_t> parse_digits(std::string_view text, int base, std::size_t max_digits);

/// `number` in lower-case hexadecimal without leading zeros.
[[nodiscard]] std::string format_hex(std::uint32_t number);

/// `text` as it may stand in a header: each control of ASCII (CR, LF and NUL among them) became a space.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace patchcord::msn
