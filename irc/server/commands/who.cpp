#include <algorithm>

#include "chat_core/mask.hpp"
#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

/// What a WHO asked for; the plain form has no fields.
struct WhoQuery {
    std::string mask;
    bool operators_only = false;
    std::string fields;
    std::string token = "0";
};

WhoQuery parse_query(const Message& message) {
    WhoQuery query{std::string(message.param(0)), false, {}, "0"};
    std::string_view options = message.param(1);
    const std::size_t percent = std::min(options.find('%'), options.size());
    query.operators_only = options.substr(0, percent).find('o') != std::string_view::npos;
    if (percent == options.size()) return query;
    options.remove_prefix(percent + 1);
    const std::size_t comma = std::min(options.find(','), options.size());
    query.fields = options.substr(0, comma);
    if (query.fields.empty()) query.fields = " ";  // a WHOX with no field is one all the same
    if (comma == options.size()) return query;
    const std::string_view token = options.substr(comma + 1);
    const bool digits = token.find_first_not_of("0123456789") == std::string_view::npos;
    if (!token.empty() && token.size() <= 3 && digits) query.token = token;
    return query;
}

std::string who_flags(const Session& session, const chat::User& user, chat::Roles roles) {
    std::string flags = user.presence().away() ? "G" : "H";
    if (user.flags().gateway_operator) flags += '*';
    if (user.flags().bot) flags += 'B';
    return flags + prefixes(roles, session.has(Cap::multi_prefix));
}

/// The channel shown beside somebody whom nobody asked for in a channel: one that both are in.
const chat::Group* common_channel(Session& session, const chat::User& user) {
    for (const chat::Membership& membership : user.groups()) {
        const chat::Group& group = *membership.group;
        if (group.has(session.user()) && is_shown_in(session, group, user)) return &group;
    }
    return nullptr;
}

/// What a line says about the channel somebody was found in.
struct Place {
    std::string_view channel = "*";
    chat::Roles roles;
};

Place place_of(const chat::User& user, const chat::Group* group) {
    return group == nullptr ? Place{} : Place{group->name(), group->roles(user)};
}

std::string idle_seconds(Session& session, const chat::User& user) {
    return std::to_string(chat::unix_seconds(session.server().now()) - chat::unix_seconds(user.last_message()));
}

/// RPL_WHOSPCRPL: the asked fields in the one fixed order (IRCv3 WHOX).
void send_whox(Session& session, const WhoQuery& query, const chat::User& user, const Place& place) {
    const chat::Profile& profile = user.profile();
    const auto asked = [&](char field) { return query.fields.find(field) != std::string::npos; };
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command(NumericText(Numeric::rpl_whospcrpl).view()).param(session.nick());
        if (asked('t')) line.param(query.token);
        if (asked('c')) line.param(place.channel);
        if (asked('u')) line.param(profile.username);
        if (asked('i')) line.param("255.255.255.255");  // addresses are never shown
        if (asked('h')) line.param(profile.host);
        if (asked('s')) line.param(session.options().name);
        if (asked('n')) line.param(user.name());
        if (asked('f')) line.param(who_flags(session, user, place.roles));
        if (asked('d')) line.param("0");
        if (asked('l')) line.param(idle_seconds(session, user));
        if (asked('a')) line.param(profile.account.empty() ? std::string_view("0") : std::string_view(profile.account));
        if (asked('o')) line.param("n/a");
        if (asked('r')) line.trailing(profile.real_name);
    });
}

void send_who(Session& session, const WhoQuery& query, const chat::User& user, const Place& place) {
    if (query.operators_only && !user.flags().gateway_operator) return;
    if (!query.fields.empty()) {
        send_whox(session, query, user, place);
        return;
    }
    session.reply(Numeric::rpl_whoreply,
                  {place.channel, user.profile().username, user.profile().host, session.options().name, user.name(),
                   who_flags(session, user, place.roles)},
                  "0 " + user.profile().real_name);
}

bool matches(Session& session, const std::string& mask, const chat::User& user) {
    const chat::FoldTable& fold = session.server().fold();
    return chat::matches_mask(mask, user.name(), fold) || chat::matches_mask(mask, user.identity(), fold) ||
           chat::matches_mask(mask, user.profile().username, fold) ||
           chat::matches_mask(mask, user.profile().host, fold) ||
           chat::matches_mask(mask, user.profile().real_name, fold) ||
           chat::matches_mask(mask, user.profile().account, fold) ||
           chat::matches_mask(mask, session.options().name, fold);
}

void end_of_who(Session& session, const WhoQuery& query) {
    session.reply(Numeric::rpl_endofwho, {query.mask}, "End of WHO list");
}

