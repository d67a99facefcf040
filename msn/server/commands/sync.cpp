#include "msn/server/sync.hpp"

#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {

void syn(NotificationSession& session, const Command& command) {
    const auto properties = [&session](std::string_view handle) { return properties_of(session, handle); };
    session.send(format_sync(session.principal().contacts(), session.dialect(), command.param(0), properties,
                             limits_of(session)));
    session.note_synchronized();
}

void lst(NotificationSession& session, const Command& command) {
    const auto list = parse_list(command.param(1));
    if (!list || *list == list_pending) {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    session.send(format_list_reply(session.principal().contacts(), session.dialect(), command.param(0), *list));
}

void lsg(NotificationSession& session, const Command& command) {
    session.send(format_groups_reply(session.principal().contacts(), command.param(0)));
}

}  // namespace patchcord::msn::commands
