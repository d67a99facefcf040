// Messages that waited in the store, and their place before newer ones.

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"

namespace patchcord::msn {

void Principal::fetch_messages() {
    if (std::exchange(fetching_, true)) return;
    messages_remain_ = false;
    server_.store().waiting_messages(
        handle_, [this, alive = std::weak_ptr<char>(alive_)](const chat::Result<std::vector<OfflineMessage>>& waiting) {
            if (alive.expired()) return;
            fetching_ = false;
            messages_remain_ = messages_remain_ || !waiting || user() == nullptr;
            if (user() != nullptr) deliver(waiting ? *waiting : std::vector<OfflineMessage>());
        });
}

void Principal::fetch_remaining() {
    if (messages_remain_) fetch_messages();
}

std::error_code Principal::hold(const chat::Message& message, const Identity& sender, std::string commands) {
    if (held_.size() >= server_.options().max_rings && !held_.contains(sender.handle)) {
        session_.limit_hit(Limit::rings);
        return chat::Errc::queue_full;
    }
    Held& held = held_[sender.handle];
    if (held.switchboard == nullptr) {
        held = {sender, server_.make_switchboard()};
        held.switchboard->attach(*message.sender);
    }
    return held.switchboard->queue(message, *user(), std::move(commands));
}

/// Each sender's messages ring once, like a conversation they begin now; or they come in the one that is open.
void Principal::deliver(const std::vector<OfflineMessage>& messages) {
    std::map<std::string, Held> conversations = std::exchange(held_, {});
    std::vector<std::uint64_t> unwanted;
    for (const OfflineMessage& message : messages) {
        if (!allows(message.from)) {
            unwanted.push_back(message.id);
            continue;
        }
        const auto ringing = ringing_switchboard(message.from);
        if (ringing != nullptr && ringing->holds_stored(message.id)) continue;
        Held& held = conversations[message.from];
        if (held.switchboard == nullptr) {
            held = {{message.from, message.from_name}, server_.make_switchboard()};
            held.switchboard->attach_absent(held.sender);
        }
        held.switchboard->queue_stored(render_stored(server_, message), message.id);
    }
    if (!unwanted.empty()) server_.store().forget_messages(std::move(unwanted), [](std::error_code) {});
    for (const auto& [handle, held] : conversations) pass_on(*held.switchboard, held.sender);
}

void Principal::pass_on(Switchboard& switchboard, const Identity& sender) {
    if (SwitchboardSession* session = session_with(sender.handle)) {
        const chat::User* author = switchboard.person();
        const bool here = author != nullptr && server_.directory().find_person(sender.handle) == author;
        if (here) session->switchboard()->person_came(*author, *session);
        switchboard.hand_over(*session);
    } else if (const auto ringing = ringing_switchboard(sender.handle)) {
        switchboard.merge_into(*ringing);
    } else if (takes_ring()) {
        switchboard.ring(*this, sender);
    } else {
        switchboard.not_answered(handle_, chat::Errc::queue_full);
    }
}

}  // namespace patchcord::msn
