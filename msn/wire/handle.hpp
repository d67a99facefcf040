#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// Longest handle, in bytes (MSNP2 draft, "User handles").
inline constexpr std::size_t max_handle_bytes = 129;

/// The two sides of a handle's `@`. The views look into the handle.
struct HandleParts {
    std::string_view local;
    std::string_view domain;
    friend bool operator==(const HandleParts&, const HandleParts&) = default;
};

/// Reads a handle, `local@domain`, and gives it in lower case, since handles compare without case. Nothing if it is too
/// long or not one: the local part consists of dots and the characters of an RFC 5322 atom but `%`, and of ``[]\``, so
/// that every IRC nick can be one; the domain of labels of letters, digits and inner hyphens (RFC 1123 section 2.1).
[[nodiscard]] std::optional<std::string> parse_handle(std::string_view text);

/// Takes apart what `parse_handle` gave. Without an `@`, all is local.
[[nodiscard]] HandleParts split_handle(std::string_view handle);

/// The two sides as they may stand in `nick!user@host` elsewhere: without characters that have a meaning there, and cut
/// to what leaves room in a line.
[[nodiscard]] std::string clean_username(std::string_view local);
[[nodiscard]] std::string clean_host(std::string_view domain);

}  // namespace patchcord::msn
