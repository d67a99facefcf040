#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

/// What became of a read or a write that must not wait.
struct IoResult {
    enum class Kind { done, want_read, want_write, closed, failed };
    Kind kind = Kind::done;
    std::size_t bytes = 0;
    std::error_code error;
};

/// Bytes over a connected socket: plain, or through TLS.
class Stream {
  public:
    virtual ~Stream() = default;
    [[nodiscard]] virtual IoResult handshake(Socket& socket) = 0;
    [[nodiscard]] virtual IoResult read(Socket& socket, std::span<char> into) = 0;
    [[nodiscard]] virtual IoResult write(Socket& socket, std::span<const std::string_view> pieces) = 0;
    /// Says goodbye in the stream's own way, if it has one.
    virtual void say_goodbye() {}
    [[nodiscard]] virtual bool secure() const { return false; }
    /// SHA-256 of the peer's certificate, lower-case hex; empty without one.
    [[nodiscard]] virtual std::string fingerprint() const { return {}; }
};

/// The plain one; has no state, so one serves all connections.
[[nodiscard]] Stream& plain_stream();

}  // namespace patchcord::gateway
