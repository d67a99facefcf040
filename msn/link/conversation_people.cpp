// Who is in a conversation: between switchboards, where people come and go as their clients like, and the core.

#include <algorithm>
#include <memory>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/adhoc_group.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"

namespace patchcord::msn {
namespace {

const std::string set_by = "MSN";  // who made an ad-hoc group what it is, for people to read

}  // namespace

void Conversation::add(const std::string& handle, std::string_view name) {
    people_.try_emplace(handle);
    if (!name.empty()) (void)keep(handle, name);
}

/// Has somebody in the core for as long as they are here.
chat::User* Conversation::keep(const std::string& handle, std::string_view name) {
    Person& known = people_[handle];
    chat::User* local = account_.service().local_user(handle);
    known.local = local != nullptr && !known.held;
    if (known.local) return local;
    FarPerson& person = account_.service().person(handle);
    person.hold(name);
    if (std::exchange(known.held, true)) {
        person.let_go();  // once is enough
    } else if (!stands_for_group()) {
        account_.bring_older(handle);
    }
    return person.user();
}

/// They are not on a line any more. Whoever is on the contact list is seen by that; others stay, so that they can be
/// answered.
void Conversation::let_go(const std::string& handle) {
    const auto known = people_.find(handle);
    if (known == people_.end() || !known->second.held || known->second.in_group) return;
    const Roster* roster = account_.roster();
    const RosterContact* contact = roster == nullptr ? nullptr : roster->find(handle);
    if (contact == nullptr || !contact->is_on(ListBit::forward)) return;
    known->second.held = false;
    account_.service().person(handle).let_go();
}

/// Out of the conversation, and of the group.
void Conversation::remove(const std::string& handle, std::string_view reason) {
    stop_typing(handle);
    const auto known = people_.find(handle);
    if (known == people_.end()) return;
    const Person was = known->second;
    people_.erase(known);
    if (was.local) return;
    FarPerson* person = account_.service().find_person(handle);
    if (person == nullptr) return;
    chat::Group* group = this->group();
    const auto others = group == nullptr ? std::vector<Conversation*>() : account_.service().conversations_of(*group);
    const bool stays = std::any_of(others.begin(), others.end(), [&](const Conversation* other) {
        return other != this && other->on_any_line(handle);
    });
    if (was.in_group && !stays && group != nullptr && person->user() != nullptr) {
        (void)person->user()->leave(*group, reason);
    }
    if (was.held) person->let_go();
}

/// Whoever else is in the switchboard is neither shown nor heard.
bool Conversation::is_full() const {
    if (people_.size() < account_.service().options().max_participants) return false;
    account_.service().metrics().limit_hits(LinkLimit::max_participants).add();
    return true;
}

bool Conversation::on_any_line(std::string_view handle) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const auto& line) { return line->has(handle); });
}

void Conversation::attach(const chat::Group& group) {
    group_ = group.id();
    account_.service().stands_for(group_, *this);
}

void Conversation::line_ready(Line& line) {
    const auto self = shared_from_this();
    if (SwitchboardClient* client = line.client()) {
        const std::map<std::string, ChatMember, std::less<>> users = client->users();
        if (users.size() > 1 && !stands_for_group()) {
            become_group(line);
        } else {
            for (const auto& [handle, who] : users) joined(line, who);
        }
    }
    pump();
}

void Conversation::joined(Line& line, const ChatMember& who) {
    const auto self = shared_from_this();
    if (!stands_for_group() && !people_.empty() && !has(who.handle)) return become_group(line);
    if (!has(who.handle) && is_full()) return;
    if (keep(who.handle, who.name) == nullptr) return drop(line);  // there is no nick for them
    touch();
    if (stands_for_group()) enter_group(line, who.handle);
    settle_invitation(who.handle, {});
    pump();
}

