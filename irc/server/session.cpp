#include "irc/server/session.hpp"

#include <exception>

#include "chat_core/error.hpp"
#include "chat_core/utf8.hpp"
#include "irc/server/client_batch.hpp"
#include "irc/server/command_table.hpp"
#include "irc/server/dcc_offers.hpp"
#include "irc/server/person.hpp"
#include "irc/server/registration.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t max_label_bytes = 64;  // IRCv3 labeled-response
constexpr char tls_handshake_record = 0x16;  // RFC 8446 section 5.1

/// Says that input is being processed, however that ends.
class Processing {
  public:
    explicit Processing(bool& flag) : flag_(flag) { flag_ = true; }
    ~Processing() { flag_ = false; }
    Processing(const Processing&) = delete;
    Processing& operator=(const Processing&) = delete;

  private:
    bool& flag_;
};

/// What others read of somebody who has not said why they leave.
std::string words_for_loss(std::error_code why) {
    if (why == chat::Errc::send_queue_exceeded) return why.message();
    return why ? "Connection lost" : "Connection closed";
}

}  // namespace

Session::Session(Server& server, std::uint64_t number)
    : server_(server),
      number_(number),
      framer_(server.options().readq),
      bucket_(server.options().flood.burst),
      registration_(std::make_unique<Registration>()) {}

Session::~Session() {
    if (transport_ != nullptr) server_.session_closed(*this);
}

std::string Session::log_name() const {
    return "irc#" + std::to_string(number_);
}

bool Session::logged_in() const {
    return person_ != nullptr && person_->user() != nullptr;
}

chat::LogIdentity Session::log_identity() const {
    const std::string_view called = nick();
    return {log_name(), called == "*" ? std::string() : std::string(called)};
}

std::string_view Session::nick() const {
    if (registered()) return person_->user() == nullptr ? std::string_view("*") : std::string_view(user().name());
    return registration_->nick.name().empty() ? std::string_view("*") : std::string_view(registration_->nick.name());
}

void Session::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    server_.session_opened(*this);
    transport.set_send_queue_limit(options().sendq);
    heard_ = server_.scheduler().now();
    schedule_liveness(options().registration_timeout);
}

void Session::data_received(std::string_view bytes) {
    if (state_ != State::open) return;
    heard_ = server_.scheduler().now();
    pinged_ = false;
    if (!registered() && registration_->lines == 0 && bytes.starts_with(tls_handshake_record)) {
        close({chat::CloseKind::protocol, "This port speaks plain text, not TLS"});
        return;
    }
    framer_.feed(bytes);
    process_input();
    framer_.keep();
}

void Session::connection_lost(std::error_code why) {
    state_ = State::gone;
    server_.scheduler().cancel(liveness_timer_);
    server_.scheduler().cancel(flood_timer_);
    lost_ = lost_ || static_cast<bool>(why);
    if (batch_) server_.scheduler().cancel(batch_->timeout);
    if (contacts_) server_.scheduler().cancel(contacts_->timer);
    if (quit_reason_.empty()) quit_reason_ = words_for_loss(why);
    log_out();
}

void Session::log_out() {
    while (monitored_ && !monitored_->empty()) unmonitor(std::string(*monitored_->begin()));
    if (!std::exchange(logged_out_, true)) {
        server_.session_left(*this);
        if (person_) note_seen(*this);
    }
    if (registration_) registration_->nick.release();
    if (person_) person_->detach(*this, quit_reason_);
}

void Session::process_input() {
    if (processing_) return;
    const Processing now(processing_);
    std::string_view line;
    while (state_ == State::open && !suspended_ && framer_.ready()) {
        if (!bucket_.take(options().flood, server_.scheduler().now())) {
            hold_back();
            break;
        }
        switch (framer_.next(line)) {
            case LineFramer::Outcome::line: run_line(line); break;
            case LineFramer::Outcome::too_long:
                limit_hit(Limit::line_length);
                reply(Numeric::err_inputtoolong, {}, "Input line was too long");
                break;
            case LineFramer::Outcome::overrun: overrun(); break;
            case LineFramer::Outcome::nothing: break;
        }
    }
    if (framer_.pending() == 0) ahead_since_.reset();
    if (suspended_ && framer_.pending() > options().readq && !reading_paused_) {
        transport_->pause_reading();
        reading_paused_ = true;
    }
    if (reading_paused_ && state_ == State::open && framer_.pending() <= options().readq / 2) {
        transport_->resume_reading();
        reading_paused_ = false;
    }
}

