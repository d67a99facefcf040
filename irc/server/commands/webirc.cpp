// A gateway from the web says whom it speaks for (IRCv3 webirc).

#include <algorithm>

#include "irc/server/commands/commands.hpp"
#include "irc/server/registration.hpp"

namespace patchcord::irc::commands {
namespace {

struct WebClient {
    std::string address;
    bool secure = false;  // they reached the gateway by TLS
};

/// Every refusal ends the connection: what came behind it would be taken for the gateway's own.
void refuse(Session& session, std::string_view why) {
    session.server().log().log(chat::LogLevel::warn, session.log_name(), "WEBIRC refused",
                               {{"address", session.peer().address}, {"reason", why}});
    session.close({chat::CloseKind::login, why});
}

/// Options may come as one parameter or as several; one with a value is the same as without.
bool has_option(const Message& message, std::string_view name) {
    constexpr std::size_t first = 4;
    for (std::size_t i = first; i < message.params().size(); ++i) {
        std::string_view options = message.param(i);
        while (!options.empty()) {
            const std::size_t end = std::min(options.find(' '), options.size());
            const std::string_view option = options.substr(0, end);
            if (option.substr(0, option.find('=')) == name) return true;
            options.remove_prefix(std::min(end + 1, options.size()));
        }
    }
    return false;
}

void take(Session& session, const WebClient& client) {
    const std::string gateway = session.peer().address;
    switch (session.speaks_for(client.address, client.secure)) {
        case chat::Moved::done:
            session.server().log().log(chat::LogLevel::debug, session.log_name(), "came by a web gateway",
                                       {{"address", session.peer().address}, {"gateway", gateway}});
            break;
        case chat::Moved::not_an_address: refuse(session, "Invalid address in WEBIRC"); break;
        case chat::Moved::too_many:
            session.close(Limit::clients_per_address, "Too many connections from your address");
            break;
        case chat::Moved::too_often:
            session.close(Limit::connects_per_address, "Too many connections from your address in a short time");
            break;
    }
}

void settle(Session& session, const WebClient& client, chat::PasswordVerifier::Answer answer) {
    switch (answer) {
        case chat::PasswordVerifier::Answer::right: take(session, client); break;
        case chat::PasswordVerifier::Answer::wrong:
            session.limit_hit(Limit::failed_logins);
            refuse(session, "Invalid WebIRC password");
            break;
        case chat::PasswordVerifier::Answer::busy:
            session.close({chat::CloseKind::login, "Too many logins at the moment, try again"});
            break;
    }
}

}  // namespace

void webirc(Session& session, const Message& message) {
    if (session.registered()) {
        session.reply(Numeric::err_alreadyregistered, {}, "You may not reregister");
        return;
    }
    const auto& hash_for = session.options().web_gateway_hash;
    std::string hash = hash_for ? hash_for(session.peer().address) : std::string();
    constexpr std::size_t needed = 4;  // password, gateway, host name and address; the host name is nobody's business
    if (hash.empty()) {
        refuse(session, "WEBIRC is not taken from your address");
    } else if (session.registration().lines != 1) {
        refuse(session, "WEBIRC must be the first line");
    } else if (message.params().size() < needed) {
        refuse(session, "Not enough parameters for WEBIRC");
    } else {
        WebClient client{std::string(message.param(3)), has_option(message, "secure")};
        session.check_password(std::string(message.param(0)), std::move(hash),
                               [&session, client = std::move(client)](chat::PasswordVerifier::Answer answer) {
                                   settle(session, client, answer);
                               });
    }
}

}  // namespace patchcord::irc::commands
