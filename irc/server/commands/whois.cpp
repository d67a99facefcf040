#include <charconv>

#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

void send_channels(Session& session, const chat::User& user) {
    constexpr std::size_t room = 290;  // beside the longest server name and two of the longest nicks
    std::string line;
    const auto flush = [&] {
        if (!line.empty()) session.reply(Numeric::rpl_whoischannels, {user.name()}, line);
        line.clear();
    };
    const bool everything = &user == &session.user() || session.user().flags().gateway_operator;
    for (const chat::Membership& membership : user.groups()) {
        const chat::Group& group = *membership.group;
        const bool shared = group.has(session.user());
        if (!everything && !group.shows(user)) continue;
        if (!everything && !shared && (group.policy().secret || user.flags().invisible)) continue;
        if (line.size() + group.name().size() > room) flush();
        if (!line.empty()) line += ' ';
        line += prefixes(group.roles(user), session.has(Cap::multi_prefix)) + group.name();
    }
    if (&user == &session.user() && session.in_contacts()) {
        if (line.size() + contacts_channel.size() > room) flush();
        if (!line.empty()) line += ' ';
        line += contacts_channel;
    }
    flush();
}

/// What the asker calls them.
void send_alias(Session& session, const chat::User& user) {
    const chat::RosterEntry* entry = session.user().entry_for(user);
    if (entry == nullptr || entry->name.empty()) return;
    session.reply(Numeric::rpl_whoisspecial, {user.name()},
                  "is called " + one_plain_line(entry->name, max_alias_bytes) + " in your contact list");
}

void send_service_whois(Session& session) {
    const ServerOptions& options = session.options();
    session.reply(Numeric::rpl_whoisuser, {service_nick, service_username, options.name, "*"},
                  "Your contact list; /msg *patchcord help");
    session.reply(Numeric::rpl_whoisserver, {service_nick, options.name}, options.description);
    session.reply(Numeric::rpl_whoisbot, {service_nick}, "is a Bot on " + options.network);
    session.reply(Numeric::rpl_endofwhois, {service_nick}, "End of /WHOIS list");
}

/// Nobody's but one's own is shown, except to operators.
void send_certificate(Session& session, const chat::User& user) {
    const bool own = &user == &session.user();
    if (!own && !session.user().flags().gateway_operator) return;
    const std::string fingerprint = own ? session.peer().fingerprint : user.profile().fingerprint;
    if (fingerprint.empty()) return;
    session.reply(Numeric::rpl_whoiscertfp, {user.name()}, "has client certificate fingerprint " + fingerprint);
}

void send_idle(Session& session, const chat::User& user) {
    const long long idle = chat::unix_seconds(session.server().now()) - chat::unix_seconds(user.last_message());
    session.reply(Numeric::rpl_whoisidle,
                  {user.name(), std::to_string(idle), std::to_string(chat::unix_seconds(user.sign_on()))},
                  "seconds idle, signon time");
}

void send_whois(Session& session, const chat::User& user) {
    const chat::Profile& profile = user.profile();
    const std::string& nick = user.name();
    session.reply(Numeric::rpl_whoisuser, {nick, profile.username, profile.host, "*"}, profile.real_name);
    send_channels(session, user);
    session.reply(Numeric::rpl_whoisserver, {nick, session.options().name}, session.options().description);
    if (user.presence().away()) session.reply(Numeric::rpl_away, {nick}, user.presence().message);
    if (user.flags().gateway_operator) session.reply(Numeric::rpl_whoisoperator, {nick}, "is an IRC operator");
    if (user.flags().bot) session.reply(Numeric::rpl_whoisbot, {nick}, "is a Bot on " + session.options().network);
    if (!profile.account.empty()) session.reply(Numeric::rpl_whoisaccount, {nick, profile.account}, "is logged in as");
    if (!profile.client.empty()) session.reply(Numeric::rpl_whoisspecial, {nick}, "is using " + profile.client);
    send_alias(session, user);
    if (profile.secure) session.reply(Numeric::rpl_whoissecure, {nick}, "is using a secure connection");
    send_certificate(session, user);
    send_idle(session, user);
}

}  // namespace

void whois(Session& session, const Message& message) {
    if (message.params().empty()) {
        session.reply(Numeric::err_nonicknamegiven, {}, "No nickname given");
        return;
    }
    if (message.params().size() > 1 && !session.server().is_this_server(message.param(0)) &&
        !is_service_nick(message.param(0))) {
        session.reply(Numeric::err_nosuchserver, {message.param(0)}, "No such server");
        return;
    }
    const std::string_view list = message.param(message.params().size() > 1 ? 1 : 0);
    const std::vector<std::string_view> nicks = split_list(list);
    const std::string_view nick = nicks.empty() ? list : nicks.front();
    if (is_service_nick(nick)) {
        send_service_whois(session);
    } else if (const chat::User* user = find_nick(session, nick)) {
        send_whois(session, *user);
        session.reply(Numeric::rpl_endofwhois, {user->name()}, "End of /WHOIS list");
    } else {
        session.reply(Numeric::rpl_endofwhois, {nick}, "End of /WHOIS list");
    }
}

void whowas(Session& session, const Message& message) {
    const std::string_view nick = message.param(0);
    if (nick.empty()) {
        session.reply(Numeric::err_nonicknamegiven, {}, "No nickname given");
        return;
    }
    constexpr int most = 20;  // what an answer may hold
    int limit = 0;
    const std::string_view count = message.param(1);
    std::from_chars(count.data(), count.data() + count.size(), limit);
    const auto found = session.server().whowas().find(
        nick, limit > 0 && limit < most ? static_cast<std::size_t>(limit) : static_cast<std::size_t>(most),
        session.server().fold());
    if (found.empty()) session.reply(Numeric::err_wasnosuchnick, {nick}, "There was no such nickname");
    for (const WhowasEntry* entry : found) {
        session.reply(Numeric::rpl_whowasuser, {entry->nick, entry->username, entry->host, "*"}, entry->real_name);
        session.reply(Numeric::rpl_whoisserver, {entry->nick, session.options().name},
                      std::string(session.server().time_tag(entry->left_at)));
    }
    session.reply(Numeric::rpl_endofwhowas, {nick}, "End of WHOWAS");
}

}  // namespace patchcord::irc::commands