void Session::overrun() {
    close(Limit::readq, "ReadQ exceeded");
}

/// Lines wait until there are tokens again. What does not fit waits in the kernel and at the client's end.
void Session::hold_back() {
    limit_hit(Limit::flood);
    server_.scheduler().cancel(flood_timer_);
    flood_timer_ = run_later(bucket_.wait(options().flood), [this] {
        heard_ = server_.scheduler().now();  // it may not be read from, so its silence is not its own
        check_flood_timeout();
        process_input();
        framer_.keep();
    });
    if (framer_.pending() <= options().readq) return;
    if (!ahead_since_) ahead_since_ = std::make_unique<chat::Now>(server_.scheduler().now());
    if (std::exchange(reading_paused_, true)) return;
    transport_->pause_reading();
}

void Session::check_flood_timeout() {
    if (!ahead_since_ || server_.scheduler().now() - *ahead_since_ < options().flood_timeout) return;
    close(Limit::flood_closed, "Excess Flood");
}

void Session::run_line(std::string_view line) {
    server_.metrics().lines_received.add();
    if (!registered() && !spend_registration_line()) return;
    if (line.find_first_not_of(' ') == std::string_view::npos) return;
    if (has_unsafe_byte(line)) {
        server_.metrics().rejected_lines.add();
        reply(Numeric::err_unknownerror, {"*"}, "A line may not hold CR or NUL");
        return;
    }
    const std::optional<Message> message = parse_message(line);
    if (!message || take_batch_line(*message, line)) return;
    begin_label(*message);
    if (chat::is_valid_utf8(line)) {
        run_message(*message);
    } else {
        const bool named = find_command(message->command) != nullptr;
        // The one standard reply that all clients are sent: a NOTICE would not stop them (IRCv3 UTF8ONLY).
        emit([&](LineBuilder& reply) {
            reply.source(options().name).command("FAIL").param(named ? message->command : "*").param("INVALID_UTF8");
            reply.trailing("Message rejected, your IRC software must use UTF-8 encoding on this network");
        });
    }
    if (suspended_) {
        collecting_ = false;  // what comes meanwhile is no part of the reply
    } else {
        end_label();
    }
}

bool Session::spend_registration_line() {
    if (++registration_->lines <= options().registration_lines) return true;
    close(Limit::registration_lines, "Too many lines before registration");
    return false;
}

void Session::run_message(const Message& message) {
    const CommandInfo* command = find_command(message.command);
    if (command == nullptr) {
        if (!registered() && is_http_verb(message.command)) {
            close({chat::CloseKind::protocol, "This is not an HTTP server"});
            return;
        }
        if (!registered()) {
            reply(Numeric::err_notregistered, {}, "You have not registered");
        } else {
            reply(Numeric::err_unknowncommand, {message.command}, "Unknown command");
        }
        return;
    }
    if (command->stage != Stage::any && !registered()) {
        reply(Numeric::err_notregistered, {}, "You have not registered");
        return;
    }
    if (command->stage == Stage::oper && !user().flags().gateway_operator) {
        reply(Numeric::err_noprivileges, {}, "Permission Denied- You're not an IRC operator");
        return;
    }
    if (message.params().size() < command->min_params) {
        reply(Numeric::err_needmoreparams, {command->name}, "Not enough parameters");
        return;
    }
    if (person_) person_->note_active(*this);
    if (command->cost > 1) charge(command->cost - 1);
    command->run(*this, message);
}

void Session::begin_label(const Message& message) {
    if (!has(Cap::labeled_response) || !has(Cap::batch) || message.tags.empty()) return;
    const std::optional<std::string> label = find_tag(message.tags, "label");
    if (!label || label->empty() || label->size() > max_label_bytes || !chat::is_valid_utf8(*label)) return;
    label_ = std::make_unique<LabelledReply>(*label, "l" + std::to_string(number_));
    collecting_ = true;
}

void Session::end_label() {
    if (!label_) return;
    collecting_ = false;
    const std::unique_ptr<LabelledReply> label = std::move(label_);
    if (state_ != State::open) return;
    deliver(label->finish(options().name, has(Cap::server_time) ? server_.time_tag() : std::string_view()));
    if (held_ && held_->replays == 0) release_held();
}

void Session::suspend() {
    suspended_ = true;
}

void Session::resume() {
    suspended_ = false;
    end_label();
    process_input();
    framer_.keep();
}

