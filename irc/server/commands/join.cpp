#include "chat_core/group.hpp"
#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/person.hpp"
#include "irc/server/render.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

void refuse_join(Session& session, std::string_view channel, std::error_code why) {
    if (why == chat::Errc::too_many_groups) {
        session.limit_hit(Limit::channels);
        session.reply(Numeric::err_toomanychannels, {channel}, "You have joined too many channels");
    } else if (why == chat::Errc::invite_only) {
        session.reply(Numeric::err_inviteonlychan, {channel}, "Cannot join channel (+i)");
    } else if (why == chat::Errc::wrong_key) {
        session.reply(Numeric::err_badchannelkey, {channel}, "Cannot join channel (+k)");
    } else if (why == chat::Errc::banned) {
        session.reply(Numeric::err_bannedfromchan, {channel}, "Cannot join channel (+b)");
    } else if (why == chat::Errc::group_full) {
        session.reply(Numeric::err_channelisfull, {channel}, "Cannot join channel (+l)");
    } else if (why != chat::Errc::already_a_member) {
        session.reply(Numeric::err_nosuchchannel, {channel}, "No such channel");
    }
}

void join_one(Session& session, std::string_view name, std::string_view key) {
    if (is_contacts_channel(name)) {
        join_contacts(session);
        return;
    }
    if (!is_valid_channel(name, session.options().channel_length)) {
        session.reply(is_channel_name(name) ? Numeric::err_badchanmask : Numeric::err_nosuchchannel, {name},
                      "No such channel");
        return;
    }
    auto found = session.service().get_group(name);
    if (!found) {
        refuse_join(session, name, found.error());
        return;
    }
    chat::Group& group = **found;
    if (const std::error_code refused = session.user().join(group, {key})) {
        refuse_join(session, name, refused);
        return;
    }
    session.person().for_each([&](Session& each) {
        send_joined(each, group);
        replay_group(each, group);
    });
    session.person().save_always_on();
}

/// Shows all clients of the session's user that it leaves, and leaves.
void part_one(Session& session, chat::Group& group, std::string_view reason) {
    session.person().for_each([&](Session& each) {
        each.emit_rendered(render_departure(each.server(), each.caps(), group, each.user(),
                                            {chat::Departure::Kind::left, reason, nullptr}));
    });
    session.person().note_left(group);
    session.user().leave(group, reason);
    session.person().save_always_on();
}

void part_all(Session& session, std::string_view reason) {
    if (session.in_contacts()) part_contacts(session, reason);
    while (!session.user().groups().empty()) {
        part_one(session, *session.user().groups().back().group, reason);
    }
}

/// RPL_NAMREPLY line by line, a few at a time: people are looked up again by id, because they may leave meanwhile.
class NamesReply {
  public:
    NamesReply(Session& session, const chat::Group& group, std::vector<chat::UserId> people)
        : session_(session), group_(group.id()), name_(group.name()), people_(std::move(people)) {}
    /// Of `&contacts`.
    NamesReply(Session& session, std::vector<chat::UserId> people)
        : session_(session), name_(contacts_channel), people_(std::move(people)) {}
    /// Nothing but the end of several channels' names.
    NamesReply(Session& session, std::string_view end) : session_(session), end_(end) {}
    void set_end(std::string_view end) { end_ = end; }

    /// Sends a slice; false when that was the last.
    bool operator()() {
        const chat::Group* group = group_ ? session_.service().find_group(*group_) : nullptr;
        for (std::size_t lines = 0; (group != nullptr || !group_) && next_ < people_.size(); ++lines) {
            if (lines == Session::lines_a_slice) return true;
            send_line(group);
        }
        if (!end_.empty()) session_.reply(Numeric::rpl_endofnames, {end_}, "End of /NAMES list");
        return false;
    }

  private:
    /// `group` is nullptr for `&contacts`.
    [[nodiscard]] bool has(const chat::Group* group, const chat::User& user) const {
        return group != nullptr ? is_shown_in(session_, *group, user) : is_in_contacts(session_, user);
    }

