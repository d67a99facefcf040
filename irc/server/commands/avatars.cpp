// What people on other protocols show themselves by (IRCv3 metadata): their names there, and links to their pictures.

#include "chat_core/ports/picture_shelf.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/contacts_channel.hpp"
#include "irc/server/metadata.hpp"

namespace patchcord::irc::commands {
namespace {

constexpr std::string_view avatar_key = "avatar";

bool is_subscribed(Session& session, std::string_view key) {
    return session.logged_in() && session.has(Cap::metadata) && session.metadata_subs().contains(key);
}

void tell(Session& session, const chat::User& user, std::string_view key) {
    const auto values = session.server().metadata().of(user);
    const auto found = values.find(key);
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("METADATA").param(user.name()).param(key).param("*");
        if (found != values.end()) line.trailing(found->second);
    });
}

}  // namespace

void tell_display_name(Session& session, const chat::User& user) {
    constexpr std::string_view key = "display-name";
    if (is_subscribed(session, key)) tell(session, user, key);
}

bool wants_avatar(Session& session, const chat::User& user) {
    return is_subscribed(session, avatar_key) &&
           (shares_channel(session, user) || is_contact(session, user) || session.has_monitored(user.name()));
}

void tell_avatar(Session& session, const chat::User& user) {
    if (wants_avatar(session, user)) tell(session, user, avatar_key);
}

void ask_for_avatar(Session& session, const chat::User& user) {
    if (chat::PictureShelf* shelf = session.server().environment().pictures) shelf->want(user);
}

void ask_for_avatars(Session& session, const chat::Group& group) {
    if (!is_subscribed(session, avatar_key)) return;
    for (const chat::Member& member : group.users()) {
        if (member.user != nullptr && member.shown) ask_for_avatar(session, *member.user);
    }
}

void ask_for_contacts_avatars(Session& session) {
    if (!is_subscribed(session, avatar_key)) return;
    for (const auto& [address, entry] : session.user().roster().entries()) {
        const chat::User* contact = session.service().find_by_address(address);
        if (contact != nullptr && is_contact(session, *contact)) ask_for_avatar(session, *contact);
    }
}

}  // namespace patchcord::irc::commands
