#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// Longest friendly name on the wire, in bytes of its percent-encoded form (MSNP2 draft, "Friendly names").
inline constexpr std::size_t max_encoded_name_bytes = 387;
/// Longest friendly name we take over, in bytes of UTF-8.
inline constexpr std::size_t max_name_bytes = 387;

/// Percent coding as MSNP uses it (RFC 1738 section 2.2 over UTF-8): all but letters, digits and `-._~` is encoded,
/// since old clients show raw UTF-8 wrongly.
[[nodiscard]] std::string percent_encode(std::string_view bytes);
/// Decodes once. A `%` without two hex digits behind it is kept as it is; `+` is a plus.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// A friendly name or the name of a contact group from a parameter: decoded, well-formed UTF-8 (malformed bytes become
/// U+FFFD) without control characters, at most `max_name_bytes`. May be empty.
[[nodiscard]] std::string parse_name(std::string_view param);
/// The parameter for such a name. Cleaned in the same way, and cut between code points at `max_encoded_name_bytes`;
/// empty when nothing is left, which no parameter can be.
[[nodiscard]] std::string format_name(std::string_view name);

}  // namespace patchcord::msn