    void send_line(const chat::Group* group) {
        constexpr std::size_t limit = 510;
        const std::string symbol = group == nullptr || group->policy().secret ? "@" : "=";
        const std::size_t head = session_.options().name.size() + session_.nick().size() + name_.size() + 12;
        std::string line;
        for (; next_ < people_.size(); ++next_) {
            const chat::User* user = session_.service().find_user(people_[next_]);
            if (user == nullptr || !has(group, *user)) continue;
            std::string name;
            if (group != nullptr) name = prefixes(group->roles(*user), session_.has(Cap::multi_prefix));
            name += session_.has(Cap::userhost_in_names) ? user->identity() : user->name();
            if (head + line.size() + 1 + name.size() > limit) break;
            if (!line.empty()) line += ' ';
            line += name;
        }
        if (!line.empty()) session_.reply(Numeric::rpl_namreply, {symbol, name_}, line);
    }

    Session& session_;
    std::optional<chat::GroupId> group_;
    std::string name_;
    std::string end_;  // what RPL_ENDOFNAMES repeats; empty: others follow
    std::vector<chat::UserId> people_;
    std::size_t next_ = 0;
};

NamesReply names_of(Session& session, const chat::Group& group) {
    std::vector<chat::UserId> people;
    people.reserve(group.size());
    const bool member = group.has(session.user());
    for (const chat::Member& entry : group.users()) {
        if (entry.user == nullptr || !is_shown_in(session, group, *entry.user)) continue;
        if (member || !entry.user->flags().invisible) people.push_back(entry.user->id());
    }
    return NamesReply(session, group, std::move(people));
}

NamesReply names_of_contacts(Session& session) {
    std::vector<chat::UserId> people;
    for (const chat::User* user : people_in_contacts(session)) people.push_back(user->id());
    return NamesReply(session, std::move(people));
}

/// At once if it is short and nothing is being streamed, else in slices, in order.
void run_names(Session& session, NamesReply reply) {
    auto step = std::function<bool()>(std::move(reply));
    if (session.streaming() || step()) session.stream(std::move(step));
}

}  // namespace

void join(Session& session, const Message& message) {
    if (message.param(0) == "0") {
        part_all(session, {});
        return;
    }
    const std::vector<std::string_view> keys = split_places(message.param(1));
    std::size_t i = 0;
    for (const std::string_view name : split_list(message.param(0))) {
        join_one(session, name, i < keys.size() ? keys[i] : std::string_view());
        if (i++ > 0) session.charge(1);
    }
}

void part(Session& session, const Message& message) {
    const std::string_view reason = cut_text(session, message.param(1));
    bool first = true;
    for (const std::string_view name : split_list(message.param(0))) {
        if (!std::exchange(first, false)) session.charge(1);
        if (is_contacts_channel(name)) {
            if (may_use_contacts(session)) part_contacts(session, reason);
            continue;
        }
        chat::Group* group = find_channel(session, name);
        if (group == nullptr) continue;
        if (!group->has(session.user())) {
            session.reply(Numeric::err_notonchannel, {name}, "You're not on that channel");
            continue;
        }
        part_one(session, *group, reason);
    }
}

void names(Session& session, const Message& message) {
    const std::vector<std::string_view> channels = split_list(message.param(0));
    if (channels.empty()) {
        session.reply(Numeric::rpl_endofnames, {"*"}, "End of /NAMES list");
        return;
    }
    for (std::size_t i = 0; i < channels.size(); ++i) {
        if (i > 0) session.charge(1);
        if (is_contacts_channel(channels[i])) run_names(session, names_of_contacts(session));
        const auto group = session.service().lookup_group(channels[i]);
        if (group && (*group)->visible_to(session.user())) run_names(session, names_of(session, **group));
    }
    run_names(session, NamesReply(session, message.param(0)));
}

void send_joined(Session& session, const chat::Group& group) {
    session.emit_rendered(
        render_join(session.server(), session.caps() & ~CapSet(Cap::away_notify), group.name(), session.user()));
    if (!group.meta().topic.empty()) send_topic(session, group);
    send_read_marker(session, group.name());
    if (!session.has(Cap::no_implicit_names)) send_names(session, group);
    send_sync_later(session, group);
}

void send_contacts_joined(Session& session) {
    session.emit_rendered(
        render_join(session.server(), session.caps() & ~CapSet(Cap::away_notify), contacts_channel, session.user()));
    send_contacts_topic(session);
    if (session.has(Cap::no_implicit_names)) return;
    NamesReply reply = names_of_contacts(session);
    reply.set_end(contacts_channel);
    run_names(session, std::move(reply));
}

void send_names(Session& session, const chat::Group& group) {
    NamesReply reply = names_of(session, group);
    reply.set_end(group.name());
    run_names(session, std::move(reply));
}

}  // namespace patchcord::irc::commands
