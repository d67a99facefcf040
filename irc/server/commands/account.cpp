#include <utility>

#include "irc/server/commands/commands.hpp"
#include "irc/server/registration.hpp"
#include "irc/wire/base64.hpp"

namespace patchcord::irc::commands {
namespace {

using Step = chat::LoginExchange::Step;

constexpr double price_of_failure = 4;  // flood tokens, so that it costs what a failed OPER does

/// The exchange is over.
void refuse(Session& session, Numeric why, std::string_view words) {
    session.end_sasl();
    session.reply(why, {}, words);
    session.charge(price_of_failure);
    session.login_failed();
}

void refuse_mechanism(Session& session) {
    session.reply(Numeric::rpl_saslmechs, {join_list(session.sasl_mechanisms())}, "are available SASL mechanisms");
    session.reply(Numeric::err_saslfail, {}, "SASL authentication failed: no such mechanism");
}

/// All mechanisms begin with the client's message.
void begin(Session& session, std::string_view mechanism) {
    if (!session.account().empty()) {
        session.reply(Numeric::err_saslalready, {}, "You have already authenticated using SASL");
        return;
    }
    auto may_open = [&session](const std::string& name) { return session.may_open_account(name); };
    auto exchange = session.server().environment().accounts->begin(mechanism, session.login_peer(), may_open);
    if (!exchange) {
        refuse_mechanism(session);
        return;
    }
    session.begin_sasl(std::move(exchange));
    session.emit([](LineBuilder& line) { line.command("AUTHENTICATE").param("+"); });
}

/// `nick!user@host` as far as it is known.
std::string identity_of(Session& session) {
    if (session.registered()) return session.user().identity();
    const std::string& username = session.registration().username;
    return std::string(session.nick()) + "!" + (username.empty() ? "*" : username) + "@" +
           session.server().environment().cloak(session.peer().address);
}

void send_challenge(Session& session, std::string_view challenge) {
    const std::string text = encode_base64(challenge);
    for (const std::string_view chunk : sasl_chunks(text)) {
        session.emit([&](LineBuilder& line) { line.command("AUTHENTICATE").param(chunk); });
    }
}

void finish(Session& session, const Step& step) {
    switch (step.kind) {
        case Step::Kind::challenge: send_challenge(session, step.challenge); break;
        case Step::Kind::right:
            session.end_sasl();
            if (!log_in_to(session, step.who)) {
                session.reply(Numeric::err_saslfail, {},
                              "SASL authentication failed: you are here by that account; connect anew to join it");
                return;
            }
            session.reply(Numeric::rpl_saslsuccess, {}, "SASL authentication successful");
            break;
        case Step::Kind::wrong: refuse(session, Numeric::err_saslfail, "SASL authentication failed"); break;
        case Step::Kind::busy:
            session.end_sasl();
            session.reply(Numeric::err_saslfail, {},
                          "SASL authentication failed: too many logins at the moment, try again");
            break;
    }
}

void check(Session& session, std::string_view response) {
    auto message = decode_base64(response);
    if (!message) {
        refuse(session, Numeric::err_saslfail, "SASL authentication failed");
        return;
    }
    session.sasl()->exchange->respond(std::move(*message), [&session, go_on = session.await_answer()](Step step) {
        go_on([&] { finish(session, step); });
    });
}

void go_on(Session& session, std::string_view chunk) {
    SaslResponse& response = session.sasl()->response;
    switch (response.add(chunk)) {
        case SaslResponse::State::more: break;
        case SaslResponse::State::complete: check(session, std::exchange(response, {}).text()); break;
        case SaslResponse::State::chunk_too_long:
            session.limit_hit(Limit::line_length);
            refuse(session, Numeric::err_sasltoolong, "SASL message too long");
            break;
        case SaslResponse::State::too_long:
            session.limit_hit(Limit::line_length);
            refuse(session, Numeric::err_saslfail, "SASL authentication failed: too long");
            break;
    }
}

}  // namespace

bool log_in_to(Session& session, const chat::AccountIdentity& who) {
    if (session.set_account(who)) return false;
    session.reply(Numeric::rpl_loggedin, {identity_of(session), who.account},
                  "You are now logged in as " + who.account);
    return true;
}

void abort_sasl(Session& session) {
    session.end_sasl();
    session.reply(Numeric::err_saslaborted, {}, "SASL authentication aborted");
}

void authenticate(Session& session, const Message& message) {
    const std::string_view given = message.param(0);
    if (!session.takes_passwords() && session.sasl_mechanisms().empty()) {
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
