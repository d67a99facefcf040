#include "msn/server/session.hpp"

#include <exception>

namespace patchcord::msn {

Session::Session(Server& server, std::string_view role, std::uint64_t number)
    : server_(server),
      role_(role),
      number_(number),
      framer_(Direction::to_server),
      bucket_(server.options().flood.burst) {}

Session::~Session() = default;

std::string Session::log_name() const {
    return std::string(role_) + "#" + std::to_string(number_);
}

void Session::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    transport.set_send_queue_limit(options().sendq);
    heard_ = server_.scheduler().now();
    server_.metrics().connections_total.add();
    server_.metrics().connections.add();
    login_timer_ = run_later(options().login_timeout, [this] {
        if (authenticated()) return;
        close(Limit::login_timeout, "login timed out");
    });
    opened();
}

void Session::data_received(std::string_view bytes) {
    if (!open()) return;
    heard_ = server_.scheduler().now();
    if (!authenticated()) {
        unauthenticated_bytes_ += bytes.size();
        if (unauthenticated_bytes_ > options().unauthenticated_bytes) {
            close(Limit::unauthenticated_bytes, "too many bytes before the login");
            return;
        }
    }
    framer_.feed(bytes);
    process_input();
    framer_.keep();
}

void Session::connection_lost(std::error_code) {
    leave();
    state_ = State::gone;
    server_.metrics().connections.add(-1);
}

/// The session's part in everything else ends; the connection may stand a moment longer to send what is queued.
void Session::leave() {
    if (std::exchange(left_, true)) return;
    server_.scheduler().cancel(login_timer_);
    server_.scheduler().cancel(flood_timer_);
    closed();
    alive_.reset();
}

void Session::process_input() {
    if (processing_) return;
    processing_ = true;
    Command command;
    while (open() && !suspended_ && !held()) {
        const chat::Now now = server_.scheduler().now();
        if (!bucket_.has(options().flood, now)) {
            if (framer_.ready()) hold_back();
            break;
        }
        const CommandFramer::Outcome outcome = framer_.next(command);
        if (outcome == CommandFramer::Outcome::nothing) break;
        (void)bucket_.take(options().flood, now);
        if (outcome == CommandFramer::Outcome::bad) {
            bad_stream();
            break;
        }
        server_.metrics().commands_received.add();
        guarded([&] { run_command(command); });
    }
    processing_ = false;
    if (open()) pause_or_resume();
}

void Session::pause_or_resume() {
    const std::size_t readq = options().readq;
    const bool full = framer_.pending() > readq && (suspended_ || flood_timer_);
    if ((full || held()) && !std::exchange(reading_paused_, true)) {
        transport_->pause_reading();
    } else if (reading_paused_ && !held() && framer_.pending() <= readq / 2) {
        reading_paused_ = false;
        transport_->resume_reading();
    }
}

/// Later, because this may be a call from inside of a command.
void Session::hold_input(bool hold) {
    if (!open()) return;
    if (hold) {
        ++holds_;
        return pause_or_resume();
    }
    if (--holds_ > 0) return;
    run_later(std::chrono::milliseconds(0), [this] {
        process_input();
        framer_.keep();
    });
}

void Session::drained() {
    if (open()) guarded([this] { sent_all(); });
}

/// Commands wait until there are tokens again; what does not fit waits at the client's end.
void Session::hold_back() {
    limit_hit(Limit::flood);
    server_.scheduler().cancel(flood_timer_);
    flood_timer_ = run_later(bucket_.wait(options().flood), [this] {
        flood_timer_ = {};
        process_input();
        framer_.keep();
    });
}

void Session::bad_stream() {
    const FramingError error = framer_.error();
    if (server_.log().enabled(chat::LogLevel::warn)) {
        server_.log().log(chat::LogLevel::warn, log_name(), "bad input",
                          {{"why", describe(error)}, {"address", peer().address}});
    }
    if (error == FramingError::line_too_long) return close(Limit::line_length, describe(error));
    if (error == FramingError::payload_too_long) return close(Limit::payload_size, describe(error));
    close({chat::CloseKind::protocol, describe(error)});
}

void Session::resume() {
    suspended_ = false;
    process_input();
    framer_.keep();
}

void Session::guarded(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::exception& error) {
        server_.log().log(chat::LogLevel::error, log_name(), "session failed", {{"error", error.what()}});
        close({chat::CloseKind::failure, "internal error"});
    }
}

chat::TimerId Session::run_later(std::chrono::milliseconds delay, std::function<void()> then) {
    return server_.scheduler().after(delay, [alive = std::weak_ptr<char>(alive_), this, then = std::move(then)] {
        if (!alive.expired() && open()) guarded(then);
    });
}

std::error_code Session::send(const chat::WireBytes& commands) {
    if (!open()) return chat::Errc::client_gone;
    return check(transport_->write(commands));
}

std::error_code Session::send(std::string_view commands) {
    if (!open()) return chat::Errc::client_gone;
    return check(transport_->write(commands));
}

std::error_code Session::check(std::error_code written) {
    if (!written) return {};
    const bool full = written == chat::Errc::send_queue_exceeded;
    if (full) limit_hit(Limit::sendq);
    state_ = State::closing;
    const std::string_view rule = full ? limit_key(Limit::sendq) : std::string_view();
    transport_->close_now({full ? chat::CloseKind::limit : chat::CloseKind::lost, written.message(), rule});
    // Not at once: whoever sends may be in the middle of telling others.
    server_.scheduler().after(std::chrono::milliseconds(0), [alive = std::weak_ptr<char>(alive_), this] {
        if (!alive.expired()) leave();
    });
    return written;
}

void Session::error(ErrorCode code, std::string_view trid) {
    emit([&](CommandBuilder& builder) { builder.verb(code).param(trid).finish(); });
}

void Session::close(Limit limit, std::string_view log_reason) {
    limit_hit(limit);
    const bool too_slow = limit == Limit::login_timeout || limit == Limit::silence_timeout;
    close({too_slow ? chat::CloseKind::timeout : chat::CloseKind::limit, log_reason, limit_key(limit)});
}

void Session::close(const chat::CloseReason& log_reason) {
    if (!open()) return;
    state_ = State::closing;
    transport_->close(log_reason);
    leave();
}

void Session::limit_hit(Limit limit) {
    if (!limits_.note(limit, server_.metrics().limit_hits(limit), server_.log())) return;
    server_.log().log(chat::LogLevel::warn, log_name(), "limit hit",
                      {{"limit", limit_name(limit)}, {"address", peer().address}});
}

}  // namespace patchcord::msn
