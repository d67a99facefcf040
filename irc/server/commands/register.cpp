// Opening an account (IRCv3 account-registration, a draft).

#include "irc/server/commands/commands.hpp"
#include "irc/server/registration.hpp"

namespace patchcord::irc::commands {
namespace {

using Opened = chat::AccountDesk::Opened;

void fail(Session& session, std::string_view code, std::string_view account, std::string_view words) {
    session.standard_reply("FAIL", "REGISTER", code, {account}, words);
}

/// The nick that the client has, or wants to have; empty when it has not said.
std::string wanted_nick(Session& session) {
    if (session.registered()) return std::string(session.nick());
    const Registration& so_far = session.registration();
    return so_far.account_nick.empty() ? so_far.nick.name() : so_far.account_nick;
}

/// False, and an answer, when this client may not open one now, whatever it is called.
bool may_register(Session& session, const std::string& account) {
    const bool early = !session.registered();
    if (!session.account().empty()) {
        fail(session, "ALREADY_AUTHENTICATED", account, "You are logged in to an account already");
    } else if (!session.options().account_registration || session.server().environment().account_desk == nullptr) {
        fail(session, "TEMPORARILY_UNAVAILABLE", account, "Accounts cannot be registered here");
    } else if (!session.takes_passwords()) {
        fail(session, "TEMPORARILY_UNAVAILABLE", account, Session::tls_only);
    } else if (early && !session.options().password_hash.empty()) {
        session.standard_reply("FAIL", "REGISTER", "COMPLETE_CONNECTION_REQUIRED", {},
                               "This server has a password; say it first");
    } else if (wanted_nick(session).empty()) {
        fail(session, "NEED_NICK", "*", "Say NICK first");
    } else {
        return true;
    }
    return false;
}

void finish(Session& session, const std::string& wanted, Opened outcome, const chat::AccountIdentity& who) {
    switch (outcome) {
        case Opened::done:
            session.emit([&](LineBuilder& line) {
                line.source(session.options().name).command("REGISTER").param("SUCCESS").param(who.account);
                line.trailing("Your account is open");
            });
            (void)log_in_to(session, who);  // nobody can be here by an account that is new
            break;
        case Opened::exists: fail(session, "ACCOUNT_EXISTS", wanted, "There is an account of that name"); break;
        case Opened::bad_name:
            fail(session, "BAD_ACCOUNT_NAME", wanted,
                 "An account is called by a nick, and by none that somebody else goes by");
            break;
        case Opened::weak_password:
            fail(session, "WEAK_PASSWORD", wanted,
                 "A password has " + std::to_string(chat::AccountDesk::least_password_bytes) + " characters at least");
            break;
        case Opened::bad_password: fail(session, "UNACCEPTABLE_PASSWORD", wanted, "That password is too long"); break;
        case Opened::busy:
            fail(session, "TEMPORARILY_UNAVAILABLE", wanted, "Too many accounts at the moment, try again later");
            break;
    }
}

}  // namespace

/// Nothing is sent by mail, and so the address is not looked at.
void register_account(Session& session, const Message& message) {
    const bool own = message.param(0) == "*";
    const std::string wanted = own ? wanted_nick(session) : std::string(message.param(0));
    if (!may_register(session, wanted)) return;
    session.server().environment().account_desk->open(
        {wanted, std::string(message.param(2)), session.peer().address, session.may_open_account(wanted)},
        [&session, wanted, go_on = session.await_answer()](Opened outcome, const chat::AccountIdentity& who) {
            go_on([&] { finish(session, wanted, outcome, who); });
        });
}

void verify(Session& session, const Message& message) {
    const bool logged_in = !session.account().empty();
    session.standard_reply("FAIL", "VERIFY", logged_in ? "ALREADY_AUTHENTICATED" : "INVALID_CODE", {message.param(0)},
                           logged_in ? "You are logged in to an account already"
                                     : "There is nothing to verify: accounts are open at once");
}

}  // namespace patchcord::irc::commands
