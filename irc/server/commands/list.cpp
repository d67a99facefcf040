#include <algorithm>
#include <charconv>

#include "chat_core/mask.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/wire/formatting.hpp"

namespace patchcord::irc::commands {
namespace {

/// A LIST's conditions (ISUPPORT ELIST=CMNTU); all of one kind must hold, of the masks one.
struct ListQuery {
    std::vector<std::string> masks;
    std::vector<std::string> excluded;
    long long more_than = -1;
    long long less_than = -1;
    long long created_before = -1;  // minutes ago, at least
    long long created_after = -1;   // minutes ago, at most
    long long topic_before = -1;
    long long topic_after = -1;
};

bool read_number(std::string_view text, long long& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

bool add_number_condition(ListQuery& query, std::string_view condition) {
    struct Form {
        std::string_view prefix;
        long long ListQuery::*field;
    };
    static constexpr Form forms[] = {
        {">", &ListQuery::more_than},      {"<", &ListQuery::less_than},     {"C>", &ListQuery::created_before},
        {"C<", &ListQuery::created_after}, {"T>", &ListQuery::topic_before}, {"T<", &ListQuery::topic_after},
    };
    return std::any_of(std::begin(forms), std::end(forms), [&](const Form& form) {
        return condition.starts_with(form.prefix) &&
               read_number(condition.substr(form.prefix.size()), query.*form.field);
    });
}

ListQuery parse_list(std::string_view text) {
    ListQuery query;
    for (const std::string_view condition : split_list(text)) {
        if (add_number_condition(query, condition)) continue;
        if (condition.starts_with('!')) {
            query.excluded.emplace_back(condition.substr(1));
        } else {
            query.masks.emplace_back(condition);
        }
    }
    return query;
}

bool matches_any(const std::vector<std::string>& masks, const std::string& name, const chat::FoldTable& fold) {
    return std::any_of(masks.begin(), masks.end(),
                       [&](const std::string& mask) { return chat::matches_mask(mask, name, fold); });
}

/// `before`: at least so many minutes ago, `after`: at most; -1: any.
bool in_time(long long minutes_ago, long long before, long long after) {
    return (before < 0 || minutes_ago > before) && (after < 0 || minutes_ago < after);
}

bool listed(const ListQuery& query, const chat::Group& group, const chat::FoldTable& fold, chat::WallTime now) {
    const auto size = static_cast<long long>(group.shown_size());
    const auto minutes_since = [&](chat::WallTime at) {
        return (chat::unix_seconds(now) - chat::unix_seconds(at)) / 60;
    };
    if (!query.masks.empty() && !matches_any(query.masks, group.name(), fold)) return false;
    if (matches_any(query.excluded, group.name(), fold)) return false;
    if (query.more_than >= 0 && size <= query.more_than) return false;
    if (query.less_than >= 0 && size >= query.less_than) return false;
    if (!in_time(minutes_since(group.created_at()), query.created_before, query.created_after)) return false;
    if (query.topic_before < 0 && query.topic_after < 0) return true;
    return !group.meta().topic.empty() &&
           in_time(minutes_since(group.meta().set_at), query.topic_before, query.topic_after);
}

void send_entry(Session& session, const chat::Group& group) {
    session.reply(Numeric::rpl_list, {group.name(), std::to_string(group.shown_size())}, group.meta().topic);
}

}  // namespace

void list(Session& session, const Message& message) {
    const ListQuery query = parse_list(message.param(0));
    std::vector<chat::GroupId> found;
    for (const chat::Group* group : session.service().groups()) {
        if (!group->visible_to(session.user())) continue;
        if (listed(query, *group, session.server().fold(), session.server().now())) found.push_back(group->id());
    }
    session.reply(Numeric::rpl_liststart, {"Channel"}, "Users  Name");
    const auto step = [&session, found = std::move(found), next = std::size_t{0}]() mutable {
        for (const std::size_t end = std::min(next + Session::lines_a_slice, found.size()); next < end; ++next) {
            if (const chat::Group* group = session.service().find_group(found[next])) send_entry(session, *group);
        }
        if (next < found.size()) return true;
        session.reply(Numeric::rpl_listend, {}, "End of /LIST");
        return false;
    };
    auto steps = std::function<bool()>(step);
    if (steps()) session.stream(std::move(steps));
}

}  // namespace patchcord::irc::commands