void Conversation::went(Line& line, const ChatMember& who, bool idle) {
    const auto self = shared_from_this();
    stop_typing(who.handle);
    if (line.deserted() && in_flight_.empty()) drop(line);  // else the answers are waited for
    if (on_any_line(who.handle)) return;
    if (!stands_for_group()) {
        let_go(who.handle);
    } else if (!(idle && is_room())) {  // a room goes on, and is called again when there is something to say
        remove(who.handle, idle ? "idle" : "left");
        if (account_.room() != nullptr && people_.empty()) end(chat::Errc::client_gone);
    }
    if (!ended_) pump();
}

void Conversation::called(Line& line, const std::string& handle, std::error_code why) {
    const auto self = shared_from_this();
    settle_invitation(handle, why);
    if (!why && line.client() != nullptr) note_session(line.client()->session_id());
    if (why && has(handle) && !on_any_line(handle)) {
        if (!stands_for_group()) {
            fail_held(why);
        } else {
            remove(handle, "not answered");
        }
    }
    if (!line.calling() && line.client() != nullptr && line.client()->users().empty()) {
        fail_held(why ? why : make_error_code(chat::Errc::not_answered));
        drop(line);
        if (stands_for_group() && people_.empty() && is_room()) return end(chat::Errc::not_answered);
    }
    pump();
}

/// There, what is for them alone cannot be said even if they came.
void Conversation::called_elsewhere(const std::string& handle, std::error_code why) {
    const auto self = shared_from_this();
    if (!is_query_of(handle)) return;
    taken_.reset();
    if (!on_any_line(handle)) fail_held(why ? why : ClientErrc::not_in_private);
    pump();
}

void Conversation::answer(const SwitchboardInvitation& invitation) {
    touch();
    if (lines_.size() >= max_lines && !leave_one()) return;
    const auto line = std::make_shared<Line>(*this);
    lines_.push_back(line);
    line->answer(account_, invitation);
}

/// The one that was not used for longest. False: each is needed, or is being opened.
bool Conversation::leave_one() {
    if (!in_flight_.empty()) return false;
    const auto spare = std::find_if(lines_.begin(), lines_.end(),
                                    [](const auto& line) { return !line->calling() && !line->has_files(); });
    if (spare == lines_.end()) return false;
    drop(**spare);
    return true;
}

// --- groups ----------------------------------------------------------------------------------------------------------

/// More than two talk on that line: it is a conversation of its own from now on.
void Conversation::become_group(Line& line) {
    const auto moved = forget(line);
    if (moved == nullptr) return;
    // Whom we called may come there still, or not; else each call could be answered by somebody else, without end.
    moved->report_calls_to(weak_from_this());
    taken_ = moved;
    Conversation* group = account_.make_conversation();
    if (group == nullptr || account_.owner() == nullptr) {
        moved->drop();
    } else {
        group->take_over(moved, people_.empty() ? std::string() : people_.begin()->first);
    }
    for (const auto& [handle, person] : std::map(people_)) {
        if (!on_any_line(handle)) let_go(handle);
    }
    pump();
}

void Conversation::take_over(const std::shared_ptr<Line>& line, const std::string& caller) {
    const auto self = shared_from_this();
    line->move_to(*this);
    lines_.push_back(line);
    const std::map<std::string, ChatMember, std::less<>> users = line->client()->users();
    chat::User* first = nullptr;
    for (const auto& [handle, who] : users) {
        if (is_full()) break;
        chat::User* user = keep(handle, who.name);
        if ((first == nullptr || handle == caller) && !people_[handle].local) first = user;
    }
    if (first == nullptr) return end(chat::Errc::too_many_groups);
    const std::string session = line->client()->session_id();
    if (const chat::Group* known = account_.service().group_of_session(session)) {
        attach(*known);
    } else if (!make_group(*first)) {
        return end(chat::Errc::too_many_groups);
    }
    note_session(session);
    for (const auto& [handle, person] : std::map(people_)) enter_group(*line, handle);
    bring_in_owner(*first);
}

/// Whoever is called into it besides us is to come into the same group. A room has a switchboard for each.
void Conversation::note_session(const std::string& session) {
    if (!stands_for_group() || is_room() || session.empty() || session == session_) return;
    account_.service().forget_session(std::exchange(session_, session));
    account_.service().note_session(session, group_);
}

