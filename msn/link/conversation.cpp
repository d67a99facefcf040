// What is said in a conversation, and how it gets there.

#include "msn/link/conversation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/link/far_service.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds typing_interval{5'000};  // as official clients send it
constexpr std::chrono::milliseconds too_rapid_wait{5'000};   // 800: the service wants a rest

bool cannot_have_arrived(std::error_code why) {
    return why == ClientErrc::not_delivered || why == ClientErrc::nobody_there || why == ClientErrc::not_sent;
}

}  // namespace

Conversation::Conversation(LinkedAccount& account) : account_(account), scheduler_(account.service().scheduler()) {
    touch();
}

Conversation::~Conversation() {
    scheduler_.cancel(idle_timer_);
    scheduler_.cancel(held_timer_);
    for (const auto& [handle, timer] : typing_timers_) scheduler_.cancel(timer);
}

chat::Group* Conversation::group() const {
    return account_.service().service().find_group(group_);
}

bool Conversation::is_room() const {
    const chat::Group* group = this->group();
    return group != nullptr && !group->name().starts_with('&');
}

bool Conversation::leads() const {
    const chat::Group* group = this->group();
    if (group == nullptr || is_room()) return true;  // in a room, each has a switchboard of its own
    const auto all = account_.service().conversations_of(*group);
    return all.empty() || all.front() == this;
}

bool Conversation::is_query_of(std::string_view handle) const {
    return !stands_for_group() && people_.size() == 1 && people_.begin()->first == handle;
}

chat::Target Conversation::target() const {
    if (stands_for_group()) return {group(), nullptr, {}};
    return {nullptr, account_.owner(), {}};
}

// --- lines -----------------------------------------------------------------------------------------------------------

bool Conversation::is_spare() const {
    return !is_room() && lines_.empty() && held_.empty() && in_flight_.empty() && expects_older_ == 0;
}

Line* Conversation::speaking_line() const {
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
        if ((*line)->ready()) return line->get();
    }
    return nullptr;
}

void Conversation::use(Line& line) {
    const auto same = [&](const auto& known) { return known.get() == &line; };
    const auto at = std::find_if(lines_.begin(), lines_.end(), same);
    if (at != lines_.end()) std::rotate(at, at + 1, lines_.end());
    touch();
}

std::shared_ptr<Line> Conversation::forget(const Line& line) {
    const auto same = [&](const auto& known) { return known.get() == &line; };
    const auto at = std::find_if(lines_.begin(), lines_.end(), same);
    if (at == lines_.end()) return nullptr;
    auto found = *at;
    lines_.erase(at);
    return found;
}

void Conversation::drop(Line& line) {
    if (const auto dropped = forget(line)) dropped->drop();
}

void Conversation::open() {
    std::vector<std::string> handles;
    for (const auto& [handle, person] : people_) handles.push_back(handle);
    const auto line = std::make_shared<Line>(*this);
    lines_.push_back(line);
    line->open(account_, handles);
}

void Conversation::line_failed(Line& line, std::error_code why) {
    forget(line);
    // A call that cannot be answered says nothing of those that we make.
    if (speaking_line() != nullptr || line.answers()) return pump();
    // What waits is sent when another one is there, or the service is back.
    if (calls_somebody() || account_.client() == nullptr) return;
    if (why == refusal_error(ErrorCode::changing_too_rapidly)) {
        scheduler_.after(too_rapid_wait, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->pump();
        });
        return;
    }
    fail_held(why);
}

void Conversation::line_lost(Line& line) {
    const auto lost = forget(line);
    if (stands_for_group()) return pump();
    for (const auto& [handle, person] : std::map(people_)) let_go(handle);
    pump();
}

// --- what we say -----------------------------------------------------------------------------------------------------

std::error_code Conversation::send(const chat::Message& message) {
    return hold(message, message.target.user);
}

std::error_code Conversation::relay(const chat::Message& message) {
    if (message.id == last_relayed_) return {};
    last_relayed_ = message.id;
    const LinkedAccount* speaker = account_.service().account_of(*message.sender);
    const FarPerson* far =
        account_.service().find_person(account_.service().handle_in(message.sender->profile().address));
    if (far != nullptr && far->user() == message.sender && on_any_line(far->handle())) return {};
    // Who has an account here too speaks with that; for who has none, one of us speaks.
    if (speaker != nullptr && speaker != &account_ && speaks_here(*message.sender)) return {};
    if (speaker != &account_ && !leads()) return {};
    return hold(message, nullptr);
}

