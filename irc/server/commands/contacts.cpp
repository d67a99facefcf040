#include "irc/server/commands/commands.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

void refuse_change(Session& session, std::string_view mend) {
    if (may_use_contacts(session)) session.reply(Numeric::err_chanoprivsneeded, {contacts_channel}, mend);
}

/// Clients ask for the lists of a channel they are in; this one has nobody on any.
bool send_empty_list(Session& session, std::string_view letters) {
    if (letters.starts_with('+')) letters.remove_prefix(1);
    if (letters == "b") {
        session.reply(Numeric::rpl_endofbanlist, {contacts_channel}, "End of channel ban list");
    } else if (letters == "e") {
        session.reply(Numeric::rpl_endofexceptlist, {contacts_channel}, "End of channel exception list");
    } else if (letters == "I") {
        session.reply(Numeric::rpl_endofinvexlist, {contacts_channel}, "End of channel invite exception list");
    } else {
        return false;
    }
    return true;
}

}  // namespace

void contacts(Session& session, const Message& message) {
    std::string words;
    for (const std::string_view word : message.params()) {
        if (!words.empty()) words += ' ';
        words += word;
    }
    run_service_command(session, words.empty() ? std::string_view("list") : std::string_view(words), false);
}

bool may_use_contacts(Session& session) {
    if (session.in_contacts()) return true;
    session.reply(Numeric::err_notonchannel, {contacts_channel}, "You're not on that channel");
    return false;
}

void send_contacts_topic(Session& session) {
    session.reply(Numeric::rpl_topic, {contacts_channel}, "People on your contact list; /msg *patchcord help");
}

void contacts_topic(Session& session, const Message& message) {
    if (message.params().size() > 1) {
        refuse_change(session, "The topic of this channel is fixed");
    } else if (may_use_contacts(session)) {
        send_contacts_topic(session);
    }
}

void contacts_mode(Session& session, const Message& message) {
    if (!may_use_contacts(session)) return;
    if (message.params().size() < 2) {
        session.reply(Numeric::rpl_channelmodeis, {contacts_channel, "+nst"});
        session.reply(Numeric::rpl_creationtime,
                      {contacts_channel, std::to_string(chat::unix_seconds(session.user().sign_on()))});
    } else if (message.params().size() > 2 || !send_empty_list(session, message.param(1))) {
        refuse_change(session, "The modes of this channel are fixed");
    }
}

void contacts_kick(Session& session) {
    refuse_change(session, "Nobody is kicked here; /msg *patchcord remove <nick> takes somebody off your contact list");
}

void contacts_invite(Session& session) {
    refuse_change(session, "Nobody is invited here; /msg *patchcord add <nick> puts somebody on your contact list");
}

}  // namespace patchcord::irc::commands
