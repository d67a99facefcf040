#include "msn/client/client_base.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <vector>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr auto last_trid = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());

/// May a command with this verb be the answer to a request with that one?
bool answers(std::string_view request, std::string_view verb) {
    if (verb == request || parse_error_code(verb)) return true;
    if (request == "MSG") return verb == "ACK" || verb == "NAK";
    return request == "USR" && verb == "XFR";  // sent on to another server
}

}  // namespace

ClientBase::ClientBase(chat::Scheduler& scheduler, std::chrono::milliseconds request_timeout)
    : scheduler_(scheduler), request_timeout_(request_timeout) {}

ClientBase::~ClientBase() {
    if (timeout_) scheduler_.cancel(timeout_);
}

void ClientBase::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    state_ = State::open;
    transport.set_send_queue_limit(max_send_queue);
    opened();
}

void ClientBase::data_received(std::string_view bytes) {
    if (!open()) return;
    framer_.feed(bytes);
    process_input();
    framer_.keep();
}

void ClientBase::process_input() {
    Command command;
    while (open() && !held_since_) {
        const CommandFramer::Outcome outcome = framer_.next(command);
        if (outcome == CommandFramer::Outcome::nothing) break;
        if (outcome == CommandFramer::Outcome::bad) {
            bad_stream();
        } else {
            heard();
            run(command);
        }
    }
}

/// Goes on later, because this may be a call from inside of a command.
void ClientBase::hold_input(bool hold) {
    if (!open() || held_since_.has_value() == hold) return;
    if (hold) {
        held_since_ = scheduler_.now();
        transport_->pause_reading();
        return;
    }
    const auto held = scheduler_.now() - *std::exchange(held_since_, {});
    for (auto& [trid, pending] : pending_) pending.deadline += held;
    scheduler_.cancel(std::exchange(timeout_, {}));
    arm_timeout();
    run_later(std::chrono::milliseconds(0), [this] { go_on(); });
}

void ClientBase::go_on() {
    process_input();
    framer_.keep();
    if (open() && !held_since_) transport_->resume_reading();
}

void ClientBase::connection_lost(std::error_code why) {
    lost_ = why ? why : given_up_;
    state_ = State::gone;
    transport_ = nullptr;
    alive_.reset();
    scheduler_.cancel(std::exchange(timeout_, {}));
    fail_pending(ClientErrc::disconnected);
    ended(lost_);
}

void ClientBase::close(std::string_view why) {
    if (!open()) return;
    state_ = State::closing;
    transport_->close(why);
}

void ClientBase::give_up(ClientErrc why) {
    if (!open()) return;
    given_up_ = why;
    state_ = State::closing;
    transport_->close_now({chat::CloseKind::lost, given_up_.message()});
}

bool ClientBase::send(const std::string& bytes) {
    if (!open()) return false;
    if (!transport_->write(bytes)) return true;
    give_up(ClientErrc::not_sent);
    return false;
}

void ClientBase::run(const Command& command) {
    if (answer(command)) return;
    if (const auto code = parse_error_code(command.verb)) {
        got_error(*code);
    } else if (find_verb(Direction::to_client, command.verb) == nullptr) {
        got_unknown_command(format_command(command));
    } else {
        handle(command);
    }
}

bool ClientBase::answer(const Command& command) {
    const auto trid = parse_digits(command.param(0), 10, 10);
    const auto found = trid ? pending_.find(*trid) : pending_.end();
    if (found == pending_.end() || !answers(found->second.verb, command.verb)) return false;
    const Answered answered = std::move(found->second.answered);
    pending_.erase(found);
    if (const auto code = parse_error_code(command.verb)) {
        answered(refusal_error(*code));
    } else if (command.verb == "NAK") {
        answered(ClientErrc::not_delivered);
    } else {
        answered(&command);
    }
    return true;
}

void ClientBase::bad_stream() {
    got_bad_line({}, describe(framer_.error()));
    close(describe(framer_.error()));
}

std::uint32_t ClientBase::unanswered_trid() {
    do {
        last_trid_ = last_trid_ == last_trid ? 1 : last_trid_ + 1;
    } while (pending_.contains(last_trid_));
    return last_trid_;
}

std::uint32_t ClientBase::expect(std::string_view verb, Answered answered) {
    const std::uint32_t trid = unanswered_trid();
    pending_[trid] = {std::string(verb), std::move(answered), scheduler_.now() + request_timeout_};
    if (!timeout_) arm_timeout();
    return trid;
}

void ClientBase::not_sent(std::uint32_t trid) {
    const auto found = pending_.find(trid);
    if (found == pending_.end()) return;
    const Answered answered = std::move(found->second.answered);
    pending_.erase(found);
    answered(ClientErrc::not_sent);
}

chat::TimerId ClientBase::run_later(std::chrono::milliseconds delay, std::function<void()> then) {
    return scheduler_.after(delay, [weak = alive(), this, then = std::move(then)] {
        if (!weak.expired() && open()) then();
    });
}

void ClientBase::arm_timeout() {
    timeout_ = {};
    auto earliest = chat::Now::max();
    for (const auto& [trid, pending] : pending_) earliest = std::min(earliest, pending.deadline);
    if (earliest == chat::Now::max() || held_since_) return;
    timeout_ = scheduler_.after(earliest - scheduler_.now(), [this] { expire(); });
}

void ClientBase::expire() {
    timeout_ = {};
    if (held_since_) return;
    std::vector<Answered> late;
    for (auto it = pending_.begin(); it != pending_.end();) {
        const bool is_late = it->second.deadline <= scheduler_.now();
        if (is_late) late.push_back(std::move(it->second.answered));
        it = is_late ? pending_.erase(it) : std::next(it);
    }
    arm_timeout();
    for (const Answered& answered : late) answered(ClientErrc::timed_out);
}

void ClientBase::fail_pending(std::error_code why) {
    for (const auto& [trid, pending] : std::exchange(pending_, {})) pending.answered(why);
}

}  // namespace patchcord::msn
