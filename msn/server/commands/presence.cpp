#include <algorithm>
#include <utility>

#include "msn/server/commands/commands.hpp"
#include "msn/server/render.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/msn_object.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr Dialect first_with_challenges{6};
constexpr Dialect first_with_capabilities{8};
constexpr Dialect first_with_objects{9};
constexpr Dialect first_with_mail_data{11};

constexpr std::size_t max_capabilities_digits = 10;
constexpr std::size_t challenge_digits = 20;  // with fewer or more, implementations differ in the padding

/// `0` is how some clients say that they have no picture.
std::string_view object_in(const Command& command) {
    return command.param(3) == "0" ? std::string_view() : command.param(3);
}

/// Percent-encoded, as every client writes it.
bool is_object(std::string_view text) {
    return text.size() <= max_object_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_capabilities(std::string_view text) {
    return text.size() <= max_capabilities_digits &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The client's own words back; clients without a client id are told `0`.
void echo_status(NotificationSession& session, const Command& command) {
    session.emit([&](CommandBuilder& line) {
        line.verb("CHG").param(command.param(0)).param(command.param(1));
        if (session.dialect() >= first_with_capabilities) {
            line.param(command.param(2).empty() ? "0" : command.param(2));
        }
        if (session.dialect() >= first_with_objects) line.param(command.param(3));
        line.finish();
    });
}

/// Clients of MSNP11 and later wait for the state of a mailbox: it is empty.
void send_mail_data(NotificationSession& session) {
    if (session.dialect() < first_with_mail_data) return;
    std::string payload;
    MimeBuilder(payload)
        .content_type("text/x-msmsgsinitialmdatanotification; charset=UTF-8")
        .body("Mail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E></MD>\r\n");
    session.emit([&](CommandBuilder& line) { line.verb("MSG").param("Hotmail").param("Hotmail").payload(payload); });
}

void send_challenge(NotificationSession& session) {
    if (!session.options().challenge || session.dialect() < first_with_challenges) return;
    std::string& challenge = session.challenge();
    challenge = session.server().environment().random_text(challenge_digits);
    for (char& c : challenge) c = static_cast<char>('0' + static_cast<unsigned char>(c) % 10);
    session.emit([&](CommandBuilder& line) { line.verb("CHL").param("0").param(challenge).finish(); });
}

}  // namespace

void chg(NotificationSession& session, const Command& command) {
    const std::string_view trid = command.param(0);
    const auto status = parse_status(command.param(1));
    const bool sound = is_capabilities(command.param(2)) && is_object(command.param(3));
    if (!status || *status == Status::offline || !sound) {
        session.error(ErrorCode::invalid_parameter, trid);
        return;
    }
    Principal& me = session.principal();
    if (const auto refused = me.set_status(*status, command.param(2), object_in(command))) {
        session.error(*refused, trid);
        return;
    }
    echo_status(session, command);
    if (!session.first_status()) return;
    std::string initial;
    for (const ContactPresence& contact : me.visible_contacts()) {
        initial += render_initial_presence(session.dialect(), trid, contact);
    }
    if (!initial.empty()) session.send(initial);
    send_mail_data(session);
    send_challenge(session);
}

void uux(NotificationSession& session, const Command& command) {
    const PersonalMessage message = parse_personal_message(command.payload);
    session.principal().set_personal_message(message == PersonalMessage{} ? std::string()
                                                                          : format_personal_message(message));
    session.emit([&](CommandBuilder& line) { line.verb("UUX").param(command.param(0)).payload({}); });
}

void qry(NotificationSession& session, const Command& command) {
    const std::string challenge = std::exchange(session.challenge(), {});
    const bool right =
        challenge.empty() || check_challenge(static_cast<int>(session.dialect().number()), challenge, command.param(1),
                                             command.payload, session.server().environment().md5);
    if (!right) {
        session.error(ErrorCode::wrong_challenge_response, command.param(0));
        session.close({chat::CloseKind::protocol, "wrong answer to a challenge"});
        return;
    }
    session.emit([&](CommandBuilder& line) { line.verb("QRY").param(command.param(0)).finish(); });
}

}  // namespace patchcord::msn::commands
