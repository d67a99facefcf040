#include <chrono>

#include "msn/server/commands/commands.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr Dialect first_verified{6};
constexpr Dialect first_restricted{8};
constexpr Dialect first_nameless{10};
constexpr Dialect first_with_sbs{11};

void send_ok(NotificationSession& session, std::string_view trid) {
    const Principal& principal = session.principal();
    const Dialect dialect = session.dialect();
    session.emit([&](CommandBuilder& line) {
        line.verb("USR").param(trid).param("OK").param(principal.handle());
        if (dialect < first_nameless) line.name(principal.friendly_name(), principal.handle());
        if (dialect >= first_verified) line.param("1");
        if (dialect >= first_restricted) line.param("0");
        line.finish();
    });
}

/// Half of an account's number: official accounts had one of 64 bits.
std::string member_id(NotificationSession& session, std::size_t half) {
    const auto digest = session.server().environment().md5(session.principal().handle());
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | digest[half * sizeof number + i];
    return std::to_string(number);
}

std::string format_profile(NotificationSession& session) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const auto login_time = duration_cast<seconds>(session.server().now().time_since_epoch()).count();
    const std::string address = session.peer().address;
    std::string out;
    MimeBuilder mime(out);
    mime.content_type("text/x-msmsgsprofile; charset=UTF-8");
    mime.header("LoginTime", std::to_string(login_time)).header("EmailEnabled", "0");
    mime.header("MemberIdHigh", member_id(session, 0)).header("MemberIdLow", member_id(session, 1));
    mime.header("lang_preference", "1033");
    for (const char* name : {"preferredEmail", "country", "PostalCode", "Gender"}) mime.header(name, "");
    mime.header("Kid", "0");
    for (const char* name : {"Age", "BDayPre", "Birthday", "Wallet"}) mime.header(name, "");
    mime.header("Flags", "536872513").header("sid", "507").header("MSPAuth", "");
    // An IPv6 address is more colons than some clients take.
    mime.header("ClientIP", address.find(':') == std::string::npos ? address : "0.0.0.0").header("ClientPort", "0");
    mime.header("ABCHMigrated", "1").header("MPOPEnabled", "0");
    mime.body("");
    return out;
}

}  // namespace

void send_welcome(NotificationSession& session, std::string_view trid) {
    send_ok(session, trid);
    if (session.dialect() >= first_with_sbs) {
        session.emit([](CommandBuilder& line) { line.verb("SBS").param("0").param("null").finish(); });
    }
    session.emit([&](CommandBuilder& line) {
        line.verb("MSG").param("Hotmail").param("Hotmail").payload(format_profile(session));
    });
}

}  // namespace patchcord::msn::commands
