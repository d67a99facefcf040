#include <algorithm>

#include "irc/server/commands/commands.hpp"

namespace patchcord::irc::commands {
namespace {

void become_operator(Session& session) {
    chat::UserFlags flags = session.user().flags();
    flags.gateway_operator = true;
    session.user().set_flags(flags);
    session.reply(Numeric::rpl_youreoper, {}, "You are now an IRC operator");
    send_user_mode(session, "+o");
    session.server().log().log(chat::LogLevel::info, session.log_name(), "operator", {{"nick", session.nick()}});
}

void refuse_operator(Session& session, chat::PasswordVerifier::Answer answer) {
    if (answer == chat::PasswordVerifier::Answer::busy) {
        session.reply(Numeric::err_unknownerror, {"OPER"}, "Too many logins at the moment, try again");
        return;
    }
    session.reply(Numeric::err_passwdmismatch, {}, "Password incorrect");
    session.server().log().log(chat::LogLevel::warn, session.log_name(), "OPER refused",
                               {{"nick", session.nick()}, {"address", session.peer().address}});
    session.login_failed();
}

}  // namespace

void oper(Session& session, const Message& message) {
    if (!session.takes_passwords()) {
        session.reply(Numeric::err_passwdmismatch, {}, Session::tls_only);
        return;
    }
    const auto& operators = session.options().operators;
    const auto entry = std::find_if(operators.begin(), operators.end(),
                                    [&](const OperatorEntry& known) { return known.name == message.param(0); });
    // An unknown name takes as long as a wrong password, so that names cannot be found out.
    const std::string hash = entry != operators.end() ? entry->password_hash : std::string();
    session.check_password(std::string(message.param(1)), hash, [&session](chat::PasswordVerifier::Answer answer) {
        if (answer == chat::PasswordVerifier::Answer::right) {
            become_operator(session);
        } else {
            refuse_operator(session, answer);
        }
    });
}

void kill(Session& session, const Message& message) {
    const std::string reason(cut_text(session, message.param(1)));
    chat::User* victim = find_nick(session, message.param(0));
    if (victim == nullptr) return;
    session.server().log().log(chat::LogLevel::info, session.log_name(), "KILL",
                               {{"by", session.nick()}, {"nick", victim->name()}, {"reason", reason}});
    if (victim->client() == nullptr) {
        session.standard_reply("FAIL", "KILL", "NOT_CONNECTED", {victim->name()},
                               victim->name() + " is not connected to this server");
        return;
    }
    victim->client()->disconnected_by(session.user(), reason);
}

void wallops(Session& session, const Message& message) {
    session.service().operator_notice(session.user(), message.param(0));
}

void rehash(Session& session, const Message&) {
    session.reply(Numeric::rpl_rehashing, {"gateway.toml"}, "Rehashing");
    if (const auto error = session.server().environment().rehash()) {
        session.standard_reply("FAIL", "REHASH", "CONFIG_BAD", {}, *error);
    }
}

}  // namespace patchcord::irc::commands
