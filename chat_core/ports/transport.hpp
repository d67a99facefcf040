#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/close_reason.hpp"
#include "chat_core/wire_bytes.hpp"

namespace patchcord::chat {

/// Who is at the other end of a stream.
struct PeerInfo {
    std::string address;             // numeric, without port; an IPv4-mapped IPv6 address reads as IPv4
    std::string fingerprint;         // SHA-256 of the TLS client certificate in lower-case hex; empty without one
    bool secure = false;             // TLS
    std::string local_address = {};  // numeric; the end the peer connected to
};

/// What became of the wish to count a connection elsewhere.
enum class Moved : std::uint8_t {
    done,
    not_an_address,  // or none that a client on another machine can have
    too_many,        // at the same time from there
    too_often,       // from there in a short time
};

/// One byte stream to one peer, as a protocol sees it.
class Transport {
  public:
    virtual ~Transport() = default;

    /// Queues bytes. Errors: `send_queue_exceeded` (nothing was queued; the caller should close), `client_gone`.
    virtual std::error_code write(const WireBytes& bytes) = 0;
    /// The same for bytes that only this peer is sent.
    virtual std::error_code write(std::string_view bytes) = 0;

    /// Sends what is queued, then closes. `why` is for the log; the first one counts. `Protocol::connection_lost`
    /// follows later, never from inside.
    virtual void close(const CloseReason& why) = 0;
    /// Closes without sending what is queued.
    virtual void close_now(const CloseReason& why) = 0;

    /// Back pressure: no more `data_received` until `resume_reading`.
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;

    /// How many bytes may wait to be sent before `write` refuses.
    virtual void set_send_queue_limit(std::size_t bytes) = 0;
    /// Bytes that wait to be sent.
    [[nodiscard]] virtual std::size_t send_queue_size() const = 0;
    /// Asks for one call of `Protocol::drained`, for whoever has more to send than should wait here.
    virtual void notify_when_drained() = 0;

    [[nodiscard]] virtual PeerInfo peer() const = 0;

    /// The peer speaks for somebody at `address` (numeric), who is the peer from now on: for limits, logs, and in
    /// `peer()`. `secure`: they reached the peer by TLS, which counts if this stream is secure, too. A certificate
    /// that the peer showed is not theirs. Unless it is done, nothing changes.
    [[nodiscard]] virtual Moved speaks_for(std::string_view address, bool secure);
};

/// Most streams have one peer for good.
inline Moved Transport::speaks_for(std::string_view, bool) {
    return Moved::not_an_address;
}

}  // namespace patchcord::chat
