// What the core tells a principal, put into MSN's words; and where its conversations are.

#include <algorithm>
#include <iterator>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/render.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

/// A failing switchboard connection does not end the sign-in: to the core it is a refusal, not a lost connection.
std::error_code as_refusal(std::error_code error) {
    return error ? make_error_code(chat::Errc::queue_full) : error;
}

}  // namespace

// --- conversations ---------------------------------------------------------------------------------------------------

void Principal::switchboard_entered(SwitchboardSession& session) {
    switchboards_.push_back(&session);
}

void Principal::switchboard_left(SwitchboardSession& session) {
    std::erase(switchboards_, &session);
}

void Principal::note_used(SwitchboardSession& session) {
    const auto at = std::find(switchboards_.begin(), switchboards_.end(), &session);
    if (at != switchboards_.end()) std::rotate(at, at + 1, switchboards_.end());
}

void Principal::forget_old_rings() {
    std::erase_if(ringing_, [&](const auto& weak) {
        const auto known = weak.lock();
        return known == nullptr || !known->ringing(handle_);
    });
}

bool Principal::takes_ring() {
    forget_old_rings();
    if (ringing_.size() < server_.options().max_rings) return true;
    session_.limit_hit(Limit::rings);
    return false;
}

void Principal::note_ringing(std::shared_ptr<Switchboard> switchboard) {
    forget_old_rings();
    std::erase_if(ringing_, [&](const auto& weak) { return weak.lock() == switchboard; });
    ringing_.push_back(std::move(switchboard));
}

void Principal::leave_core() {
    picture_.left();
    for (const auto& weak : std::exchange(ringing_, {})) {
        if (const auto switchboard = weak.lock()) switchboard->callee_gone(handle_);
    }
    for (const auto& [handle, held] : std::exchange(held_, {})) held.switchboard->callee_gone(handle_);
    login_.logout(goodbye_);
    end_conversations("signed out");
}

/// Those among MSN clients alone go on without a sign-in.
void Principal::end_conversations(std::string_view reason) {
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(switchboards_)) {
        const auto& switchboard = session->switchboard();
        if (switchboard == nullptr) continue;
        if (switchboard->stands_for_group() || !switchboard->person_handle().empty()) session->dismiss(reason);
    }
}

SwitchboardSession* Principal::session_for(const chat::Group& group) const {
    for (auto session = switchboards_.rbegin(); session != switchboards_.rend(); ++session) {
        const auto& switchboard = (*session)->switchboard();
        if (switchboard != nullptr && switchboard->stands_for(group)) return *session;
    }
    return nullptr;
}

std::vector<SwitchboardSession*> Principal::sessions_for(const chat::Group& group) const {
    std::vector<SwitchboardSession*> sessions;
    std::copy_if(switchboards_.begin(), switchboards_.end(), std::back_inserter(sessions),
                 [&](const SwitchboardSession* session) {
                     return session->switchboard() != nullptr && session->switchboard()->stands_for(group);
                 });
    return sessions;
}

SwitchboardSession* Principal::session_with(std::string_view person) const {
    for (auto session = switchboards_.rbegin(); session != switchboards_.rend(); ++session) {
        const auto& switchboard = (*session)->switchboard();
        if (switchboard != nullptr && !switchboard->stands_for_group() && switchboard->person_handle() == person) {
            return *session;
        }
    }
    return nullptr;
}

SwitchboardSession* Principal::session_to_ask() const {
    const auto found = std::find_if(switchboards_.rbegin(), switchboards_.rend(),
                                    [](SwitchboardSession* session) { return session->can_be_asked(); });
    return found == switchboards_.rend() ? nullptr : *found;
}

std::shared_ptr<Switchboard> Principal::ringing_switchboard(std::string_view person) const {
    for (const auto& weak : ringing_) {
        auto switchboard = weak.lock();
        // One in which somebody is was called by that one: it is no place for what another says in private.
        if (switchboard == nullptr || !switchboard->sessions().empty()) continue;
        if (switchboard->person_handle() == person && switchboard->ringing(handle_)) return switchboard;
    }
    return nullptr;
}

bool Principal::is_rung_for(const chat::Group& group) const {
    return std::any_of(ringing_.begin(), ringing_.end(), [&](const auto& weak) {
        const auto switchboard = weak.lock();
        return switchboard != nullptr && switchboard->stands_for(group) && switchboard->ringing(handle_);
    });
}

// --- chat::ChatClient ------------------------------------------------------------------------------------------------

std::error_code Principal::receive(const chat::Message& message, chat::RenderCache& cache) {
    if (message.target.group == nullptr) return receive_directly(message, cache);
    // It passes by whoever blocks the sender.
    if (!contacts_.allows_everybody() && !allows(server_.handle_of(*message.sender))) return {};
    SwitchboardSession* session = session_for(*message.target.group);
    if (session == nullptr) return chat::Errc::not_supported;
    if (message.kind == chat::MessageKind::nudge && !session->take_nudge_in()) return {};
    if (session->shows_typing()) session->note_message_from(server_.handle_of(*message.sender));
    const chat::WireBytes& commands =
        cache.get_or_render({msn_protocol, 0}, [&] { return render_message(server_, message); });
    return commands->empty() ? std::error_code() : as_refusal(session->send(commands));
}

