#include "irc/server/service_nick.hpp"

#include <algorithm>
#include <array>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/render.hpp"
#include "irc/server/service_call.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc {
namespace {

bool same_word(std::string_view one, std::string_view other) {
    return chat::equal_folded(one, other, fold_table(Casemapping::ascii));
}

struct ServiceCommand {
    std::string_view name;
    void (*run)(ServiceCall&);
    bool needs_list;
    std::string_view usage;
};

constexpr std::array commands_table{
    ServiceCommand{"accept", service::add, true, "accept <who>: the same as add"},
    ServiceCommand{"add", service::add, true,
                   "add <nick or handle> [name]: puts somebody on your contact list, and accepts who asked"},
    ServiceCommand{"always-on", service::always_on, false,
                   "always-on [on|off]: whether you stay in your rooms when your last client is gone"},
    ServiceCommand{"block", service::block, true,
                   "block <who>: they see you as offline and cannot write to you; also denies who asked"},
    ServiceCommand{"cancel", service::cancel, false, "cancel <number>: ends what \"files\" shows with that number"},
    ServiceCommand{"certfp", service::certfp, false,
                   "certfp [list | add [fingerprint] | remove <fingerprint>]: the TLS certificates by which you log in "
                   "without a password (SASL EXTERNAL); add alone takes the one of this connection"},
    ServiceCommand{"connect", service::connect, false, "connect [service]: signs you in there now"},
    ServiceCommand{"deny", service::block, true, "deny <who>: the same as block"},
    ServiceCommand{"disconnect", service::disconnect, false,
                   "disconnect [service]: signs you out there, until you say connect"},
    ServiceCommand{"files", service::files, false,
                   "files: the files that are offered to you and by you, and how far they are"},
    ServiceCommand{"help", service::help, false, "help [command]: what can be said here"},
    ServiceCommand{"link", service::link, false,
                   "link <service> <handle> <password>: signs you in to an MSN service whenever you are here"},
    ServiceCommand{"links", service::links, false, "links: the MSN services there are, and your accounts on them"},
    ServiceCommand{"list", service::list, true, "list [all|online|blocked|pending]: your contact list"},
    ServiceCommand{"nudge", service::nudge, true, "nudge <who>: shakes their window"},
    ServiceCommand{"passwd", service::passwd, false,
                   "passwd <old> <new>: changes the password of your account; in private only"},
    ServiceCommand{"remove", service::remove, true, "remove <who>: takes somebody off your contact list"},
    ServiceCommand{"rename", service::rename, true,
                   "rename <who> [name]: what you call somebody; without a name, what they call themselves"},
    ServiceCommand{"sessions", service::sessions, false,
                   "sessions [close <number>]: your connections, which share your nick and your rooms"},
    ServiceCommand{"status", service::status, false,
                   "status [online|busy|brb|away|phone|lunch|idle] [text]: shows or sets how reachable you are"},
    ServiceCommand{"unblock", service::unblock, true, "unblock <who>: the reverse of block"},
    ServiceCommand{"unlink", service::unlink, false, "unlink <service>: signs you out there, and forgets the account"},
    ServiceCommand{"upload", service::upload, false,
                   "upload [nick or #room]: a link by which you can send one file with a web browser"},
};

const ServiceCommand* find_service_command(std::string_view name) {
    const auto* const found = std::find_if(commands_table.begin(), commands_table.end(),
                                           [&](const ServiceCommand& row) { return same_word(row.name, name); });
    return found == commands_table.end() ? nullptr : found;
}

void refuse_unknown(const ServiceCall& call, std::string_view name) {
    const std::string shown = one_plain_line(name, max_alias_bytes);
    if (call.in_channel && (shown.ends_with(':') || shown.ends_with(','))) {
        call.say("There is no " + shown.substr(0, shown.size() - 1) +
                 " in here to be told that; \"list\" shows your contacts");
        return;
    }
    call.say("There is no command \"" + shown + "\"; \"help\" lists them");
}

/// Why a command cannot run now; empty when it can.
std::string_view obstacle(Session& session, const ServiceCommand& command) {
    if (!command.needs_list) return {};
    if (session.server().environment().address_book == nullptr) {
        return "There is no MSN side here, so nobody can be on a contact list";
    }
    if (session.user().roster_awaited()) return "Your contact list is being fetched; try again in a moment";
    return {};
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

}  // namespace

bool is_service_nick(std::string_view name) {
    return same_word(name, service_nick);
}

std::string service_identity(const Server& server) {
    return std::string(service_nick) + "!" + std::string(service_username) + "@" + server.options().name;
}

std::string service_userhost(const Server& server) {
    return std::string(service_nick) + "=+" + std::string(service_username) + "@" + server.options().name;
}

std::string one_plain_line(std::string_view text, std::size_t limit) {
    const std::string plain = chat::without_deceptive(strip_formatting(text));
    std::string line;
    for (std::size_t at = 0; at < plain.size();) {
        const char32_t c = chat::next_code_point(plain, at);
        if (is_control(c)) continue;
        chat::append_utf8(line, c);
        if (line.size() > limit) break;
    }
    line.resize(chat::code_point_border(line, limit));
    while (line.ends_with(' ')) line.pop_back();
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
    return line;
}

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return word;
}

