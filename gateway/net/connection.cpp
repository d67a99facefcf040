#include "gateway/net/connection.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/memory_guard.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t first_send_queue = 16 * 1024;  // until the protocol says how much
constexpr std::size_t max_pieces = 64;
constexpr int reads_a_turn = 4;  // then the others have their turn
constexpr std::chrono::milliseconds flush_timeout{5'000};
constexpr std::chrono::milliseconds linger_timeout{2'000};
constexpr std::chrono::milliseconds drain_linger_timeout{200};
const chat::CloseReason server_stops{chat::CloseKind::shutdown, "the server stops"};

std::size_t bytes_of(const chat::WireBytes& bytes) {
    return bytes->size();
}

std::size_t bytes_of(std::string_view bytes) {
    return bytes.size();
}

}  // namespace

Connection::Connection(EventLoop& loop, Socket socket, const asio::ip::address& peer, std::unique_ptr<Stream> stream,
                       std::unique_ptr<chat::Protocol> protocol, chat::LogSink& log, ConnectionLimiter* limiter)
    : loop_(loop),
      socket_(std::move(socket)),
      outbox_(first_send_queue),
      stream_(std::move(stream)),
      protocol_(std::move(protocol)),
      log_(log),
      limiter_(limiter),
      began_(loop.now()),
      peer_(peer) {
    loop_.opened(*this);
}

Connection::~Connection() {
    loop_.closed();
}

/// A session's failure is its own: it ends, the others go on.
template <class Call>
bool Connection::guarded(const Call& call) {
    try {
        call();
        return true;
    } catch (const std::exception& error) {
        log_.log(chat::LogLevel::error, {}, "session failed",
                 {{"error", error.what()}, {"address", format_address(peer_)}});
        will_end({chat::CloseKind::failure, "session failed"});
        return false;
    }
}

void Connection::start(std::chrono::milliseconds handshake_timeout) {
    alive_ = shared_from_this();
    if (stream_ || proxy_gate_) {
        deadline_ = loop_.after(handshake_timeout, [this] {
            will_end({chat::CloseKind::timeout, "handshake timed out", key_of_door(door_, "tls.handshake_timeout")});
            end(std::make_error_code(std::errc::timed_out));
        });
    }
    shake_hands();
}

void Connection::shake_hands() {
    if (proxy_gate_ && !pass_proxy_gate()) return;
    const IoResult result = stream().handshake(socket_);
    switch (result.kind) {
        case IoResult::Kind::done: break;
        case IoResult::Kind::want_read: wait(Socket::wait_read); return;
        case IoResult::Kind::want_write: wait(Socket::wait_write); return;
        case IoResult::Kind::closed:
        case IoResult::Kind::failed:
            end(result.error ? result.error : std::make_error_code(std::errc::protocol_error));
            return;
        case IoResult::Kind::parted: part(result.error); return;
    }
    if (!learn_whom_it_speaks_for()) return;
    loop_.cancel(deadline_);
    state_ = State::open;
    made_ = true;
    if (!guarded([this] { protocol_->connection_made(*this); })) {
        end(std::make_error_code(std::errc::state_not_recoverable));
        return;
    }
    if (stream_) {
        readable();  // the first bytes may have come with the handshake
    } else {
        wait(Socket::wait_read);
    }
}

/// For the protocol this is the end; the peer has time to read the stream's last words.
void Connection::part(std::error_code why) {
    will_end(stream().why_parted());
    outbox_.clear();
    linger();
    finish(why);
}

void Connection::wait(Socket::wait_type what) {
    bool& waiting = what == Socket::wait_read ? waiting_read_ : waiting_write_;
    if (waiting || state_ == State::ended) return;
    waiting = true;
    socket_.async_wait(what, [self = shared_from_this(), what](const boost::system::error_code& error) {
        (what == Socket::wait_read ? self->waiting_read_ : self->waiting_write_) = false;
        if (self->state_ == State::ended) return;
        if (error) {
            self->end(error);
        } else if (self->state_ == State::handshake) {
            self->shake_hands();
        } else if (what == Socket::wait_read) {
            self->readable();
        } else {
            self->flush();
            self->tell_if_drained();
            // TLS may have had to write before it could read on.
            if (self->stream_ && self->state_ == State::open && self->reading_ && !self->waiting_read_)
                self->readable();
        }
    });
}

void Connection::readable() {
    if (state_ == State::lingering || state_ == State::flushing) {
        discard_input();
        return;
    }
    for (int reads = 0; reads < reads_a_turn; ++reads) {
        if (state_ != State::open || !reading_) return;
        const IoResult result = stream().read(socket_, loop_.read_buffer());
        switch (result.kind) {
            case IoResult::Kind::done:
                received_ += result.bytes;
                if (result.bytes > 0 && !take_input(result.bytes)) return;  // 0: the stream kept it for itself
                // A plain socket that gave less than it could is empty; TLS may hold more than the socket shows.
                if (!stream_ && result.bytes < EventLoop::read_bytes) {
                    if (state_ == State::open && reading_) wait(Socket::wait_read);
                    return;
                }
                break;
            case IoResult::Kind::want_read: wait(Socket::wait_read); return;
            case IoResult::Kind::want_write: wait(Socket::wait_write); return;
            case IoResult::Kind::closed:
            case IoResult::Kind::failed: end(result.error); return;
            case IoResult::Kind::parted: part(result.error); return;
        }
    }
    read_again_later();
}

void Connection::read_again_later() {
    asio::post(loop_.io(), [self = shared_from_this()] {
        if (self->state_ == State::open && self->reading_) self->readable();
    });
}

bool Connection::take_input(std::size_t bytes) {
    if (guarded([&] { protocol_->data_received({loop_.read_buffer().data(), bytes}); })) return true;
    end(std::make_error_code(std::errc::state_not_recoverable));
    return false;
}

template <class Bytes>
std::error_code Connection::queue(const Bytes& bytes) {
    if (state_ != State::open) return chat::Errc::client_gone;
    MemoryGuard* guard = loop_.memory_guard();
    if (is_behind() && guard != nullptr && guard->refuses_more()) return chat::Errc::send_queue_exceeded;
    if (!outbox_.push(bytes, loop_.turn())) return chat::Errc::send_queue_exceeded;
    const bool waits_settled = waiting_write_ && outbox_.settled();  // goes out when the socket takes it
    if (waits_settled) {
        loop_.put_by(bytes_of(bytes));
    } else {
        want_flush();
    }
    return {};
}

void Connection::want_flush() {
    if (std::exchange(flush_wanted_, true)) return;
    loop_.flush_later(shared_from_this());
}

std::error_code Connection::write(const chat::WireBytes& bytes) {
    return queue(bytes);
}

std::error_code Connection::write(std::string_view bytes) {
    return queue(bytes);
}

void Connection::flush() {
    flush_wanted_ = false;
    if (state_ != State::open && state_ != State::flushing) return;
    write_out();
    outbox_.settle();
    if (state_ == State::flushing && outbox_.empty()) linger();
}

void Connection::notify_when_drained() {
    drained_wanted_ = true;
    if (outbox_.empty()) want_flush();
}

void Connection::tell_if_drained() {
    if (!drained_wanted_ || state_ != State::open || !outbox_.empty()) return;
    drained_wanted_ = false;
    if (!guarded([this] { protocol_->drained(); })) end(std::make_error_code(std::errc::state_not_recoverable));
}

void Connection::write_out() {
    static thread_local std::vector<std::string_view> pieces;
    while (!outbox_.empty()) {
        outbox_.gather(pieces, max_pieces);
        const IoResult result = stream().write(socket_, pieces);
        switch (result.kind) {
            case IoResult::Kind::done:
                sent_ += result.bytes;
                outbox_.consume(result.bytes);
                break;
            case IoResult::Kind::want_write: wait(Socket::wait_write); return;
            case IoResult::Kind::want_read: wait(Socket::wait_read); return;
            case IoResult::Kind::closed:
            case IoResult::Kind::failed:
            case IoResult::Kind::parted: end(result.error); return;
        }
    }
}

void Connection::close(const chat::CloseReason& why) {
    if (state_ != State::open) return;
    will_end(why);
    state_ = State::flushing;
    deadline_ = loop_.after(flush_timeout, [this] { end({}); });
    want_flush();
}

void Connection::close_now(const chat::CloseReason& why) {
    will_end(why);
    end({});
}

/// All is sent. Closing now with unread input would make the kernel send a reset, which may overtake the last words.
void Connection::linger() {
    state_ = State::lingering;
    stream().say_goodbye();
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    loop_.cancel(deadline_);
    deadline_ = loop_.after(loop_.draining() ? drain_linger_timeout : linger_timeout, [this] { end({}); });
    wait(Socket::wait_read);
}

void Connection::discard_input() {
    for (int reads = 0; reads < reads_a_turn; ++reads) {
        const IoResult result = plain_stream().read(socket_, loop_.read_buffer());
        if (result.kind == IoResult::Kind::want_read) break;
        if (result.kind != IoResult::Kind::done) {
            // The peer is done sending; ours may still have to go out.
            if (state_ == State::lingering || result.kind == IoResult::Kind::failed) end({});
            return;
        }
    }
    wait(Socket::wait_read);
}

void Connection::end(std::error_code why) {
    if (state_ == State::ended) return;
    will_end_by(why);
    state_ = State::ended;
    report();
    loop_.cancel(deadline_);
    boost::system::error_code ignored;
    socket_.close(ignored);
    outbox_.clear();
    // Later, because this may be a call from inside the protocol.
    asio::post(loop_.io(), [self = std::move(alive_), why] {
        self->finish(why);
        if (self->limiter_ != nullptr) self->limiter_->released(self->peer_);
    });
}

void Connection::end_handshake() {
    if (state_ != State::handshake) return;
    will_end(server_stops);
    end({});
}

void Connection::shed() {
    will_end({chat::CloseKind::limit, "memory is short", "gateway.max_memory"});
    end(chat::Errc::send_queue_exceeded);
}

void Connection::abandon() {
    unlink();
    const std::shared_ptr<Connection> last = std::move(alive_);
    will_end(server_stops);
    if (std::exchange(state_, State::ended) != State::ended) report();
    boost::system::error_code ignored;
    socket_.close(ignored);
    finish({});
}

/// The first to know says why, and who it was while that is known.
void Connection::will_end(const chat::CloseReason& why) {
    if (end_) return;
    end_ =
        std::make_unique<ConnectionEnd>(ConnectionEnd{why.kind, std::string(why.words), std::string(why.rule), {}, {}});
    if (protocol_ && made_) end_->identity = protocol_->log_identity();
}

/// Nobody has said why.
void Connection::will_end_by(std::error_code why) {
    const bool not_understood = state_ == State::handshake && why == std::errc::protocol_error;
    const auto lost = not_understood ? chat::CloseKind::protocol : chat::CloseKind::lost;
    if (why) return will_end({lost, why.message()});
    will_end({chat::CloseKind::client, "closed by the peer"});
}

void Connection::report() {
    const asio::ip::address from = end_->spoke_for.value_or(peer_);
    report_end(log_, loop_.end_counters(), {door_, from, loop_.now() - began_, received_, sent_}, *end_);
}

/// The protocol's last call.
void Connection::finish(std::error_code why) {
    if (protocol_ && made_) guarded([&] { protocol_->connection_lost(why); });
    protocol_.reset();
}

void Connection::resume_reading() {
    if (reading_) return;
    reading_ = true;
    if (state_ == State::open) read_again_later();
}

}  // namespace patchcord::gateway
