#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "msn/server/notification_session.hpp"

/// The commands of the notification server, a file a family. Each runs only when the checks of its row in the command
/// table have passed. A command's views die when it returns: what waits for an answer keeps copies.
namespace patchcord::msn::commands {

// greeting.cpp
void ver(NotificationSession& session, const Command& command);
void inf(NotificationSession& session, const Command& command);
void cvr(NotificationSession& session, const Command& command);

// login.cpp
void usr(NotificationSession& session, const Command& command);

// sync.cpp
void syn(NotificationSession& session, const Command& command);
void lst(NotificationSession& session, const Command& command);
void lsg(NotificationSession& session, const Command& command);

// contacts.cpp
void add(NotificationSession& session, const Command& command);
void adc(NotificationSession& session, const Command& command);
void rem(NotificationSession& session, const Command& command);

// groups.cpp
void adg(NotificationSession& session, const Command& command);
void reg(NotificationSession& session, const Command& command);
void rmg(NotificationSession& session, const Command& command);

// settings.cpp
void blp(NotificationSession& session, const Command& command);
void gtc(NotificationSession& session, const Command& command);

// names.cpp
void rea(NotificationSession& session, const Command& command);
void prp(NotificationSession& session, const Command& command);
void sbp(NotificationSession& session, const Command& command);

// presence.cpp
void chg(NotificationSession& session, const Command& command);
void uux(NotificationSession& session, const Command& command);
void qry(NotificationSession& session, const Command& command);

// transfer.cpp
void xfr(NotificationSession& session, const Command& command);

// other.cpp
void png(NotificationSession& session, const Command& command);
void url(NotificationSession& session, const Command& command);
void snd(NotificationSession& session, const Command& command);
void ims(NotificationSession& session, const Command& command);
void gcf(NotificationSession& session, const Command& command);
void out(NotificationSession& session, const Command& command);
/// What only Microsoft's own services could do: directory searches, pages to telephones.
void disabled(NotificationSession& session, const Command& command);

// --- parts that several share ---------------------------------------------------------------------------------------

/// What a client is sent when its login has succeeded: USR OK and its profile.
void send_welcome(NotificationSession& session, std::string_view trid);
/// What is asked of a store's write: then `then` is run, or the client told that it failed.
[[nodiscard]] AccountStore::Done stored(NotificationSession& session, std::string trid, std::function<void()> then);
/// Stores settings, makes them the list's, and then runs `then`.
void store_settings(NotificationSession& session, std::string trid, AccountSettings settings,
                    std::function<void()> then);
/// Stores a contact or, if no list is left to it, forgets it; makes that the list's; then runs `then`.
void store_contact(NotificationSession& session, std::string trid, Contact contact, std::function<void()> then);
/// The version of the lists, which every answer to a change carries up to MSNP9.
void add_version(CommandBuilder& line, const NotificationSession& session);
[[nodiscard]] ContactLimits limits_of(const NotificationSession& session);
/// Counts and answers a refused change.
void refuse(NotificationSession& session, ErrorCode code, std::string_view trid);
/// A number in decimal digits, such as a group's; nothing for anything else.
[[nodiscard]] std::optional<unsigned> parse_number(std::string_view text);
/// The properties of `handle`, if signed in and willing to be seen by the session's principal.
[[nodiscard]] const std::map<std::string, std::string>* properties_of(NotificationSession& session,
                                                                      std::string_view handle);

}  // namespace patchcord::msn::commands
