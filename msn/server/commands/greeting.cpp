#include <algorithm>

#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr std::size_t client_version_at = 6;
constexpr std::size_t max_version_bytes = 32;

/// The pseudo-dialect that clients offer last. Official servers repeated it, and some clients insist on that (aMSN).
bool offers_cvr0(const Command& command) {
    const auto offered = command.params().subspan(1);
    return std::find(offered.begin(), offered.end(), "CVR0") != offered.end();
}

}  // namespace

void ver(NotificationSession& session, const Command& command) {
    if (session.negotiated()) {
        session.error(ErrorCode::not_expected, command.param(0));
        session.close({chat::CloseKind::protocol, "a second VER"});
        return;
    }
    const auto dialect = negotiate(command.params().subspan(1), session.options().lowest, session.options().highest);
    session.emit([&](CommandBuilder& line) {
        line.verb("VER").param(command.param(0)).param(dialect ? format_dialect(*dialect) : "0");
        if (dialect && offers_cvr0(command)) line.param("CVR0");
        line.finish();
    });
    if (dialect) {
        session.set_dialect(*dialect);
    } else {
        session.close({chat::CloseKind::protocol, "no common dialect"});
    }
}

void inf(NotificationSession& session, const Command& command) {
    session.emit([&](CommandBuilder& line) { line.verb("INF").param(command.param(0)).param("MD5").finish(); });
}

/// Digits, dots, letters: what is repeated to the client must be a word.
bool is_version(std::string_view text) {
    return text.size() <= max_version_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// The client's own version as the recommended and as the lowest one, so that it never asks to be replaced.
void cvr(NotificationSession& session, const Command& command) {
    const std::string_view version = command.param(client_version_at);
    if (!is_version(version)) {
        session.error(ErrorCode::bad_client_version, command.param(0));
        return;
    }
    const std::string page = "http://" + session.options().name + "/";
    session.emit([&](CommandBuilder& line) {
        line.verb(command.verb).param(command.param(0)).param(version).param(version).param(version);
        line.param(page).param(page).finish();
    });
}

}  // namespace patchcord::msn::commands
