#include "irc/server/commands/commands.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

/// False when the channel itself was refused, so that further nicks need not be tried.
bool kick_one(Session& session, std::string_view channel, std::string_view nick, std::string_view reason) {
    if (is_contacts_channel(channel)) {
        contacts_kick(session);
        return false;
    }
    chat::Group* group = find_channel(session, channel);
    if (group == nullptr) return false;
    if (!group->has(session.user())) {
        session.reply(Numeric::err_notonchannel, {group->name()}, "You're not on that channel");
        return false;
    }
    if (!group->roles(session.user()).has(chat::Role::op)) {
        session.reply(Numeric::err_chanoprivsneeded, {group->name()}, "You're not channel operator");
        return false;
    }
    const auto user = session.service().lookup_user(nick);
    if (!user || !group->has(**user)) {
        session.reply(Numeric::err_usernotinchannel, {nick, group->name()}, "They aren't on that channel");
        return true;
    }
    if ((*user)->client() != nullptr && !(*user)->client()->can_be_removed(*group)) {
        session.standard_reply("FAIL", "KICK", "CANNOT_KICK", {group->name(), (*user)->name()},
                               "Nobody can be taken out of a conversation on MSN; you can leave it, or block them");
        return true;
    }
    group->remove(**user, {chat::Departure::Kind::removed, reason, &session.user()});
    return true;
}

}  // namespace

void send_topic(Session& session, const chat::Group& group) {
    const chat::GroupMeta& meta = group.meta();
    session.reply(Numeric::rpl_topic, {group.name()}, meta.topic);
    session.reply(Numeric::rpl_topicwhotime,
                  {group.name(), meta.set_by, std::to_string(chat::unix_seconds(meta.set_at))});
}

void topic(Session& session, const Message& message) {
    if (is_contacts_channel(message.param(0))) {
        contacts_topic(session, message);
        return;
    }
    chat::Group* group = find_channel(session, message.param(0));
    if (group == nullptr) return;
    if (message.params().size() < 2) {
        if (!group->visible_to(session.user())) {
            session.reply(Numeric::err_notonchannel, {group->name()}, "You're not on that channel");
        } else if (group->meta().topic.empty()) {
            session.reply(Numeric::rpl_notopic, {group->name()}, "No topic is set");
        } else {
            send_topic(session, *group);
        }
        return;
    }
    const std::string text(cut_text(session, message.param(1)));
    const std::error_code refused =
        group->set_metadata(&session.user(), text, session.user().identity(), session.server().now());
    if (refused == chat::Errc::not_a_member) {
        session.reply(Numeric::err_notonchannel, {group->name()}, "You're not on that channel");
    } else if (refused) {
        session.reply(Numeric::err_chanoprivsneeded, {group->name()}, "You're not channel operator");
    }
}

void invite(Session& session, const Message& message) {
    if (message.params().empty()) {
        for (const chat::GroupId id : session.user().invitations()) {
            const chat::Group* group = session.service().find_group(id);
            if (group != nullptr) session.reply(Numeric::rpl_invitelist, {group->name()});
        }
        session.reply(Numeric::rpl_endofinvitelist, {}, "End of /INVITE list");
        return;
    }
    if (message.params().size() < 2) {
        session.reply(Numeric::err_needmoreparams, {"INVITE"}, "Not enough parameters");
        return;
    }
    if (is_contacts_channel(message.param(1))) {
        contacts_invite(session);
        return;
    }
    chat::User* invitee = find_nick(session, message.param(0));
    if (invitee == nullptr) return;
    chat::Group* group = find_channel(session, message.param(1));
    if (group == nullptr) return;
    const std::error_code refused = group->invite(session.user(), *invitee);
    if (refused == chat::Errc::not_a_member) {
        session.reply(Numeric::err_notonchannel, {group->name()}, "You're not on that channel");
    } else if (refused == chat::Errc::not_an_operator) {
        session.reply(Numeric::err_chanoprivsneeded, {group->name()}, "You're not channel operator");
    } else if (refused == chat::Errc::already_a_member) {
        session.reply(Numeric::err_useronchannel, {invitee->name(), group->name()}, "is already on channel");
    } else {
        session.reply(Numeric::rpl_inviting, {invitee->name(), group->name()});
        if (invitee->presence().away()) {
            session.reply(Numeric::rpl_away, {invitee->name()}, invitee->presence().message);
        }
    }
}

void kick(Session& session, const Message& message) {
    const std::string_view given = message.param(2).empty() ? session.user().name() : message.param(2);
    const std::string reason(cut_text(session, given));
    const std::vector<std::string_view> channels = split_list(message.param(0));
    const std::vector<std::string_view> nicks = split_list(message.param(1));
    // One channel for all nicks, or as many channels as nicks (RFC 2812 section 3.2.8).
    if (channels.empty() || (channels.size() > 1 && channels.size() != nicks.size())) {
        session.reply(Numeric::err_needmoreparams, {"KICK"}, "Not enough parameters");
        return;
    }
    for (std::size_t i = 0; i < nicks.size(); ++i) {
        if (i > 0) session.charge(1);
        if (!kick_one(session, channels[channels.size() > 1 ? i : 0], nicks[i], reason) && channels.size() == 1) return;
    }
}

}  // namespace patchcord::irc::commands
