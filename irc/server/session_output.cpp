// What leaves a session: lines, replies, and the last line of all.

#include "irc/server/session.hpp"

namespace patchcord::irc {

void Session::limit_hit(Limit limit) {
    if (!limits_.note(limit, server_.metrics().limit_hits(limit), server_.log())) return;
    server_.log().log(chat::LogLevel::warn, log_name(), "limit hit",
                      {{"limit", limit_name(limit)}, {"nick", nick()}, {"address", peer().address}});
}

void Session::login_failed() {
    if (++failed_logins_ < options().max_failed_logins) return;
    close(Limit::failed_logins, "Too many wrong passwords");
}

void Session::close(Limit limit, std::string_view reason) {
    limit_hit(limit);
    const bool too_slow = limit == Limit::registration_timeout || limit == Limit::ping_timeout;
    close({too_slow ? chat::CloseKind::timeout : chat::CloseKind::limit, reason, limit_key(limit)});
}

void Session::close(std::string_view error, std::string_view quit_reason, const chat::CloseReason& log_reason) {
    if (state_ != State::open) return;
    end_label();
    state_ = State::closing;
    quit_reason_ = quit_reason;
    std::string out;
    LineBuilder line(out);
    if (has(Cap::server_time)) line.tag("time", server_.time_tag());
    line.command("ERROR").trailing("Closing Link: " + std::string(nick()) + " (" + std::string(error) + ")").finish();
    (void)transport_->write(std::string_view(out));
    transport_->close(log_reason);
    if (!server_.shutting_down()) log_out();  // else when all have been told, so that nobody hears of the others
}

std::error_code Session::deliver(std::string_view line) {
    if (state_ != State::open) return gone();
    if (collecting_) {
        label_->add(line);
        return {};
    }
    return check(transport_->write(line));
}

std::error_code Session::deliver(const chat::WireBytes& line) {
    if (state_ != State::open) return gone();
    if (collecting_) {
        label_->add(*line);
        return {};
    }
    return check(transport_->write(line));
}

std::error_code Session::gone() const {
    return limits_.has(Limit::sendq) ? chat::Errc::send_queue_exceeded : chat::Errc::client_gone;
}

std::error_code Session::check(std::error_code written) {
    if (!written) return {};
    const bool full = written == chat::Errc::send_queue_exceeded;
    if (full) limit_hit(Limit::sendq);
    state_ = State::closing;
    quit_reason_ = written.message();
    const std::string_view rule = full ? limit_key(Limit::sendq) : std::string_view();
    transport_->close_now({full ? chat::CloseKind::limit : chat::CloseKind::lost, quit_reason_, rule});
    return written;
}

void Session::begin_numeric(LineBuilder& line, Numeric numeric) const {
    line.source(server_.options().name).command(NumericText(numeric).view()).param(nick());
}

void Session::reply(Numeric numeric, std::initializer_list<std::string_view> params, std::string_view trailing) {
    emit([&](LineBuilder& line) {
        begin_numeric(line, numeric);
        for (const std::string_view param : params) line.param(param);
        line.trailing(trailing);
    });
}

void Session::reply(Numeric numeric, std::initializer_list<std::string_view> params) {
    emit([&](LineBuilder& line) {
        begin_numeric(line, numeric);
        for (const std::string_view param : params) line.param(param);
    });
}

void Session::standard_reply(std::string_view type, std::string_view command, std::string_view code,
                             std::initializer_list<std::string_view> context, std::string_view text) {
    emit([&](LineBuilder& line) {
        line.source(options().name);
        if (!has(Cap::standard_replies)) {
            line.command("NOTICE").param(nick()).trailing(text);
            return;
        }
        line.command(type).param(command).param(code);
        for (const std::string_view param : context) line.param(param);
        line.trailing(text);
    });
}

std::function<void(std::error_code)> Session::when_kept(std::string name,
                                                        void (*tell)(Session&, const std::string&, std::error_code)) {
    return [go_on = await_answer(), session = this, name = std::move(name), tell](std::error_code failed) {
        go_on([&] {
            if (tell != nullptr) tell(*session, name, failed);
        });
    };
}

bool Session::first_kept_for(const std::string& name) {
    constexpr std::size_t most = 100;  // names remembered; beyond it somebody is told again
    if (!kept_for_ || kept_for_->size() >= most) kept_for_ = std::make_unique<std::unordered_set<std::string>>();
    return kept_for_->insert(name).second;
}

}  // namespace patchcord::irc