bool Conversation::make_group(chat::User& first) {
    chat::Group* made = create_adhoc_group(account_.service().service(), first);
    if (made == nullptr || first.join(*made, {{}, true})) return false;
    attach(*made);
    close_adhoc_group(*made, set_by);
    return true;
}

void Conversation::bring_in_owner(const chat::User& first) {
    chat::User* owner = account_.owner();
    chat::Group* group = this->group();
    if (owner != nullptr && group != nullptr && group->has(*owner)) return;
    if (owner == nullptr || group == nullptr || owner->join(*group, {{}, true})) {
        account_.tell(first.name() + " talks to several people, but you are in too many channels to take part");
        return end(chat::Errc::too_many_groups);
    }
    if (owner->client() != nullptr) {
        owner->client()->brought_in(*group, first.name() + " talks to several people; the conversation goes on here");
    }
    make_adhoc_operator(*group, *owner, set_by);
}

void Conversation::enter_group(Line& line, const std::string& handle) {
    chat::Group* group = this->group();
    if (group == nullptr || people_[handle].local || people_[handle].in_group) return;
    FarPerson& person = account_.service().person(handle);
    if (person.user() == nullptr) return;
    const bool adhoc = !is_room();
    const bool invited = std::any_of(invitations_.begin(), invitations_.end(),
                                     [&](const Invitation& invitation) { return invitation.handle == handle; });
    const std::error_code refused = person.user()->join(*group, {{}, adhoc || invited, !adhoc && !invited});
    if (refused && refused != chat::Errc::already_a_member) {
        remove(handle, {});
        drop(line);
        return;
    }
    people_[handle].in_group = true;
    if (adhoc) make_adhoc_operator(*group, *person.user(), set_by);
}

void Conversation::invite(const std::string& handle, const chat::User& by) {
    const auto self = shared_from_this();
    people_.try_emplace(handle);
    (void)keep(handle, {});
    invitations_.push_back({handle, by.id()});
    for (const auto& line : lines_) {
        if (line->client() != nullptr || line->calling()) return line->call(handle);
    }
    if (account_.client() == nullptr) return settle_invitation(handle, chat::Errc::service_away);
    open();
}

void Conversation::settle_invitation(const std::string& handle, std::error_code why) {
    const auto same = [&](const Invitation& invitation) { return invitation.handle == handle; };
    const auto found = std::find_if(invitations_.begin(), invitations_.end(), same);
    if (found == invitations_.end()) return;
    const chat::UserId by = found->by;
    invitations_.erase(found);
    if (!why) return;
    const chat::User* inviter = account_.service().service().find_user(by);
    const FarPerson* person = account_.service().find_person(handle);
    chat::Group* group = this->group();
    if (inviter != nullptr && inviter->client() != nullptr && person != nullptr && person->user() != nullptr &&
        group != nullptr) {
        inviter->client()->invitation_failed(*group, *person->user(), why);
    }
}

void Conversation::somebody_left() {
    if (!std::exchange(prune_due_, true)) later(&Conversation::prune);
}

/// Somebody left the group. With the owner it ends; whoever was taken out is not listened to.
void Conversation::prune() {
    prune_due_ = false;
    chat::Group* group = this->group();
    const chat::User* owner = account_.owner();
    const bool owned = account_.room() == nullptr;
    if (group == nullptr || (owned && (owner == nullptr || !group->has(*owner)))) return give_up();
    for (const auto& [handle, known] : std::map(people_)) {
        const FarPerson* person = account_.service().find_person(handle);
        if (!known.in_group || (person != nullptr && person->user() != nullptr && group->has(*person->user())))
            continue;
        remove(handle, {});
        for (const auto& line : std::vector(lines_)) {
            const bool alone = line->client() != nullptr && line->client()->users().size() == 1;
            if (alone && line->has(handle)) drop(*line);
        }
    }
    if (people_.empty() && is_room()) give_up();
}

}  // namespace patchcord::msn
