#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Text as it may stand in one part of a URL's path, and in a parameter of a header (RFC 3986 section 2.3, RFC 8187):
/// all but letters, digits and `-._~` as `%XX`.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The reverse; nothing when a `%` is not followed by two digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// The value of `key` in the query of a URL; empty when there is none.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view key);

}  // namespace patchcord::gateway
