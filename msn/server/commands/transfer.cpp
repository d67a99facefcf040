#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr Dialect first_with_zero{3};
constexpr Dialect first_with_current{7};

/// Where to log in: here.
void send_notification_address(NotificationSession& session, std::string_view trid) {
    std::string address = session.server().switchboard_address(session.peer().local_address);
    address.erase(address.rfind(':') + 1);
    address += std::to_string(session.options().notification_port);
    session.emit([&](CommandBuilder& line) {
        line.verb("XFR").param(trid).param("NS").param(address);
        if (session.dialect() >= first_with_zero) line.param("0");
        if (session.dialect() >= first_with_current) line.param(address);
        line.finish();
    });
}

std::optional<ErrorCode> check(NotificationSession& session) {
    const Principal& me = session.principal();
    if (!availability_of(me.presence().status)) return ErrorCode::not_allowed_when_offline;
    if (!session.take_call()) return ErrorCode::changing_too_rapidly;
    if (me.switchboard_count() < session.options().max_switchboards) return std::nullopt;
    session.limit_hit(Limit::switchboards);
    return ErrorCode::too_many_sessions;
}

void send_switchboard_key(NotificationSession& session, std::string_view trid) {
    if (const auto refused = check(session)) {
        session.error(*refused, trid);
        return;
    }
    Server& server = session.server();
    const std::string key = server.keys().issue({session.principal().handle(), {}}, server.scheduler().now());
    const std::string address = server.switchboard_address(session.peer().local_address);
    session.emit([&](CommandBuilder& line) {
        line.verb("XFR").param(trid).param("SB").param(address).param("CKI").param(key).finish();
    });
}

}  // namespace

void xfr(NotificationSession& session, const Command& command) {
    const std::string_view to = command.param(1);
    if (to == "NS") {
        send_notification_address(session, command.param(0));
    } else if (to == "SB" && session.signed_in()) {
        send_switchboard_key(session, command.param(0));
    } else {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        if (!session.signed_in()) session.close({chat::CloseKind::protocol, "a transfer before the login"});
    }
}

}  // namespace patchcord::msn::commands
