#include "irc/server/commands/commands.hpp"
#include "irc/server/person.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

struct UserModeChange {
    std::string set;
    std::string unset;
    bool unknown = false;
};

void change_flag(UserModeChange& change, bool& flag, bool on, char letter) {
    if (flag == on) return;
    flag = on;
    (on ? change.set : change.unset) += letter;
}

UserModeChange change_user_modes(chat::UserFlags& flags, std::string_view modes) {
    UserModeChange change;
    bool on = true;
    for (const char letter : modes) {
        switch (letter) {
            case '+': on = true; break;
            case '-': on = false; break;
            case 'i': change_flag(change, flags.invisible, on, letter); break;
            case 'B': change_flag(change, flags.bot, on, letter); break;
            case 'o':
                if (!on) change_flag(change, flags.gateway_operator, false, letter);  // only OPER gives it
                break;
            default: change.unknown = true;
        }
    }
    return change;
}

void user_mode(Session& session, const Message& message) {
    const std::string_view target = message.param(0);
    if (!session.service().same_name(target, session.user().name())) {
        if (find_nick(session, target) != nullptr) {
            session.reply(Numeric::err_usersdontmatch, {}, "Can't change or view mode for other users");
        }
        return;
    }
    if (message.params().size() < 2) {
        session.reply(Numeric::rpl_umodeis, {user_modes(session.user())});
        return;
    }
    chat::UserFlags flags = session.user().flags();
    const UserModeChange change = change_user_modes(flags, message.param(1));
    session.user().set_flags(flags);
    if (change.unknown) session.reply(Numeric::err_umodeunknownflag, {}, "Unknown MODE flag");
    std::string text;
    if (!change.set.empty()) text += "+" + change.set;
    if (!change.unset.empty()) text += "-" + change.unset;
    if (!text.empty()) send_user_mode(session, text);
}

}  // namespace

void send_user_mode(Session& session, std::string_view change) {
    session.person().for_each([&](Session& each) {
        each.emit([&](LineBuilder& line) {
            line.source(each.user().identity()).command("MODE").param(each.nick()).trailing(change);
        });
    });
}

std::string user_modes(const chat::User& user) {
    std::string modes = "+";
    if (user.flags().bot) modes += 'B';
    if (user.flags().invisible) modes += 'i';
    if (user.flags().gateway_operator) modes += 'o';
    return modes;
}

void mode(Session& session, const Message& message) {
    if (!is_channel_name(message.param(0))) {
        user_mode(session, message);
        return;
    }
    if (is_contacts_channel(message.param(0))) {
        contacts_mode(session, message);
        return;
    }
    if (chat::Group* group = find_channel(session, message.param(0))) channel_mode(session, message, *group);
}

}  // namespace patchcord::irc::commands
