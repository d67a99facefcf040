#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {
namespace {

/// Stores what was planned, answers with the command as it came, and then runs `then`.
void change(NotificationSession& session, const Command& command, const Planned<AccountSettings>& planned,
            std::function<void()> then) {
    std::string trid(command.param(0));
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        session.error(*refused, trid);
        return;
    }
    const auto answer = [&session, trid, verb = std::string(command.verb), mode = std::string(command.param(1)),
                         then = std::move(then)] {
        session.emit([&](CommandBuilder& line) {
            line.verb(verb).param(trid);
            add_version(line, session);
            line.param(mode).finish();
        });
        then();
    };
    store_settings(session, trid, std::get<AccountSettings>(planned), answer);
}

}  // namespace

void blp(NotificationSession& session, const Command& command) {
    const std::string_view mode = command.param(1);
    if (mode != "AL" && mode != "BL") {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    change(session, command, session.principal().contacts().plan_only_allowed(mode == "BL"),
           [&session] { session.principal().privacy_changed(); });
}

void gtc(NotificationSession& session, const Command& command) {
    const std::string_view mode = command.param(1);
    if (mode != "A" && mode != "N") {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    change(session, command, session.principal().contacts().plan_ask_when_added(mode == "A"), [] {});
}

}  // namespace patchcord::msn::commands
