// CAL: who is called into a switchboard, and what it becomes by that.

#include <algorithm>

#include "msn/adhoc_group.hpp"
#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard.hpp"
#include "msn/server/switchboard_session.hpp"

namespace patchcord::msn {
namespace {

ErrorCode refusal(std::error_code why) {
    if (why == chat::Errc::not_accepted) return ErrorCode::not_online;  // the same as being away
    if (why == chat::Errc::banned || why == chat::Errc::invite_only || why == chat::Errc::wrong_key) {
        return ErrorCode::not_on_list;
    }
    return ErrorCode::too_active;
}

}  // namespace

bool Switchboard::is_room(const chat::Group& group) {
    return !group.name().starts_with('&') || group.permanent();
}

bool Switchboard::present(std::string_view handle) const {
    if (has_session_of(handle)) return true;
    if (const chat::Group* group = this->group()) {
        if (server_.directory().find_room(handle) == group) return true;
        const Principal* principal = server_.find_principal(handle);
        const chat::User* user = principal != nullptr ? principal->user() : server_.directory().find_person(handle);
        return user != nullptr && group->has(*user);
    }
    return handle == person_ && person() != nullptr;
}

std::size_t Switchboard::participants() const {
    if (const chat::Group* group = this->group()) return group->size() + rings_.size();
    return sessions_.size() + rings_.size() + (person_.empty() ? 0 : 1);
}

std::optional<ErrorCode> Switchboard::call(SwitchboardSession& by, std::string_view trid, const std::string& handle) {
    if (handle == by.handle() || present(handle) || ringing(handle)) return ErrorCode::already_there;
    const bool in_room = group() != nullptr && is_room(*group());
    if (!in_room && participants() >= server_.options().max_participants) {
        by.limit_hit(Limit::participants);
        return ErrorCode::too_active;
    }
    if (server_.directory().is_room(handle)) return call_room(by, trid, handle);
    if (server_.directory().is_person(handle)) return call_person(by, trid, handle);
    Principal* callee = server_.find_principal(handle);
    if (callee == nullptr || callee->user() == nullptr) return ErrorCode::not_online;
    if (!callee->allows(by.handle())) return ErrorCode::not_online;  // the same as being away
    if (stands_for_group()) return call_into_group(by, trid, *callee->user());
    if (!callee->takes_ring()) return ErrorCode::too_active;
    by.send_ringing(trid);
    ring(*callee, by.identity());
    return std::nullopt;
}

std::optional<ErrorCode> Switchboard::call_person(SwitchboardSession& by, std::string_view trid,
                                                  const std::string& handle) {
    chat::User* person = server_.directory().find_person(handle);
    if (by.user() == nullptr) return ErrorCode::not_online;
    // Whose messages are still being fetched is here, though what is said is kept for now.
    if (person == nullptr || person->roster_awaited()) {
        return server_.is_awaited(handle) ? call_absent(by, trid, handle) : ErrorCode::not_online;
    }
    if (person->blocks(*by.user())) return ErrorCode::not_online;
    if (!chat::ChatService::is_known(*person, *by.user())) return ErrorCode::not_online;
    if (stands_for_group()) return call_into_group(by, trid, *person);
    forget_gone_person();
    if (sessions_.size() == 1 && (person_.empty() || person_ == handle)) {
        by.send_ringing(trid);
        set_person(handle);
        person_came(*person, by);
        take_over_ringing(by);
        return std::nullopt;
    }
    if (!become_group()) return ErrorCode::too_active;
    by.send_ringing(trid);
    if (chat::Group* group = this->group()) bring_in(*group, *person, *by.user());
    return std::nullopt;
}

/// Somebody on IRC is away, but what is said here is kept for them.
std::optional<ErrorCode> Switchboard::call_absent(SwitchboardSession& by, std::string_view trid,
                                                  const std::string& handle) {
    if (stands_for_group() || sessions_.size() != 1) return ErrorCode::not_online;
    forget_gone_person();
    if (!person_.empty() && person_ != handle) return ErrorCode::not_online;
    by.send_ringing(trid);
    attach_absent({handle, server_.directory().nick_of(handle)});
    by.show_joined(absent_);
    return std::nullopt;
}

/// The person called here may have been ringing this client already, or in vain: what waits comes first.
void Switchboard::take_over_ringing(SwitchboardSession& session) {
    session.principal()->fetch_remaining();
    if (const auto ringing = session.principal()->ringing_switchboard(person_)) ringing->hand_over(session);
}

std::optional<ErrorCode> Switchboard::call_room(SwitchboardSession& by, std::string_view trid,
                                                const std::string& handle) {
    chat::Group* room = server_.directory().find_room(handle);
    if (room == nullptr || by.user() == nullptr) return ErrorCode::not_online;
    // A room has its own window; it cannot be brought into another conversation.
    if (sessions_.size() > 1 || stands_for_group() || !person_.empty()) return ErrorCode::not_on_list;
    if (room->policy().secret && !room->has(*by.user())) return ErrorCode::not_online;
    const std::error_code refused = by.user()->join(*room, {{}, false, true});
    if (refused && refused != chat::Errc::already_a_member) return refusal(refused);
    attach(*room);
    by.send_ringing(trid);
    for (const Identity& who : roster_for(by)) by.show_joined(who);
    return std::nullopt;
}

std::optional<ErrorCode> Switchboard::call_into_group(SwitchboardSession& by, std::string_view trid,
                                                      chat::User& callee) {
    chat::Group* group = this->group();
    if (group == nullptr || by.user() == nullptr) return ErrorCode::switchboard_failed;
    const bool adhoc_person = !is_room(*group) && server_.find_principal(callee) == nullptr;
    if (!adhoc_person) {
        if (const std::error_code refused = group->invite(*by.user(), callee)) return refusal(refused);
        by.send_ringing(trid);
        return std::nullopt;
    }
    by.send_ringing(trid);
    bring_in(*group, callee, *by.user());
    return std::nullopt;
}

bool Switchboard::join_group(SwitchboardSession& session) {
    chat::Group* group = this->group();
    if (group == nullptr || session.user() == nullptr) return false;
    const std::error_code refused = session.user()->join(*group, {{}, !is_room(*group)});
    if (!refused && !is_room(*group)) make_adhoc_operator(*group, *session.user(), server_.options().name);
    return !refused || refused == chat::Errc::already_a_member;
}

/// From now on this is a group of the core: somebody on IRC takes part, and they are more than two.
bool Switchboard::become_group() {
    const std::vector<SwitchboardSession*> sessions = sessions_;
    chat::User* first = sessions.empty() ? nullptr : sessions.front()->user();
    if (first == nullptr) return false;
    chat::Group* group = create_adhoc_group(server_.service(), *first);
    if (group == nullptr || first->join(*group, {{}, true})) return false;  // without a member it has ended again
    chat::User* person = this->person();
    attach(*group);
    close_adhoc_group(*group, server_.options().name);
    for (SwitchboardSession* session : sessions) {
        if (!join_group(*session)) session->dismiss("in too many rooms");
    }
    if (chat::Group* made = this->group(); made != nullptr && person != nullptr) bring_in(*made, *person, *first);
    return true;
}

void Switchboard::bring_in(chat::Group& group, chat::User& person, chat::User& by) {
    if (!server_.options().auto_join) {
        (void)group.invite(by, person);
        return;
    }
    if (person.join(group, {{}, true})) {  // in too many rooms: not there, but told
        for (SwitchboardSession* session : std::vector<SwitchboardSession*>(sessions_)) {
            session->show_left(identity_of(server_, person).handle);
        }
        (void)group.invite(by, person);
        return;
    }
    // First that they are there, then what they may do.
    if (person.client() != nullptr) {
        person.client()->brought_in(group, by.name() + " talks to several people; the conversation goes on here");
    }
    make_adhoc_operator(group, person, server_.options().name);
}

}  // namespace patchcord::msn
