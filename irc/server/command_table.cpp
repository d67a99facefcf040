#include "irc/server/command_table.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "irc/server/commands/commands.hpp"

namespace patchcord::irc {
namespace {

using namespace commands;

// A cost above 1 is for what takes long, or reaches many people who did not ask.
constexpr std::array table{
    CommandInfo{"AUTHENTICATE", authenticate, 1, Stage::any, 1, "AUTHENTICATE mechanism|data|*: logs in to an account"},
    CommandInfo{"AWAY", away, 0, Stage::any, 2, "AWAY [:message]: says that you are away, or back"},
    CommandInfo{"BATCH", batch, 1, Stage::registered, 1,
                "BATCH +reference draft/multiline target, BATCH -reference: around the lines of one message"},
    CommandInfo{"CAP", cap, 1, Stage::any, 1, "CAP LS|LIST|REQ|END: negotiates capabilities"},
    CommandInfo{"CHATHISTORY", chathistory, 0, Stage::registered, 1,
                "CHATHISTORY LATEST|BEFORE|AFTER|AROUND|BETWEEN|TARGETS ...: what was said before"},
    CommandInfo{"CONTACTS", contacts, 0, Stage::registered, 2,
                "CONTACTS [words]: your contact list; the same as PRIVMSG *patchcord :words"},
    CommandInfo{"HELP", help, 0, Stage::registered, 2, "HELP [command]"},
    CommandInfo{"HELPOP", help, 0, Stage::registered, 2, "HELPOP [command]: the same as HELP"},
    CommandInfo{"INFO", info, 0, Stage::registered, 2, "INFO [server]: what this is"},
    CommandInfo{"INVITE", invite, 0, Stage::registered, 2,
                "INVITE [nick channel]: invites somebody, or lists your invitations"},
    CommandInfo{"ISON", ison, 1, Stage::registered, 1, "ISON nick...: who of these is online"},
    CommandInfo{"ISUPPORT", isupport, 0, Stage::any, 2,
                "ISUPPORT: what this server supports, as it is said at the start"},
    CommandInfo{"JOIN", join, 1, Stage::registered, 2, "JOIN channel[,channel] [key[,key]]; JOIN 0 leaves all"},
    CommandInfo{"KICK", kick, 2, Stage::registered, 1, "KICK channel nick[,nick] [:reason]"},
    CommandInfo{"KILL", kill, 2, Stage::oper, 1, "KILL nick :reason: ends somebody's connection (operators)"},
    CommandInfo{"LINKS", links, 0, Stage::registered, 2, "LINKS: the servers of the network"},
    CommandInfo{"LIST", list, 0, Stage::registered, 3, "LIST [mask,!mask,>n,<n,C>min,C<min,T>min,T<min]: channels"},
    CommandInfo{"LUSERS", lusers, 0, Stage::registered, 1, "LUSERS: how many people are here"},
    CommandInfo{"MARKREAD", markread, 0, Stage::registered, 1,
                "MARKREAD target [timestamp=...]: how far you have read"},
    CommandInfo{"METADATA", metadata, 2, Stage::registered, 2,
                "METADATA target GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC [key...]: what people and channels tell"},
    CommandInfo{"MODE", mode, 1, Stage::registered, 1, "MODE channel [+-beIiklmnostv ...] or MODE nick [+-iB]"},
    CommandInfo{"MONITOR", monitor, 1, Stage::registered, 1, "MONITOR + nick,nick | - nick,nick | C | L | S"},
    CommandInfo{"MOTD", motd, 0, Stage::registered, 2, "MOTD [server]: the message of the day"},
    CommandInfo{"NAMES", names, 0, Stage::registered, 2, "NAMES channel[,channel]: who is there"},
    CommandInfo{"NICK", nick, 0, Stage::any, 2, "NICK name: takes another nick"},
    CommandInfo{"NOTICE", notice, 0, Stage::registered, 1, "NOTICE target :text"},
    CommandInfo{"OPER", oper, 2, Stage::registered, 5, "OPER name password"},
    CommandInfo{"PART", part, 1, Stage::registered, 2, "PART channel[,channel] [:reason]"},
    CommandInfo{"PASS", pass, 1, Stage::any, 1, "PASS password, or account:password: before NICK and USER"},
    CommandInfo{"PING", ping, 0, Stage::any, 1, "PING token: is answered with PONG"},
    CommandInfo{"PONG", pong, 0, Stage::any, 1, "PONG token: answers a PING"},
    CommandInfo{"PRIVMSG", privmsg, 0, Stage::registered, 1, "PRIVMSG target[,target] :text"},
    CommandInfo{"QUIT", quit, 0, Stage::any, 1, "QUIT [:reason]"},
    CommandInfo{"REDACT", redact, 2, Stage::registered, 1, "REDACT target msgid [:reason]: takes a message back"},
    CommandInfo{"REGISTER", register_account, 3, Stage::any, 5, "REGISTER account|* * password: opens an account"},
    CommandInfo{"REHASH", rehash, 0, Stage::oper, 5, "REHASH: reads the configuration again (operators)"},
    CommandInfo{"RENAME", rename, 2, Stage::registered, 5, "RENAME channel newname [:reason] (channel operators)"},
    CommandInfo{"SETNAME", setname, 1, Stage::registered, 2, "SETNAME :real name"},
    CommandInfo{"STATS", stats, 1, Stage::registered, 2, "STATS u: uptime; STATS z: counters (operators)"},
    CommandInfo{"TAGMSG", tagmsg, 0, Stage::registered, 1, "TAGMSG target: a message of tags only"},
    CommandInfo{"TIME", time, 0, Stage::registered, 1, "TIME [server]"},
    CommandInfo{"TOPIC", topic, 1, Stage::registered, 1, "TOPIC channel [:topic]"},
    CommandInfo{"USER", user, 4, Stage::any, 1, "USER name 0 * :real name"},
    CommandInfo{"USERHOST", userhost, 1, Stage::registered, 1, "USERHOST nick..."},
    CommandInfo{"VERIFY", verify, 2, Stage::any, 2, "VERIFY account code: accounts are open at once, there is no code"},
    CommandInfo{"VERSION", version, 0, Stage::registered, 1, "VERSION [server]"},
    CommandInfo{"WALLOPS", wallops, 1, Stage::oper, 2, "WALLOPS :text: to all operators (operators)"},
    CommandInfo{"WEBIRC", webirc, 0, Stage::any, 5,
                "WEBIRC password gateway host address [:options]: for web gateways, as their first line"},
    CommandInfo{"WHO", who, 1, Stage::registered, 2, "WHO mask [o][%fields[,token]]"},
    CommandInfo{"WHOIS", whois, 0, Stage::registered, 1, "WHOIS nick"},
    CommandInfo{"WHOWAS", whowas, 0, Stage::registered, 2, "WHOWAS nick [count]"},
};

constexpr std::size_t longest_name = 16;

using ByName = std::unordered_map<std::string_view, const CommandInfo*>;

ByName by_name() {
    ByName commands;
    for (const CommandInfo& command : table) commands.emplace(command.name, &command);
    return commands;
}

/// Upper case in place of the caller's buffer; longer names are no commands.
std::string_view upper(std::string_view name, std::array<char, longest_name>& buffer) {
    if (name.size() > buffer.size()) return {};
    std::transform(name.begin(), name.end(), buffer.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return {buffer.data(), name.size()};
}

}  // namespace

std::span<const CommandInfo> all_commands() {
    return table;
}

const CommandInfo* find_command(std::string_view name) {
    static const ByName commands = by_name();
    std::array<char, longest_name> buffer{};
    const auto found = commands.find(upper(name, buffer));
    return found == commands.end() ? nullptr : found->second;
}

bool is_http_verb(std::string_view command) {
    static constexpr std::array verbs{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    std::array<char, longest_name> buffer{};
    const std::string_view verb = upper(command, buffer);
    return std::any_of(verbs.begin(), verbs.end(), [&](const char* known) { return verb == known; });
}

}  // namespace patchcord::irc