std::function<void(const std::function<void()>&)> Session::await_answer() {
    ++awaited_;
    suspend();
    // The answer comes later, when this session may be gone: only the server knows.
    return [&server = server_, session = this, number = number_](const std::function<void()>& rest) {
        if (server.is_open(session, number)) session->answer_came(rest);
    };
}

/// A command may have several targets: it ends with the last answer, and with the end of what is being streamed.
void Session::answer_came(const std::function<void()>& rest) {
    if (--awaited_ == 0 && !stream_) {
        continue_command(rest);
    } else if (state_ == State::open) {
        collecting_ = label_ != nullptr;
        guarded(rest);
        collecting_ = false;
    }
}

void Session::stream(std::function<bool()> step) {
    if (stream_) {
        *stream_ = [first = std::move(*stream_), then = std::move(step), on_first = true]() mutable {
            if (!on_first) return then();
            on_first = first();
            return true;
        };
        return;
    }
    stream_ = std::make_unique<std::function<bool()>>(std::move(step));
    suspend();
    // Not at once: the command in hand has to end first. What flood control holds back is taken up afterwards.
    server_.scheduler().cancel(flood_timer_);
    flood_timer_ = run_later(std::chrono::milliseconds(0), [this] { run_stream(); });
}

void Session::run_stream() {
    if (state_ != State::open) return;
    constexpr std::chrono::milliseconds pause{50};
    while (transport_->send_queue_size() < options().sendq / 4) {
        collecting_ = label_ != nullptr;
        const bool more = (*stream_)();
        if (state_ != State::open) return;
        if (!more) {
            stream_.reset();
            collecting_ = false;
            if (awaited_ == 0) resume();
            return;
        }
        if (label_) {
            collecting_ = false;
            deliver(label_->take(options().name, has(Cap::server_time) ? server_.time_tag() : std::string_view()));
        }
    }
    collecting_ = false;
    flood_timer_ = run_later(pause, [this] { run_stream(); });
}

void Session::guarded(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::exception& error) {
        server_.log().log(chat::LogLevel::error, log_name(), "session failed", {{"error", error.what()}});
        close({chat::CloseKind::failure, "Internal error"});
    }
}

/// Not once it is closing: whoever it was may be gone by then.
chat::TimerId Session::run_later(std::chrono::milliseconds delay, std::function<void()> then) {
    return server_.scheduler().after(delay, [this, then = std::move(then)] {
        if (state_ == State::open) guarded(then);
    });
}

void Session::schedule_liveness(std::chrono::milliseconds delay) {
    liveness_timer_ = run_later(delay, [this] { check_liveness(); });
}

void Session::check_liveness() {
    if (state_ != State::open) return;
    if (!registered()) {
        close(Limit::registration_timeout, "Registration timed out");
        return;
    }
    const auto silent = server_.scheduler().now() - heard_;
    if (silent < options().ping_interval) {
        pinged_ = false;
        schedule_liveness(options().ping_interval - silent);
    } else if (!pinged_) {
        pinged_ = true;
        emit([&](LineBuilder& line) { line.command("PING").trailing(options().name); });
        schedule_liveness(options().ping_timeout);
    } else {
        lost_ = true;
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(options().ping_interval + options().ping_timeout);
        close(Limit::ping_timeout, "Ping timeout: " + std::to_string(seconds.count()) + " seconds");
    }
}

std::string Session::take_label() {
    collecting_ = false;
    const std::unique_ptr<LabelledReply> label = std::move(label_);
    return label == nullptr ? std::string() : label->label();
}

ContactsState& Session::contacts() {
    if (!contacts_) contacts_ = std::make_unique<ContactsState>();
    return *contacts_;
}

Session::MonitorList& Session::monitored() {
    if (!monitored_) {
        const chat::FoldTable* fold = &server_.fold();
        monitored_ = std::make_unique<MonitorList>(0, chat::FoldHash{fold}, chat::FoldEqual{fold});
    }
    return *monitored_;
}

bool Session::has_monitored(std::string_view name) const {
    return monitored_ && monitored_->contains(name);
}

void Session::unmonitor(std::string_view name) {
    const auto found = monitored().find(name);
    if (found == monitored().end()) return;
    monitored().erase(found);
    if (!person_->monitors(name)) service().unwatch(user_id_, name);
}

void Session::set_away(std::string_view message) {
    away_ = message.empty() ? nullptr : std::make_unique<std::string>(message);
    person_->update_presence();
}

}  // namespace patchcord::irc
