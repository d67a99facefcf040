#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr Dialect first_with_ping_interval{9};
constexpr unsigned ping_interval_seconds = 60;

/// Which words a client is to refuse to send: none.
constexpr std::string_view shields =
    R"(<?xml version="1.0" encoding="utf-8" ?><config><shield></shield><block></block></config>)";

}  // namespace

void png(NotificationSession& session, const Command&) {
    session.expect_pings();
    session.emit([&](CommandBuilder& line) {
        line.verb("QNG");
        if (session.dialect() >= first_with_ping_interval) line.param(ping_interval_seconds);
        line.finish();
    });
}

/// Where a web page is; there is none.
void url(NotificationSession& session, const Command& command) {
    session.emit([&](CommandBuilder& line) {
        line.verb("URL").param(command.param(0)).param("/unused1").param("/unused2").param("1").finish();
    });
}

/// An invitation by mail. We send none, and clients take anything but OK for a fault of the connection.
void snd(NotificationSession& session, const Command& command) {
    session.emit([&](CommandBuilder& line) { line.verb(command.verb).param(command.param(0)).param("OK").finish(); });
}

/// WebTV: calls on or off.
void ims(NotificationSession& session, const Command& command) {
    const std::string_view mode = command.param(1);
    if (mode != "ON" && mode != "OFF") {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    session.emit(
        [&](CommandBuilder& line) { line.verb("IMS").param(command.param(0)).param("0").param(mode).finish(); });
}

void gcf(NotificationSession& session, const Command& command) {
    const bool known = command.param(1) == "Shields.xml";
    if (!known || !session.synchronized()) {
        session.error(known ? ErrorCode::not_expected : ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    session.emit([&](CommandBuilder& line) {
        line.verb("GCF").param(command.param(0)).param(command.param(1)).payload(shields);
    });
}

void out(NotificationSession& session, const Command&) {
    session.close({chat::CloseKind::client, "signed out"});
}

void disabled(NotificationSession& session, const Command& command) {
    session.error(ErrorCode::command_disabled, command.param(0));
}

}  // namespace patchcord::msn::commands
