#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/close_reason.hpp"
#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

enum class Refusal : std::uint8_t;

/// What became of a read or a write that must not wait.
struct IoResult {
    enum class Kind {
        done,
        want_read,
        want_write,
        closed,
        failed,
        parted,  // the stream is at its end, by its own rules: it says goodbye, and what else comes is of no interest
    };
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
    /// After the handshake: whom the peer, who has come as `peer`, spoke for in it. Asked once.
    [[nodiscard]] virtual std::optional<asio::ip::address> speaks_for(const asio::ip::address& peer);
    /// Of whom there are too many: the last words before the goodbye.
    virtual void turn_away(Refusal) {}
    /// Why it has parted.
    [[nodiscard]] virtual chat::CloseReason why_parted() const { return {chat::CloseKind::client, "parted"}; }
};

/// Most peers speak for themselves.
inline std::optional<asio::ip::address> Stream::speaks_for(const asio::ip::address&) {
    return std::nullopt;
}

/// The plain one; has no state, so one serves all connections.
[[nodiscard]] Stream& plain_stream();

}  // namespace patchcord::gateway
