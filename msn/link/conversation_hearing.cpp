// What others say in a conversation.

#include <algorithm>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/first_lines.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds typing_lapse{10'000};  // how long official clients show it

}  // namespace

/// Is somebody of ours in this group with an account of their own?
bool Conversation::speaks_here(const chat::User& user) const {
    const chat::Group* group = this->group();
    if (group == nullptr) return false;
    const auto all = account_.service().conversations_of(*group);
    return std::any_of(all.begin(), all.end(),
                       [&](const Conversation* other) { return other->account_.owner() == &user; });
}

/// What they say reaches the group through the core, or through another account of ours.
bool Conversation::is_heard_elsewhere(const std::string& handle) const {
    const chat::Group* group = this->group();
    const chat::User* local = account_.service().local_user(handle);
    if (group == nullptr) return false;
    if (local != nullptr && speaks_here(*local)) return true;
    if (is_room()) return false;
    for (const Conversation* other : account_.service().conversations_of(*group)) {
        if (other == this) return false;
        if (other->on_any_line(handle)) return true;
    }
    return false;
}

void Conversation::got_text(Line& line, const ChatMember& from, const chat::StyledText& text, bool complete) {
    chat::StyledText words = text;
    if (keep_first_lines(words, account_.service().options().max_message_lines)) {  // each is a message elsewhere
        account_.service().metrics().limit_hits(LinkLimit::message_lines).add();
    } else if (!complete) {
        words.append(" [...]", {});
    }
    if (const auto deed = action_in(words.text())) {
        chat::StyledText action;
        action.append(*deed, words.uniform_style().value_or(chat::Style{}));
        return got(line, from, chat::MessageKind::action, std::move(action));
    }
    got(line, from, chat::MessageKind::text, std::move(words));
}

void Conversation::got(Line& line, const ChatMember& from, chat::MessageKind kind, chat::StyledText text) {
    const auto self = shared_from_this();
    use(line);
    stop_typing(from.handle);
    if (stands_for_group() && is_heard_elsewhere(from.handle)) return;
    const FarService& service = account_.service();
    if (stands_for_group() && service.environment().echoes.is_echo(group_, text.text(), service.scheduler().now())) {
        account_.service().metrics().echoes.add();
        return;
    }
    if (!has(from.handle) && is_full()) return;
    account_.service().metrics().messages_received.add();
    chat::User* sender = keep(from.handle, from.name);
    const chat::Target to = target();
    if (sender == nullptr || (to.group == nullptr && to.user == nullptr)) return;
    if (to.group != nullptr && !to.group->has(*sender)) return;  // taken out, and does not know it
    if (!account_.may_speak(from.handle)) return;                // brought in by one who may
    chat::Message message{{}, nullptr, to, kind, chat::MessageText(std::move(text)), {}};
    chat::RenderCache cache;
    (void)sender->send(message, cache);  // MSN has no way to say that it was refused
}

void Conversation::got_deed(Line& line, const ChatMember& from, chat::MessageKind kind, chat::StyledText text) {
    const auto known = people_.find(from.handle);
    if (known == people_.end()) return;
    if (!known->second.deeds.take(deed_rate, scheduler_.now())) {
        account_.service().metrics().limit_hits(LinkLimit::shown_deeds).add();
        return;
    }
    got(line, from, kind, std::move(text));
}

void Conversation::user_typing(const ChatMember& who) {
    if (!account_.may_speak(who.handle)) return;
    const FarPerson* person = account_.service().find_person(who.handle);
    const chat::Target to = target();
    if (person == nullptr || person->user() == nullptr || (to.group == nullptr && to.user == nullptr)) return;
    (void)person->user()->typing(to, chat::TypingState::active);
    scheduler_.cancel(std::exchange(typing_timers_[who.handle], {}));
    typing_timers_[who.handle] = scheduler_.after(typing_lapse, [weak = weak_from_this(), handle = who.handle] {
        if (const auto self = weak.lock()) self->stop_typing(handle);
    });
}

void Conversation::stop_typing(const std::string& handle) {
    const auto timer = typing_timers_.find(handle);
    if (timer == typing_timers_.end()) return;
    scheduler_.cancel(timer->second);
    typing_timers_.erase(timer);
    const FarPerson* person = account_.service().find_person(handle);
    const chat::Target to = target();
    if (person == nullptr || person->user() == nullptr || (to.group == nullptr && to.user == nullptr)) return;
    (void)person->user()->typing(to, chat::TypingState::done);
}

}  // namespace patchcord::msn
