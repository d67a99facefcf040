#include <algorithm>

#include "irc/server/commands/commands.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

/// Why a channel cannot have that name; empty when it can.
std::string_view obstacle(Session& session, const chat::Group& group, std::string_view name) {
    if (group.permanent()) return "The name of this channel is in the configuration";
    if (name.empty() || name.front() != group.name().front()) return "The type of a channel cannot be changed";
    if (!is_valid_channel(name, session.options().channel_length) || is_contacts_channel(name)) {
        return "No channel can be called so";
    }
    if (name == group.name()) return "The channel is called so already";
    // To MSN a room is its address, which no client there can be told to exchange for another.
    const auto elsewhere = [](const chat::Member& member) {
        return member.user != nullptr && is_elsewhere(*member.user);
    };
    if (std::any_of(group.users().begin(), group.users().end(), elsewhere)) {
        return "People on MSN are in the channel, and know it by its name only";
    }
    return {};
}

void refuse(Session& session, std::string_view code, std::string_view from, std::string_view to,
            std::string_view text) {
    if (session.has(Cap::channel_rename)) {
        fail(session, "RENAME", code, {from, to}, text);
    } else {
        session.standard_reply("FAIL", "RENAME", code, {from, to}, text);
    }
}

}  // namespace

void rename(Session& session, const Message& message) {
    chat::Group* group = find_channel(session, message.param(0));
    if (group == nullptr) return;
    const bool oper = session.user().flags().gateway_operator;
    if (!oper && !group->has(session.user())) {
        session.reply(Numeric::err_notonchannel, {group->name()}, "You're not on that channel");
        return;
    }
    if (!oper && !group->roles(session.user()).has(chat::Role::op)) {
        session.reply(Numeric::err_chanoprivsneeded, {group->name()}, "You're not channel operator");
        return;
    }
    const std::string old_name = group->name();
    const std::string_view name = message.param(1);
    if (const std::string_view why = obstacle(session, *group, name); !why.empty()) {
        refuse(session, "CANNOT_RENAME", old_name, name, why);
        return;
    }
    const std::error_code refused =
        session.service().rename_group(*group, name, &session.user(), cut_text(session, message.param(2)));
    if (refused == chat::Errc::duplicate_group) {
        refuse(session, "CHANNEL_NAME_IN_USE", old_name, name, "There is a channel of that name already");
    } else if (refused) {
        refuse(session, "CANNOT_RENAME", old_name, name, "The channel cannot be renamed: " + refused.message());
    }
}

}  // namespace patchcord::irc::commands