std::error_code Conversation::hold(const chat::Message& message, const chat::User* receiver) {
    if (message.kind == chat::MessageKind::native) {  // nothing to show there
        return message.target.group != nullptr ? std::error_code() : make_error_code(chat::Errc::not_supported);
    }
    if (held_.size() >= account_.service().options().hold_messages) {
        account_.service().metrics().limit_hits(LinkLimit::hold_messages).add();
        return chat::Errc::queue_full;
    }
    chat::StyledText text = message.kind == chat::MessageKind::nudge ? chat::StyledText() : message.text.styled();
    const chat::Group* group = this->group();
    Held held;
    held.kind = message.kind;
    held.text = std::move(text);
    held.sender = message.sender->id();
    held.to = receiver != nullptr ? receiver->name() : group != nullptr ? group->name() : std::string();
    if (receiver != nullptr) held.receiver = receiver->id();
    held.written = message.sent_at;
    held.since = scheduler_.now();
    held.receipt = message.receipt;
    // What was kept elsewhere may be older than what waits here, and newer than some of it.
    const auto at =
        held.receipt == nullptr
            ? held_.end()
            : std::find_if(held_.begin(), held_.end(), [&](const Held& other) { return other.written > held.written; });
    held_.insert(at, std::move(held));
    arm_held_timer();
    pump();
    return {};
}

void Conversation::older_are_here() {
    if (expects_older_ > 0) --expects_older_;
    pump();
}

void Conversation::pump() {
    if (ended_ || held_.empty() || expects_older_ > 0) return;
    if (Line* line = speaking_line()) {
        use(*line);
        while (!held_.empty() && line->ready()) {
            Held next = std::move(held_.front());
            held_.pop_front();
            say(*line, std::move(next));
        }
        return;
    }
    // What nobody heard comes first; whether that is so is known when it is answered.
    if (calls_somebody() || !in_flight_.empty() || account_.client() == nullptr) return;
    open();
}

bool Conversation::calls_somebody() const {
    const auto taken = taken_.lock();
    return (taken != nullptr && taken->calling()) ||
           std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return line->calling(); });
}

void Conversation::say(Line& line, Held held) {
    if (held.file) return say_file(line, *held.file);
    held.number = ++last_number_;
    in_flight_.emplace(held.number, held);
    // Both stay until the answer, so that nobody waits for it in vain.
    auto done = [self = shared_from_this(), account = account_.shared_from_this(), on = line.weak_from_this(),
                 number = held.number](std::error_code why) {
        auto sent = self->in_flight_.extract(number);
        const auto silent = why == ClientErrc::timed_out ? on.lock() : nullptr;
        if (silent != nullptr) silent->note_silence();
        if (!sent.empty()) self->said(std::move(sent.mapped()), why);  // else it was told already
    };
    if (held.kind == chat::MessageKind::nudge) {
        line.client()->send_nudge(std::move(done));
    } else {
        const bool shown_as_sender = account_.options().names_by_p4 && held.kind != chat::MessageKind::action;
        const chat::User* sender = account_.service().service().find_user(held.sender);
        const std::string name = shown_as_sender && sender != nullptr ? sender->name() : std::string();
        line.client()->send_text(name.empty() ? words_of(held) : held.text, std::move(done), name);
    }
}

void Conversation::said(Held held, std::error_code why) {
    if (!why) delivered(held);
    const bool others_may_have_it = people_.size() > 1;
    const bool doubtful = delivery_of(why) == Delivery::in_doubt;
    if (!why || doubtful) {
        // What is older and comes now would be out of order.
        const auto newer = std::partition(unheard_.begin(), unheard_.end(),
                                          [&](const Held& other) { return other.number > held.number; });
        for (auto old = newer; old != unheard_.end(); ++old) report(*old, ClientErrc::not_delivered);
        unheard_.erase(newer, unheard_.end());
    }
    if (!ended_ && cannot_have_arrived(why) && !held.again && !others_may_have_it) {
        held.again = true;
        unheard_.push_back(std::move(held));
    } else if (why) {
        report(held, doubtful ? make_error_code(chat::Errc::in_doubt) : why);
    }
    if (in_flight_.empty()) all_answered();
}

void Conversation::delivered(const Held& held) const {
    account_.service().metrics().messages_sent.add();
    if (held.receipt != nullptr) held.receipt->settle();
}

/// What nobody heard is said once more, in another switchboard; so is what comes after a silence.
void Conversation::all_answered() {
    const bool unheard = !unheard_.empty();
    std::sort(unheard_.begin(), unheard_.end(), [](const Held& a, const Held& b) { return a.number < b.number; });
    held_.insert(held_.begin(), std::make_move_iterator(unheard_.begin()), std::make_move_iterator(unheard_.end()));
    unheard_.clear();
    if (ended_) return fail_held(ClientErrc::not_delivered);
    for (const auto& line : std::vector(lines_)) {
        if (unheard || line->silent() || (!line->calling() && line->deserted())) drop(*line);
    }
    arm_held_timer();
    pump();
}

/// Whoever is not the account itself is named.
chat::StyledText Conversation::words_of(const Held& held) const {
    const chat::User* owner = account_.owner();
    const chat::User* sender = account_.service().service().find_user(held.sender);
    const std::string name = sender != nullptr ? sender->name() : std::string("?");
    if (held.kind == chat::MessageKind::action) return action_text(name, held.text);
    if (owner != nullptr && owner->id() == held.sender) return held.text;
    chat::StyledText named;
    named.append("<" + name + "> " + held.text.text(), held.text.uniform_style().value_or(chat::Style{}));
    const FarService& service = account_.service();
    service.environment().echoes.note(group_, named.text(), service.scheduler().now());
    return named;
}

