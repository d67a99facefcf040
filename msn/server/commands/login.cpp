#include "msn/server/commands/commands.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/passport.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr Dialect first_with_tickets{8};
constexpr std::size_t challenge_characters = 24;
constexpr std::size_t nonce_characters = 8;

bool uses_tickets(const NotificationSession& session) {
    return session.dialect() >= first_with_tickets;
}

void begin_login(NotificationSession& session, const Command& command) {
    const auto handle = parse_handle(command.param(3));
    if (!handle) {
        session.refuse_login(ErrorCode::authentication_failed, command.param(0));
        return;
    }
    const auto& random_text = session.server().environment().random_text;
    session.login_attempt() = std::make_unique<LoginAttempt>(LoginAttempt{*handle, random_text(challenge_characters)});
    // The same for accounts that do not exist: nobody is to learn which do.
    const std::string challenge = uses_tickets(session)
                                      ? format_passport_challenge(session.server().now(), random_text(nonce_characters))
                                      : session.login_attempt()->challenge;
    session.emit([&](CommandBuilder& line) {
        line.verb("USR").param(command.param(0)).param(command.param(1)).param("S").param(challenge).finish();
    });
}

/// The store cannot be asked: not the client's fault.
void postpone_login(NotificationSession& session, std::string_view trid) {
    session.error(ErrorCode::login_busy, trid);
    session.close({chat::CloseKind::login, "no answer from the account store"});
}

/// Handles of people on IRC and of rooms are theirs, whatever account the store may have under one.
bool is_somebody_elses(const NotificationSession& session, const std::string& handle) {
    const Directory& directory = session.server().directory();
    return directory.is_person(handle) || directory.is_room(handle);
}

void load_account(NotificationSession& session, const std::string& trid) {
    const std::string handle = session.login_attempt()->handle;
    if (is_somebody_elses(session, handle)) {
        session.refuse_login(ErrorCode::authentication_failed, trid);
        return;
    }
    session.server().store().load(handle,
                                  session.when_answered<chat::Result<AccountRecord>>(
                                      [&session, trid, handle, kept = session.server().kept()](auto record) {
                                          if (record.error() == chat::Errc::no_such_user) {
                                              session.refuse_login(ErrorCode::authentication_failed, trid);
                                              return;
                                          }
                                          if (!record) {
                                              postpone_login(session, trid);
                                              return;
                                          }
                                          if (Principal* earlier = session.server().find_principal(handle)) {
                                              // It may have changed the lists since they were read.
                                              NotificationSession& other = earlier->session();
                                              other.end("OTH", chat::CloseKind::client);
                                              other.sign_out();
                                              load_account(session, trid);
                                              return;
                                          }
                                          if (session.server().kept() != kept) record->messages_wait = true;
                                          session.sign_in(session.server().sign_in(session, std::move(*record)));
                                          send_welcome(session, trid);
                                      }));
}

void finish_md5(NotificationSession& session, const Command& command) {
    using Password = std::optional<std::string>;
    session.server().store().legacy_password(
        session.login_attempt()->handle,
        session.when_answered<chat::Result<Password>>(
            [&session, trid = std::string(command.param(0)), answer = std::string(command.param(3))](auto found) {
                if (!found && found.error() != chat::Errc::no_such_user) {
                    postpone_login(session, trid);
                    return;
                }
                const Password password = found ? *found : Password();
                const auto& environment = session.server().environment();
                // Only now, so that many who know their passwords can sign in together.
                if (environment.may_try_password && !environment.may_try_password(session.peer().address)) {
                    session.limit_hit(Limit::failed_logins);
                    postpone_login(session, trid);
                    return;
                }
                // Without a password, the same work is done with one that nobody knows.
                const bool right = check_md5_login(session.login_attempt()->challenge,
                                                   password ? *password : environment.random_text(challenge_characters),
                                                   answer, environment.md5);
                if (password && right) {
                    if (environment.password_was_right) environment.password_was_right(session.peer().address);
                    load_account(session, trid);
                } else {
                    session.refuse_login(ErrorCode::authentication_failed, trid);
                }
            }));
}

void finish_ticket(NotificationSession& session, const Command& command) {
    const auto redeemed = session.server().environment().redeem_ticket(command.param(3));
    const auto handle = redeemed ? parse_handle(*redeemed) : std::nullopt;
    if (handle && *handle == session.login_attempt()->handle) {
        load_account(session, std::string(command.param(0)));
    } else {
        session.refuse_login(ErrorCode::authentication_failed, command.param(0));
    }
}

}  // namespace

void usr(NotificationSession& session, const Command& command) {
    if (session.signed_in()) {
        session.error(ErrorCode::already_logged_in, command.param(0));
        return;
    }
    const std::string_view package = command.param(1);
    const std::string_view step = command.param(2);
    const bool offered = package == (uses_tickets(session) ? "TWN" : "MD5");  // CTP is a password in clear
    if (offered && step == "I") {
        begin_login(session, command);
    } else if (!offered || step != "S" || !session.login_attempt()) {
        session.refuse_login(ErrorCode::authentication_failed, command.param(0));
    } else if (uses_tickets(session)) {
        finish_ticket(session, command);
    } else {
        finish_md5(session, command);
    }
}

}  // namespace patchcord::msn::commands
