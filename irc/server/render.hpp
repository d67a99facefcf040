#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/user.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/caps.hpp"
#include "irc/wire/line_builder.hpp"

namespace patchcord::irc {

/// The capabilities that decide about tags; part of every render key.
inline constexpr CapSet tag_caps = CapSet(Cap::message_tags) | Cap::server_time | Cap::account_tag;

/// The tags of a line that `cause` brought about, as far as `caps` allow.
void add_tags(LineBuilder& line, const Server& server, CapSet caps, const chat::User* cause, chat::WallTime at);
/// Source of a line: the user's full mask, or the server when there is none.
void add_source(LineBuilder& line, const Server& server, const chat::User* cause);

/// Those capabilities of a client with `caps` that decide about the lines of `message`.
[[nodiscard]] CapSet message_caps(CapSet caps, const chat::Message& message);

/// Each of these makes the finished line or lines of one event for a client with `caps`.
[[nodiscard]] std::string render_message(const Server& server, CapSet caps, const chat::Message& message);
[[nodiscard]] std::string render_typing(const Server& server, CapSet caps, const chat::TypingNotice& notice);
/// CTCP TYPING 1 or 0, for clients without message-tags; a convention of gateways to instant messengers.
[[nodiscard]] std::string render_ctcp_typing(const Server& server, CapSet caps, const chat::TypingNotice& notice);
/// With the AWAY line for those who asked for away-notify and would not hear of it otherwise.
[[nodiscard]] std::string render_join(const Server& server, CapSet caps, std::string_view channel,
                                      const chat::User& user);
[[nodiscard]] std::string render_part(const Server& server, CapSet caps, std::string_view channel,
                                      const chat::User& user, std::string_view reason);
[[nodiscard]] std::string render_departure(const Server& server, CapSet caps, const chat::Group& group,
                                           const chat::User& user, const chat::Departure& how);
[[nodiscard]] std::string render_topic(const Server& server, CapSet caps, const chat::Group& group,
                                       const chat::GroupMeta& meta, const chat::User* by);
/// One MODE line, or several when one would be too long.
[[nodiscard]] std::string render_modes(const Server& server, CapSet caps, const chat::Group& group,
                                       const chat::User* by, std::span<const chat::SettingChange> changes);
[[nodiscard]] std::string render_nick(const Server& server, CapSet caps, const chat::User& user,
                                      std::string_view old_name);
[[nodiscard]] std::string render_quit(const Server& server, CapSet caps, const chat::User& user,
                                      std::string_view reason);
[[nodiscard]] std::string render_away(const Server& server, CapSet caps, const chat::User& user);
[[nodiscard]] std::string render_setname(const Server& server, CapSet caps, const chat::User& user);
[[nodiscard]] std::string render_account(const Server& server, CapSet caps, const chat::User& user);
[[nodiscard]] std::string render_chghost(const Server& server, CapSet caps, const chat::User& user,
                                         const chat::OldHost& old_host);
[[nodiscard]] std::string render_invite(const Server& server, CapSet caps, const chat::Group& group,
                                        const chat::User& by, const chat::User& invitee);
[[nodiscard]] std::string render_wallops(const Server& server, CapSet caps, const chat::User& by,
                                         std::string_view text);

/// What a message from elsewhere says, in IRC's codes and CTCP; of several lines, if it has them.
[[nodiscard]] std::string foreign_text(const Server& server, const chat::Message& message);
/// The words behind the channel of as many MODE lines as it takes.
[[nodiscard]] std::vector<std::string> mode_words(std::span<const chat::SettingChange> changes);
/// REDACT (IRCv3 draft/message-redaction).
[[nodiscard]] std::string render_redaction(const Server& server, CapSet caps, const chat::Withdrawal& withdrawal);
/// RENAME (IRCv3 draft/channel-rename).
[[nodiscard]] std::string render_rename(const Server& server, CapSet caps, const chat::Group& group,
                                        const chat::Renaming& how);

/// Does a line `:<sender> <verb> <target> :<text>` keep within 512 bytes?
[[nodiscard]] bool fits_line(const chat::User& sender, std::string_view verb, std::string_view target,
                             std::string_view text);
/// The target of a message as IRC writes it.
[[nodiscard]] std::string target_name(const chat::Target& target);

}  // namespace patchcord::irc