void ServiceCall::say(std::string_view text) const {
    session.emit([&](LineBuilder& line) {
        if (session.has(Cap::message_tags)) line.tag("bot");
        line.source(service_nick, service_username, session.options().name).command("PRIVMSG");
        line.param(in_channel ? contacts_channel : session.nick()).trailing(text);
    });
}

void send_service_notice(Session& session, std::string_view text) {
    constexpr std::size_t one_line = 400;  // beside the longest server name and nick
    session.emit([&](LineBuilder& line) {
        if (session.has(Cap::message_tags)) line.tag("bot");
        line.source(service_nick, service_username, session.options().name).command("NOTICE");
        line.param(session.nick()).trailing(one_plain_line(text, one_line));
    });
}

void echo_unrelayed(Session& session, const ServiceMessage& message) {
    if (!session.has(Cap::echo_message)) return;
    std::string out;
    LineBuilder line(out);
    add_tags(line, session.server(), session.caps(), &session.user(), session.server().now());
    if (session.has(Cap::message_tags)) line.raw_tags(message.tags);
    add_source(line, session.server(), &session.user());
    line.command(message.verb).param(message.target).trailing(message.text).finish();
    session.emit_rendered(out);
}

void tell_service(Session& session, const ServiceMessage& message, chat::MessageKind kind) {
    echo_unrelayed(session, message);
    if (kind != chat::MessageKind::text && kind != chat::MessageKind::action) return;
    session.charge(1);
    run_service_command(session, message.text, message.target == contacts_channel);
}

void run_service_command(Session& session, std::string_view words, bool in_channel) {
    const std::string plain = one_plain_line(words, words.size());
    std::string_view rest = plain;
    const std::string_view name = take_word(rest);
    ServiceCall call{session, in_channel, std::string(rest)};
    const ServiceCommand* command = find_service_command(name);
    if (command == nullptr) {
        refuse_unknown(call, name);
    } else if (const std::string_view why = obstacle(session, *command); !why.empty()) {
        call.say(why);
    } else {
        command->run(call);
    }
}

void service::help(ServiceCall& call) {
    std::string_view rest = call.words;
    const std::string_view name = take_word(rest);
    if (const ServiceCommand* command = find_service_command(name)) {
        call.say(command->usage);
        return;
    }
    if (!name.empty()) {
        refuse_unknown(call, name);
        return;
    }
    std::string names;
    for (const ServiceCommand& command : commands_table) names.append(1, ' ').append(command.name);
    call.say("Commands:" + names + "; \"help add\" tells more about one");
    call.say("People are named by nick, by handle (bob@example.com), or as you call them");
    call.say("In &contacts the same can be said, and \"bob: text\" goes to bob alone");
}

namespace {

struct StatusWord {
    std::string_view word;
    std::string_view message;  // what AWAY would be told, by which others know the status
};

constexpr std::array status_words{
    StatusWord{"online", ""},   StatusWord{"busy", "Busy"},          StatusWord{"brb", "Be right back"},
    StatusWord{"away", "Away"}, StatusWord{"phone", "On the phone"}, StatusWord{"lunch", "Out to lunch"},
    StatusWord{"idle", "Idle"},
};

void say_status(const ServiceCall& call) {
    const chat::Presence& presence = call.session.user().presence();
    call.say(presence.away() ? "You are away: " + one_plain_line(presence.message, presence.message.size())
                             : "You are online");
}

}  // namespace

void service::status(ServiceCall& call) {
    std::string_view text = call.words;
    const std::string_view word = take_word(text);
    if (word.empty()) {
        say_status(call);
        return;
    }
    const auto* const row = std::find_if(status_words.begin(), status_words.end(),
                                         [&](const StatusWord& known) { return same_word(known.word, word); });
    if (row == status_words.end()) {
        call.say("There is no status \"" + one_plain_line(word, max_alias_bytes) +
                 "\"; one of online, busy, brb, away, phone, lunch, idle");
        return;
    }
    std::string message(row->message);
    if (!message.empty() && !text.empty()) message.append(": ").append(text);
    commands::set_away(call.session, message);
    say_status(call);
}

}  // namespace patchcord::irc