void Conversation::report(const Held& held, std::error_code why) const {
    if (held.file) return account_.service().environment().files->decline(*held.file, why);
    if (held.receipt != nullptr && why == chat::Errc::service_away) return;  // it is kept on
    account_.service().metrics().messages_undelivered.add();
    chat::ChatService& service = account_.service().service();
    chat::User* sender = service.find_user(held.sender);
    if (!account_.can_be_told(sender) || sender->client() == nullptr) return;
    if (held.receipt != nullptr) held.receipt->settle();
    const std::string words = " (" + why.message() + "): " + held.text.text();
    if (stands_for_group()) return sender->client()->told("Not everybody in " + held.to + " got your message" + words);
    chat::User* receiver = service.find_user(held.receiver);
    if (receiver == nullptr) return sender->client()->told(held.to + " did not get your message" + words);
    const chat::Message message{
        {}, sender, {nullptr, receiver, {}}, held.kind, chat::MessageText(held.text), service.scheduler().wall_now()};
    sender->client()->undelivered(message, *receiver, why);
}

void Conversation::fail_held(std::error_code why) {
    const bool away = why == refusal_error(ErrorCode::not_online);
    for (const Held& held : std::exchange(held_, {})) {
        if (!away || !leave(held)) report(held, why);
    }
}

/// What is under way is not waited for.
void Conversation::fail_sent(std::error_code why) {
    for (const auto& [number, held] : std::exchange(in_flight_, {})) report(held, chat::Errc::in_doubt);
    for (const Held& held : std::exchange(unheard_, {})) report(held, why);
}

/// With the service, for somebody who has just gone. False: not possible.
bool Conversation::leave(const Held& held) {
    const bool has_text = held.kind != chat::MessageKind::nudge;
    if (!has_text || stands_for_group() || people_.size() != 1) return false;
    // The account is there as long as it is waited for.
    const auto done = [self = shared_from_this(), held](std::error_code why) {
        if (why) return self->report(held, refusal_error(ErrorCode::not_online));
        self->delivered(held);
        if (!std::exchange(self->left_told_, true)) {
            self->account_.tell(held.to + " is not signed in; your messages wait until they are");
        }
    };
    return account_.leave(people_.begin()->first, words_of(held).text(), done);
}

void Conversation::arm_held_timer() {
    if (held_timer_ || held_.empty()) return;
    const auto due = held_.front().since + account_.service().options().hold_time;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due - scheduler_.now());
    held_timer_ = scheduler_.after(wait, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->held_timer_ = {};
        self->check_held();
    });
}

void Conversation::check_held() {
    const chat::Now now = scheduler_.now();
    while (!held_.empty() && held_.front().since + account_.service().options().hold_time <= now) {
        const Held old = std::move(held_.front());
        held_.pop_front();
        account_.service().metrics().limit_hits(LinkLimit::hold_time).add();
        report(old, chat::Errc::service_away);
    }
    arm_held_timer();
}

void Conversation::typing(const chat::User& who) {
    const chat::Now now = scheduler_.now();
    Line* line = speaking_line();
    if (line == nullptr || &who != account_.owner() || now < last_typing_ + typing_interval) return;
    last_typing_ = now;
    line->client()->send_typing_notification();
}

// --- the end ---------------------------------------------------------------------------------------------------------

void Conversation::later(void (Conversation::*what)()) {
    scheduler_.after(std::chrono::milliseconds(0), [weak = weak_from_this(), what] {
        if (const auto self = weak.lock()) ((*self).*what)();
    });
}

void Conversation::touch() {
    last_used_ = scheduler_.now();
    if (idle_timer_) return;
    idle_timer_ = scheduler_.after(account_.service().options().idle_timeout, [this] {
        idle_timer_ = {};
        check_idle();
    });
}

/// A query that nobody uses gives its switchboard back, when no file is under way in it. A group stays: the others
/// would see us leave.
void Conversation::check_idle() {
    const chat::Now now = scheduler_.now();
    const bool used = now < last_used_ + account_.service().options().idle_timeout || !held_.empty() ||
                      !in_flight_.empty() || expects_older_ > 0 ||
                      std::any_of(lines_.begin(), lines_.end(), [](const auto& line) { return line->has_files(); });
    if (used || stands_for_group()) {
        const chat::Now last = last_used_;
        touch();
        last_used_ = last;
        return;
    }
    end(chat::Errc::client_gone);
}

void Conversation::end(std::error_code why) {
    if (std::exchange(ended_, true)) return;
    const auto self = shared_from_this();
    scheduler_.cancel(idle_timer_);
    scheduler_.cancel(held_timer_);
    if (why == chat::Errc::service_away) fail_sent(why);  // an answer may come too late
    fail_held(why);
    for (const auto& line : std::exchange(lines_, {})) line->drop();
    for (const Invitation& invitation : std::vector(invitations_)) settle_invitation(invitation.handle, why);
    while (!people_.empty()) remove(std::string(people_.begin()->first), "left");
    if (stands_for_group()) account_.service().stands_no_more(group_, *this);
    account_.conversation_ended(*this);
}

}  // namespace patchcord::msn