/// Answers for many people, a few at a time: they are looked up again by id, because they may leave meanwhile.
void stream_who(Session& session, WhoQuery query, std::vector<chat::UserId> people, std::optional<chat::GroupId> in) {
    session.stream(
        [&session, query = std::move(query), people = std::move(people), in, next = std::size_t{0}]() mutable {
            const chat::Group* group = in ? session.service().find_group(*in) : nullptr;
            for (const std::size_t end = std::min(next + Session::lines_a_slice, people.size()); next < end; ++next) {
                const chat::User* user = session.service().find_user(people[next]);
                if (user == nullptr || (in && (group == nullptr || !group->has(*user)))) continue;
                send_who(session, query, *user, place_of(*user, in ? group : common_channel(session, *user)));
            }
            if (next < people.size()) return true;
            end_of_who(session, query);
            return false;
        });
}

void answer(Session& session, const WhoQuery& query, const std::vector<const chat::User*>& people,
            const chat::Group* in) {
    if (people.size() > Session::lines_a_slice) {
        std::vector<chat::UserId> ids;
        for (const chat::User* user : people) ids.push_back(user->id());
        stream_who(session, query, std::move(ids), in == nullptr ? std::nullopt : std::optional(in->id()));
        return;
    }
    for (const chat::User* user : people)
        send_who(session, query, *user, place_of(*user, in != nullptr ? in : common_channel(session, *user)));
    end_of_who(session, query);
}

/// Those on the contact list who are here: as many lines as that may be, and no more than a slice at once.
void answer_for_contacts(Session& session, const WhoQuery& query) {
    std::vector<chat::UserId> people;
    for (const chat::User* user : people_in_contacts(session)) people.push_back(user->id());
    auto step = [&session, query, people = std::move(people), next = std::size_t{0}]() mutable {
        for (const std::size_t end = std::min(next + Session::lines_a_slice, people.size()); next < end; ++next) {
            const chat::User* user = session.service().find_user(people[next]);
            if (user == nullptr || !is_in_contacts(session, *user)) continue;
            send_who(session, query, *user, Place{contacts_channel, {}});
        }
        if (next < people.size()) return true;
        end_of_who(session, query);
        return false;
    };
    auto steps = std::function<bool()>(std::move(step));
    if (steps()) session.stream(std::move(steps));
}

std::vector<const chat::User*> members_seen_by(Session& session, const chat::Group& group) {
    std::vector<const chat::User*> people;
    const bool member = group.has(session.user());
    if (!group.visible_to(session.user())) return people;
    for (const chat::Member& entry : group.users()) {
        if (entry.user == nullptr || !is_shown_in(session, group, *entry.user)) continue;
        if (member || !entry.user->flags().invisible) people.push_back(entry.user);
    }
    return people;
}

}  // namespace

void who(Session& session, const Message& message) {
    const WhoQuery query = parse_query(message);
    std::vector<const chat::User*> people;
    if (is_contacts_channel(query.mask)) {
        answer_for_contacts(session, query);
        return;
    }
    if (is_channel_name(query.mask)) {
        const auto group = session.service().lookup_group(query.mask);
        if (group) people = members_seen_by(session, **group);
        answer(session, query, people, group ? *group : nullptr);
        return;
    }
    const auto exact = session.service().lookup_user(query.mask, session.user());
    if (exact) {
        answer(session, query, {*exact}, nullptr);
        return;
    }
    session.charge(4);  // looks at everybody
    const std::string mask = query.mask.empty() || query.mask == "0" ? "*" : query.mask;
    for (const chat::User* user : session.service().online_users()) {
        if (can_see(session, *user) && matches(session, mask, *user)) people.push_back(user);
    }
    answer(session, query, people, nullptr);
}

void ison(Session& session, const Message& message) {
    constexpr std::size_t room = 400;
    std::string online;
    for (const std::string_view param : message.params()) {
        std::string_view rest = param;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            const auto user = session.service().lookup_user(rest.substr(0, end), session.user());
            std::string name;
            if (is_service_nick(rest.substr(0, end))) name = service_nick;
            if (user) name = (*user)->name();
            if (!name.empty()) {
                if (online.size() + name.size() > room) {
                    session.reply(Numeric::rpl_ison, {}, online);
                    online.clear();
                }
                online += (online.empty() ? "" : " ") + name;
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    session.reply(Numeric::rpl_ison, {}, online);
}

void userhost(Session& session, const Message& message) {
    constexpr std::size_t most = 5;  // RFC 1459 section 5.7
    std::string replies;
    for (const std::string_view nick : message.params().first(std::min(most, message.params().size()))) {
        const auto user = session.service().lookup_user(nick, session.user());
        const bool service = is_service_nick(nick);
        if (!service && !user) continue;
        if (!replies.empty()) replies += ' ';
        if (service) {
            replies += service_userhost(session.server());
            continue;
        }
        replies += (*user)->name();
        if ((*user)->flags().gateway_operator) replies += '*';
        replies += (*user)->presence().away() ? "=-" : "=+";
        replies += (*user)->profile().username + "@" + (*user)->profile().host;
    }
    session.reply(Numeric::rpl_userhost, {}, replies);
}

}  // namespace patchcord::irc::commands