std::error_code Principal::receive_directly(const chat::Message& message, chat::RenderCache& cache) {
    const Identity sender = identity_of(server_, *message.sender);
    if (!allows(sender.handle)) return chat::Errc::not_accepted;
    const chat::WireBytes& commands =
        cache.get_or_render({msn_protocol, 0}, [&] { return render_message(server_, message); });
    if (commands->empty())
        return message.kind == chat::MessageKind::native ? chat::Errc::not_supported : std::error_code();
    fetch_remaining();
    if (fetching_) return hold(message, sender, *commands);
    if (SwitchboardSession* session = session_with(sender.handle)) {
        if (message.kind == chat::MessageKind::nudge && !session->take_nudge_in()) return chat::Errc::not_accepted;
        session->switchboard()->person_came(*message.sender, *session);
        session->note_message_from(sender.handle);
        return as_refusal(session->send(commands));
    }
    const std::shared_ptr<Switchboard> switchboard = ringing_or_ring(*message.sender, sender);
    if (switchboard == nullptr) return chat::Errc::queue_full;
    return switchboard->queue(message, *user(), *commands);
}

std::shared_ptr<Switchboard> Principal::ringing_or_ring(const chat::User& caller, const Identity& identity) {
    if (auto ringing = ringing_switchboard(identity.handle)) return ringing;
    if (!takes_ring()) return nullptr;
    auto switchboard = server_.make_switchboard();
    switchboard->attach(caller);
    switchboard->ring(*this, identity);
    return switchboard;
}

std::error_code Principal::user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) {
    for (SwitchboardSession* session : sessions_for(group)) {
        if (!session->note_present(server_.handle_of(user))) continue;
        const bool capabilities = session->sends_capabilities();
        session->send(cache.get_or_render({msn_protocol, capabilities ? 1U : 0U}, [&] {
            return render_joined(server_, identity_of(server_, user), capabilities);
        }));
    }
    return {};
}

std::error_code Principal::user_left(const chat::Group& group, const chat::User& user, const chat::Departure&,
                                     chat::RenderCache&) {
    const bool oneself = &user == this->user();
    for (SwitchboardSession* session : sessions_for(group)) {
        if (oneself) {
            session->end_removed();
        } else {
            session->show_left(server_.handle_of(user));
        }
    }
    return {};
}

std::error_code Principal::group_meta_update(const chat::Group&, const chat::GroupMeta&, const chat::User*,
                                             chat::RenderCache&) {
    return {};  // a switchboard has no topic
}

void Principal::typing(const chat::TypingNotice& notice, chat::RenderCache& cache) {
    if (notice.state != chat::TypingState::active) return;  // MSN clients let it lapse
    const std::string& typist = server_.handle_of(*notice.who);
    if (!allows(typist)) return;
    SwitchboardSession* session =
        notice.target.group != nullptr ? session_for(*notice.target.group) : session_with(typist);
    if (session == nullptr || !session->take_typing(typist)) return;
    session->send(
        cache.get_or_render({msn_protocol, 0}, [&] { return render_typing(identity_of(server_, *notice.who)); }));
}

void Principal::signed_off(const chat::User& user, std::string_view, chat::RenderCache&) {
    const std::string handle = server_.handle_of(user);
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(switchboards_)) {
        const auto& switchboard = session->switchboard();
        if (switchboard != nullptr && switchboard->stands_for_group()) session->show_left(handle);
    }
}

void Principal::invited(const chat::Group& group, const chat::User& by, const chat::User& invitee, chat::RenderCache&) {
    if (&invitee != user()) return;
    const Identity inviter = identity_of(server_, by);
    if (!allows(inviter.handle)) {
        if (by.client() != nullptr) by.client()->invitation_failed(group, invitee, chat::Errc::not_accepted);
        return;
    }
    const bool room = Switchboard::is_room(group);
    const std::string room_handle = server_.directory().room_handle(group);
    if (room && (!parse_handle(room_handle) || server_.directory().find_room(room_handle) != &group)) {
        if (by.client() != nullptr) by.client()->invitation_failed(group, invitee, chat::Errc::not_supported);
        return;  // a name that MSN cannot write
    }
    if (is_rung_for(group)) return;  // once is enough: its client shows that already
    if (!takes_ring()) {
        if (by.client() != nullptr) by.client()->invitation_failed(group, invitee, chat::Errc::queue_full);
        return;
    }
    std::shared_ptr<Switchboard> switchboard = room ? nullptr : server_.switchboard_of(group);
    if (switchboard == nullptr) {
        switchboard = server_.make_switchboard();
        switchboard->attach(group);
    }
    const Identity caller = room ? Identity{server_.directory().room_handle(group), group.name()} : inviter;
    switchboard->ring(*this, caller, by.id());
}

bool Principal::is_visible_to(const chat::User& owner) const {
    return allows(server_.handle_of(owner));
}

void Principal::disconnected_by(const chat::User& by, std::string_view reason) {
    goodbye_ = "Killed (" + by.name() + " (" + std::string(reason) + "))";
    session_.end("", chat::CloseKind::removed);
}

void Principal::undelivered(const chat::Message&, const chat::User&, std::error_code) {
    if (sending_ != nullptr) sending_->note_undelivered();
}

}  // namespace patchcord::msn
