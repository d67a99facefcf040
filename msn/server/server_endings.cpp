#include <vector>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"

namespace patchcord::msn {

void Server::shut_down() {
    shutting_down_ = true;
    for (NotificationSession* session : std::vector(notification_sessions_.begin(), notification_sessions_.end())) {
        session->end("SSD", chat::CloseKind::shutdown);
    }
    for (SwitchboardSession* session : std::vector(switchboard_sessions_.begin(), switchboard_sessions_.end())) {
        session->dismiss({chat::CloseKind::shutdown, "shutting down"});
    }
}

void Server::keep_only(const std::unordered_set<std::string>& handles) {
    std::vector<NotificationSession*> gone;
    for (const auto& [handle, principal] : principals_) {
        if (!handles.contains(handle)) gone.push_back(&principal->session());
    }
    for (NotificationSession* session : gone) {
        session->end({}, chat::CloseKind::removed);
        session->sign_out();
    }
    for (SwitchboardSession* session : std::vector(switchboard_sessions_.begin(), switchboard_sessions_.end())) {
        const bool joined = !session->handle().empty();
        if (joined && !handles.contains(session->handle())) {
            session->dismiss({chat::CloseKind::removed, "account removed"});
        }
    }
}

}  // namespace patchcord::msn
