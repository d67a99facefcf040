#include "irc/server/commands/commands.hpp"
#include "irc/server/registration.hpp"
#include "irc/wire/base64.hpp"

namespace patchcord::irc::commands {
namespace {

constexpr std::string_view plain = "PLAIN";
constexpr double price_of_failure = 4;  // flood tokens, so that it costs what a failed OPER does

void refuse(Session& session, Numeric why, std::string_view words) {
    session.reply(why, {}, words);
    session.charge(price_of_failure);
    session.login_failed();
}

void begin(Session& session, std::string_view mechanism) {
    if (!session.account().empty()) {
        session.reply(Numeric::err_saslalready, {}, "You have already authenticated using SASL");
    } else if (mechanism != plain) {
        session.reply(Numeric::rpl_saslmechs, {plain}, "are available SASL mechanisms");
        session.reply(Numeric::err_saslfail, {}, "SASL authentication failed: no such mechanism");
    } else {
        session.begin_sasl();
        session.emit([](LineBuilder& line) { line.command("AUTHENTICATE").param("+"); });
    }
}

/// `nick!user@host` as far as it is known.
std::string identity_of(Session& session) {
    if (session.registered()) return session.user().identity();
    const std::string& username = session.registration().username;
    return std::string(session.nick()) + "!" + (username.empty() ? "*" : username) + "@" +
           session.server().environment().cloak(session.peer().address);
}

void finish(Session& session, chat::AccountVerifier::Answer answer, const std::string& account) {
    switch (answer) {
        case chat::AccountVerifier::Answer::right:
            if (session.set_account(account)) {
                session.reply(Numeric::err_saslfail, {},
                              "SASL authentication failed: you are here by that account; connect anew to join it");
                return;
            }
            session.reply(Numeric::rpl_loggedin, {identity_of(session), account},
                          "You are now logged in as " + account);
            session.reply(Numeric::rpl_saslsuccess, {}, "SASL authentication successful");
            break;
        case chat::AccountVerifier::Answer::wrong:
            refuse(session, Numeric::err_saslfail, "SASL authentication failed");
            break;
        case chat::AccountVerifier::Answer::busy:
            session.reply(Numeric::err_saslfail, {},
                          "SASL authentication failed: too many logins at the moment, try again");
            break;
    }
}

void check(Session& session, std::string_view response) {
    const auto message = decode_base64(response);
    auto credentials = message ? parse_plain(*message) : std::nullopt;
    const bool for_itself = credentials && (credentials->acting_for.empty() ||
                                            session.service().same_name(credentials->acting_for, credentials->name));
    if (!for_itself) {
        refuse(session, Numeric::err_saslfail, "SASL authentication failed");
        return;
    }
    session.check_account(std::move(credentials->name), std::move(credentials->password),
                          [&session](chat::AccountVerifier::Answer answer, const std::string& account) {
                              finish(session, answer, account);
                          });
}

void go_on(Session& session, std::string_view chunk) {
    const SaslResponse::State state = session.sasl()->add(chunk);
    if (state == SaslResponse::State::more) return;
    const std::string response = session.sasl()->text();
    session.end_sasl();
    switch (state) {
        case SaslResponse::State::complete: check(session, response); break;
        case SaslResponse::State::chunk_too_long:
            session.limit_hit(Limit::line_length);
            refuse(session, Numeric::err_sasltoolong, "SASL message too long");
            break;
        default:
            session.limit_hit(Limit::line_length);
            refuse(session, Numeric::err_saslfail, "SASL authentication failed: too long");
            break;
    }
}

}  // namespace

void abort_sasl(Session& session) {
    session.end_sasl();
    session.reply(Numeric::err_saslaborted, {}, "SASL authentication aborted");
}

void authenticate(Session& session, const Message& message) {
    const std::string_view given = message.param(0);
    if (!session.takes_passwords()) {
        session.reply(Numeric::err_saslfail, {}, "SASL authentication failed: " + std::string(Session::tls_only));
    } else if (!session.has(Cap::sasl)) {
        session.reply(Numeric::err_saslfail, {}, "SASL authentication failed: ask for the capability sasl first");
    } else if (given == "*") {
        abort_sasl(session);
    } else if (session.sasl() == nullptr) {
        begin(session, given);
    } else {
        go_on(session, given);
    }
}

}  // namespace patchcord::irc::commands
