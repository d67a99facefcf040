#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Where something is over HTTP or HTTPS (RFC 3986), as far as a client needs it.
struct Url {
    bool secure = false;     ///< https
    std::string host;        ///< in lower case; a numeric IPv6 address without brackets
    std::uint16_t port = 0;  ///< never 0
    std::string target;      ///< path and query, which begins with `/`; nothing in it is decoded
    friend bool operator==(const Url&, const Url&) = default;
};

/// Longer ones, in bytes, are refused.
inline constexpr std::size_t max_url_bytes = 2048;

/// Reads `https://host[:port][/path][?query]`; a fragment is left out. Refused is what has another scheme, a user or
/// a password in it, a port outside 1 to 65535, or any byte that is not printable ASCII.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);
[[nodiscard]] std::string format_url(const Url& url);

/// Where a redirection from `base` leads: `location` is a URL, or a path that begins with one `/`.
[[nodiscard]] std::optional<Url> resolve_url(const Url& base, std::string_view location);

/// Host and port as in the header Host: the port only where it is not the scheme's own (RFC 9110 section 7.2).
[[nodiscard]] std::string format_authority(const Url& url);

/// Is it this machine: "localhost", or a numeric address of the loopback?
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace patchcord::gateway
