#include <algorithm>
#include <chrono>

#include "irc/server/command_table.hpp"
#include "irc/server/commands/commands.hpp"

namespace patchcord::irc::commands {
namespace {

/// Commands that may name a server: true when it is this one, else 402 was sent.
bool for_this_server(Session& session, std::string_view target) {
    if (target.empty() || session.server().is_this_server(target)) return true;
    session.reply(Numeric::err_nosuchserver, {target}, "No such server");
    return false;
}

void send_uptime(Session& session) {
    using namespace std::chrono;
    const auto up = duration_cast<seconds>(session.server().now() - session.server().started_at());
    const hh_mm_ss time(up % days(1));
    const auto two = [](auto part) { return (part.count() < 10 ? "0" : "") + std::to_string(part.count()); };
    session.reply(Numeric::rpl_statsuptime, {},
                  "Server Up " + std::to_string(duration_cast<days>(up).count()) + " days " +
                      std::to_string(time.hours().count()) + ":" + two(time.minutes()) + ":" + two(time.seconds()));
}

void send_metrics(Session& session) {
    for (const chat::Metric& metric : session.server().environment().metrics.all()) {
        const std::string label = metric.label().empty() ? std::string() : "{" + metric.label() + "}";
        session.reply(Numeric::rpl_statsdebug, {}, metric.name() + label + " " + std::to_string(metric.value()));
    }
}

void help_lines(Session& session, std::string_view subject, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        session.reply(i == 0 ? Numeric::rpl_helpstart : Numeric::rpl_helptxt, {subject}, lines[i]);
    }
    session.reply(Numeric::rpl_endofhelp, {subject}, "End of /HELP");
}

std::vector<std::string> help_index() {
    constexpr std::size_t width = 60;
    std::vector<std::string> lines{"Commands; HELP <command> tells more:"};
    std::string line;
    for (const CommandInfo& command : all_commands()) {
        if (line.size() + command.name.size() > width) lines.push_back(std::exchange(line, {}));
        if (!line.empty()) line += ' ';
        line += command.name;
    }
    lines.push_back(line);
    return lines;
}

}  // namespace

void send_lusers(Session& session) {
    const chat::ServiceCounts& counts = session.service().counts();
    const std::string online = std::to_string(counts.online);
    const std::string most = std::to_string(counts.most_online);
    session.reply(Numeric::rpl_luserclient, {},
                  "There are " + std::to_string(counts.online - counts.invisible) + " users and " +
                      std::to_string(counts.invisible) + " invisible on 1 servers");
    session.reply(Numeric::rpl_luserop, {std::to_string(counts.operators)}, "operator(s) online");
    session.reply(Numeric::rpl_luserunknown, {std::to_string(session.server().unregistered())},
                  "unknown connection(s)");
    session.reply(Numeric::rpl_luserchannels, {std::to_string(session.service().group_count())}, "channels formed");
    session.reply(Numeric::rpl_luserme, {}, "I have " + online + " clients and 0 servers");
    session.reply(Numeric::rpl_localusers, {online, most}, "Current local users " + online + ", max " + most);
    session.reply(Numeric::rpl_globalusers, {online, most}, "Current global users " + online + ", max " + most);
}

void send_motd(Session& session) {
    if (session.options().motd.empty()) {
        session.reply(Numeric::err_nomotd, {}, "MOTD File is missing");
        return;
    }
    session.reply(Numeric::rpl_motdstart, {}, "- " + session.options().name + " Message of the day - ");
    for (const std::string& line : session.options().motd) session.reply(Numeric::rpl_motd, {}, "- " + line);
    session.reply(Numeric::rpl_endofmotd, {}, "End of /MOTD command.");
}

void motd(Session& session, const Message& message) {
    if (for_this_server(session, message.param(0))) send_motd(session);
}

void lusers(Session& session, const Message&) {
    send_lusers(session);
}

void version(Session& session, const Message& message) {
    if (!for_this_server(session, message.param(0))) return;
    session.reply(Numeric::rpl_version, {session.options().version, session.options().name},
                  "MSN Messenger and IRC in one room");
    session.send_isupport();
}

void isupport(Session& session, const Message&) {
    if (session.registered() || session.has(Cap::extended_isupport)) {
        session.send_isupport();
    } else {
        session.reply(Numeric::err_notregistered, {}, "You have not registered");
    }
}

void time(Session& session, const Message& message) {
    if (!for_this_server(session, message.param(0))) return;
    const chat::WallTime now = session.server().now();
    session.reply(Numeric::rpl_time, {session.options().name, std::to_string(chat::unix_seconds(now)), "0"},
                  std::string(session.server().time_tag(now)));
}

void info(Session& session, const Message& message) {
    if (!for_this_server(session, message.param(0))) return;
    session.reply(Numeric::rpl_info, {}, session.options().version);
    session.reply(Numeric::rpl_info, {}, "Patchcord puts MSN Messenger and IRC into the same room.");
    session.reply(Numeric::rpl_info, {},
                  "Started " + std::string(session.server().time_tag(session.server().started_at())));
    session.reply(Numeric::rpl_endofinfo, {}, "End of INFO list");
}

void help(Session& session, const Message& message) {
    const std::string_view subject = message.param(0);
    if (subject.empty()) {
        help_lines(session, "*", help_index());
        return;
    }
    const CommandInfo* command = find_command(subject);
    if (command == nullptr) {
        session.reply(Numeric::err_helpnotfound, {subject}, "No help available on this topic");
        return;
    }
    help_lines(session, subject, {std::string(command->name), std::string(command->usage)});
}

void links(Session& session, const Message&) {
    const std::string& name = session.options().name;
    session.reply(Numeric::rpl_links, {name, name}, "0 " + session.options().description);
    session.reply(Numeric::rpl_endoflinks, {"*"}, "End of /LINKS list");
}

void stats(Session& session, const Message& message) {
    const std::string_view letter = cut(message.param(0), 1);
    if (letter == "u") {
        send_uptime(session);
    } else if (letter == "z") {
        if (!session.user().flags().gateway_operator) {
            session.reply(Numeric::err_noprivileges, {}, "Permission Denied- You're not an IRC operator");
            return;
        }
        send_metrics(session);
    }
    session.reply(Numeric::rpl_endofstats, {letter}, "End of /STATS report");
}

}  // namespace patchcord::irc::commands
