#include <algorithm>

#include "chat_core/utf8.hpp"
#include "irc/server/commands/commands.hpp"

namespace patchcord::irc::commands {

chat::Group* find_channel(Session& session, std::string_view name) {
    const auto group = session.service().lookup_group(name);
    if (group && (*group)->visible_to(session.user())) return *group;
    session.reply(Numeric::err_nosuchchannel, {name}, "No such channel");
    return nullptr;
}

chat::User* find_nick(Session& session, std::string_view nick) {
    const auto user = session.service().lookup_user(nick, session.user());
    if (user) return *user;
    session.reply(Numeric::err_nosuchnick, {nick}, "No such nick/channel");
    return nullptr;
}

bool can_see(Session& session, const chat::User& other) {
    const chat::User& me = session.user();
    if (!chat::ChatService::is_known(other, me)) return false;
    if (!other.flags().invisible || &other == &me || me.flags().gateway_operator) return true;
    return shares_channel(session, other);
}

bool is_shown_in(const Session& session, const chat::Group& group, const chat::User& user) {
    return group.shows(user) || (&user == &session.user() && group.has(user));
}

void fail(Session& session, std::string_view command, std::string_view code,
          std::initializer_list<std::string_view> context, std::string_view text) {
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("FAIL").param(command).param(code);
        for (const std::string_view param : context) line.param(param);
        line.trailing(text);
    });
}

bool is_elsewhere(const chat::User& user) {
    return user.client() == nullptr ? user.puppet() : !user.client()->speaks(irc_protocol);
}

std::string_view cut(std::string_view text, std::size_t limit) {
    return text.substr(0, chat::code_point_border(text, limit));
}

std::string_view cut_text(Session& session, std::string_view text) {
    if (text.size() > session.options().topic_length) session.limit_hit(Limit::topic_length);
    return cut(text, session.options().topic_length);
}

std::vector<std::string_view> split_places(std::string_view list) {
    std::vector<std::string_view> parts;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        parts.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

std::string join_list(const std::vector<std::string>& parts) {
    std::string list;
    for (const std::string& part : parts) list.append(list.empty() ? "" : ",").append(part);
    return list;
}

std::vector<std::string_view> split_list(std::string_view list) {
    std::vector<std::string_view> parts = split_places(list);
    std::erase(parts, std::string_view());
    return parts;
}

}  // namespace patchcord::irc::commands
