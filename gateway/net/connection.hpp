#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "chat_core/outbox.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "gateway/net/asio.hpp"
#include "gateway/net/connection_end.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/stream.hpp"

namespace patchcord::gateway {

/// A connection, accepted or opened: the Transport of its protocol.
///
/// Waits for readiness and has no buffer of its own, so that an idle one costs a few hundred bytes: it reads into the
/// loop's buffer and holds output only while there is some.
class Connection final : public chat::Transport,
                         public std::enable_shared_from_this<Connection>,
                         public ConnectionHook {
  public:
    /// `stream` is null for plain text. `limiter` has admitted the peer and is told when all is over; null for a
    /// connection that we opened.
    Connection(EventLoop& loop, Socket socket, const asio::ip::address& peer, std::unique_ptr<Stream> stream,
               std::unique_ptr<chat::Protocol> protocol, chat::LogSink& log, ConnectionLimiter* limiter);
    ~Connection() override;

    /// For the line in the log that tells of its end.
    void set_door(Door door) { door_ = door; }
    /// The peer is a proxy that says in a PROXY header, before anything else, whom it speaks for. `refuse` has the last
    /// words for somebody of whom there are too many.
    void expect_proxy_header(std::function<std::string(Refusal)> refuse);
    /// Begins: the header and the handshake first, if there are any, with a deadline for both.
    void start(std::chrono::milliseconds handshake_timeout);
    /// Ends if the handshake is still going on.
    void end_handshake();
    /// Does much wait, because the peer takes nothing? Not of somebody to whom much was written in this turn.
    [[nodiscard]] bool is_behind() const { return waiting_write_ && outbox_.size() >= EventLoop::long_queue; }
    /// Ends at once, for the memory that its queue takes.
    void shed();
    /// The loop runs no more: ends without waiting for anything.
    void abandon();
    /// Writes what is queued, as far as the peer takes it.
    void flush();
    /// Tells a protocol that has more to send when all is sent. Apart from `flush`, see EventLoop::flush.
    void tell_if_drained();

    std::error_code write(const chat::WireBytes& bytes) override;
    std::error_code write(std::string_view bytes) override;
    void close(const chat::CloseReason& why) override;
    void close_now(const chat::CloseReason& why) override;
    void pause_reading() override { reading_ = false; }
    void resume_reading() override;
    void set_send_queue_limit(std::size_t bytes) override { outbox_.set_limit(bytes); }
    [[nodiscard]] std::size_t send_queue_size() const override { return outbox_.size(); }
    void notify_when_drained() override;
    [[nodiscard]] chat::PeerInfo peer() const override;
    [[nodiscard]] chat::Moved speaks_for(std::string_view address, bool secure) override;

  private:
    enum class State : unsigned char { handshake, open, flushing, lingering, ended };
    struct ProxyGate {
        std::function<std::string(Refusal)> refuse;
        std::string header;
    };

    [[nodiscard]] Stream& stream() { return stream_ ? *stream_ : plain_stream(); }
    template <class Bytes>
    std::error_code queue(const Bytes& bytes);
    template <class Call>
    bool guarded(const Call& call);
    void want_flush();
    void write_out();
    [[nodiscard]] bool pass_proxy_gate();
    [[nodiscard]] bool end_of_header(const std::string& source);
    void shake_hands();
    [[nodiscard]] bool learn_whom_it_speaks_for();
    [[nodiscard]] std::optional<Refusal> move_to(const asio::ip::address& from);
    void part(std::error_code why);
    void will_end(const chat::CloseReason& why);
    void will_end_by(std::error_code why);
    void report();
    void wait(Socket::wait_type what);
    void readable();
    void read_again_later();
    bool take_input(std::size_t bytes);
    void discard_input();
    void linger();
    void end(std::error_code why);
    void finish(std::error_code why);

    EventLoop& loop_;
    Socket socket_;
    chat::Outbox outbox_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<chat::Protocol> protocol_;
    chat::LogSink& log_;
    ConnectionLimiter* limiter_;
    std::unique_ptr<ProxyGate> proxy_gate_;  // until the header has come
    std::shared_ptr<Connection> alive_;      // itself, until the end
    std::unique_ptr<ConnectionEnd> end_;     // once it is known
    chat::Now began_;
    std::uint64_t received_ = 0;
    std::uint64_t sent_ = 0;
    chat::TimerId deadline_;
    asio::ip::address peer_;
    Door door_ = Door::irc;
    State state_ = State::handshake;
    bool reading_ = true;
    bool waiting_read_ = false;
    bool waiting_write_ = false;
    bool flush_wanted_ = false;
    bool drained_wanted_ = false;  // the protocol has more to send
    bool made_ = false;            // the protocol was told of the connection
    bool for_another_ = false;     // the stream is a gateway's, the peer is whom it speaks for ...
    bool other_secure_ = false;    // ... and who reached it by TLS
};

}  // namespace patchcord::gateway
