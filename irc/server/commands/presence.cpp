#include "irc/server/commands/commands.hpp"
#include "irc/server/person.hpp"
#include "irc/server/registration.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

/// Sends names as comma separated lists, as many lines as it takes.
class NameListReply {
  public:
    NameListReply(Session& session, Numeric numeric) : session_(session), numeric_(numeric) {}
    void add(std::string_view name) {
        constexpr std::size_t room = 360;  // beside the longest server name and nick
        if (line_.size() + name.size() > room) flush();
        if (!line_.empty()) line_ += ',';
        line_ += name;
    }
    void flush() {
        if (!line_.empty()) session_.reply(numeric_, {}, line_);
        line_.clear();
    }

  private:
    Session& session_;
    Numeric numeric_;
    std::string line_;
};

void send_states(Session& session, const std::vector<std::string>& names) {
    NameListReply online(session, Numeric::rpl_mononline);
    NameListReply offline(session, Numeric::rpl_monoffline);
    for (const std::string& name : names) {
        const auto user = session.service().lookup_user(name, session.user());
        if (is_service_nick(name)) {
            online.add(service_identity(session.server()));
        } else if (user) {
            online.add((*user)->identity());
        } else {
            offline.add(name);
        }
    }
    online.flush();
    offline.flush();
}

void monitor_add(Session& session, const std::vector<std::string_view>& names) {
    Session::MonitorList& list = session.monitored();
    std::vector<std::string> added;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = names[i];
        if (!is_valid_nick(name, session.options().nick_length) && !is_service_nick(name)) continue;
        if (list.contains(name)) continue;
        if (list.size() >= session.options().max_monitor) {
            session.limit_hit(Limit::monitor);
            std::string rest(name);
            for (std::size_t j = i + 1; j < names.size(); ++j) rest.append(1, ',').append(names[j]);
            session.reply(Numeric::err_monlistfull, {std::to_string(session.options().max_monitor), rest},
                          "Monitor list is full");
            break;
        }
        list.emplace(name);
        session.service().watch(session.user().id(), name);
        added.emplace_back(name);
    }
    send_states(session, added);
}

void monitor_remove(Session& session, const std::vector<std::string_view>& names) {
    for (const std::string_view name : names) session.unmonitor(name);
}

std::vector<std::string> monitored_names(Session& session) {
    const Session::MonitorList& list = session.monitored();
    return {list.begin(), list.end()};
}

}  // namespace

void set_away(Session& session, std::string_view text) {
    const std::string_view words = cut_text(session, text);
    if (words.empty()) {
        session.set_away({});
        session.reply(Numeric::rpl_unaway, {}, "You are no longer marked as being away");
    } else {
        session.set_away(words);
        session.reply(Numeric::rpl_nowaway, {}, "You have been marked as being away");
    }
}

void away(Session& session, const Message& message) {
    if (session.registered()) {
        set_away(session, message.param(0));
    } else if (!session.has(Cap::pre_away)) {
        session.reply(Numeric::err_notregistered, {}, "You have not registered");
    } else {
        std::string& text = session.registration().away;
        text = cut_text(session, message.param(0));
        if (text.empty()) {
            session.reply(Numeric::rpl_unaway, {}, "You are no longer marked as being away");
        } else {
            session.reply(Numeric::rpl_nowaway, {}, "You have been marked as being away");
        }
    }
}

void setname(Session& session, const Message& message) {
    const std::string_view name = message.param(0);
    if (name.empty() || name.size() > session.options().realname_length) {
        session.standard_reply("FAIL", "SETNAME", "INVALID_REALNAME", {}, "Realname is not valid");
        return;
    }
    session.user().set_real_name(std::string(name));
    session.person().for_each([&](Session& each) {
        if (!each.has(Cap::setname)) return;
        each.emit([&](LineBuilder& line) { line.source(each.user().identity()).command("SETNAME").trailing(name); });
    });
}

void monitor(Session& session, const Message& message) {
    const std::string_view what = message.param(0);
    const std::vector<std::string_view> names = split_list(message.param(1));
    if (what == "+") {
        monitor_add(session, names);
    } else if (what == "-") {
        monitor_remove(session, names);
    } else if (what == "C" || what == "c") {
        for (const std::string& name : monitored_names(session)) monitor_remove(session, {name});
    } else if (what == "L" || what == "l") {
        NameListReply list(session, Numeric::rpl_monlist);
        for (const std::string& name : monitored_names(session)) list.add(name);
        list.flush();
        session.reply(Numeric::rpl_endofmonlist, {}, "End of MONITOR list");
    } else if (what == "S" || what == "s") {
        send_states(session, monitored_names(session));
    } else {
        session.reply(Numeric::err_unknownerror, {"MONITOR"}, "Unknown subcommand: use +, -, C, L or S");
    }
}

}  // namespace patchcord::irc::commands
