#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// What is known of a PROXY header, version 1 or 2, of whose beginning some bytes have come (HAProxy's "The PROXY
/// protocol").
struct ProxyHeader {
    enum class State { incomplete, complete, malformed };
    State state = State::malformed;
    /// While incomplete: so many bytes may be read next, and all of them belong to the header still.
    std::size_t wanted = 0;
    /// Once complete: whom the proxy speaks for, as a numeric address. Empty when it speaks for itself (LOCAL), or does
    /// not say so in words of the internet (UNKNOWN, UNSPEC, UNIX).
    std::string source = {};
};

/// The longest header that is taken, in bytes: what proxies tell beside the addresses (TLVs) is skipped, but not
/// without end.
inline constexpr std::size_t longest_proxy_header = 4096;

/// `begin` is all that has come so far, and no more than what was wanted.
[[nodiscard]] ProxyHeader parse_proxy_header(std::string_view begin);

}  // namespace patchcord::gateway
