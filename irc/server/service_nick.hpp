#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat_core/message.hpp"
#include "irc/server/server.hpp"

namespace patchcord::irc {

class Session;

// `*patchcord` is the server itself as somebody to talk to, about one's contact list. It is always there, and nobody
// can be called so, because no nick begins with `*`.

inline constexpr std::string_view service_nick = "*patchcord";
inline constexpr std::string_view service_username = "patchcord";
/// What somebody may call a contact.
inline constexpr std::size_t max_alias_bytes = 64;

[[nodiscard]] bool is_service_nick(std::string_view name);
/// `nick!user@host`
[[nodiscard]] std::string service_identity(const Server& server);
/// What USERHOST says of it.
[[nodiscard]] std::string service_userhost(const Server& server);

/// A message to the service nick or to `&contacts`, as its sender wrote it.
struct ServiceMessage {
    std::string_view verb;
    std::string_view target;
    std::string_view text;
    std::string_view tags;  // client-only ones, in wire form
};

/// Shows a message that no core has relayed to its sender's client, if that wants to see its own.
void echo_unrelayed(Session& session, const ServiceMessage& message);
/// Runs a message as a command and answers where it was said. What machines send (NOTICE, CTCP) is not answered.
void tell_service(Session& session, const ServiceMessage& message, chat::MessageKind kind);
/// Runs a command; the answer goes to `&contacts`, or in private.
void run_service_command(Session& session, std::string_view words, bool in_channel);

/// A NOTICE from the service nick, made one plain line.
void send_service_notice(Session& session, std::string_view text);

/// Tells the client that somebody put its user on their list, once a session, and how to answer.
void tell_contact_request(Session& session, std::string_view address, std::string_view name);

/// Text from a peer, fit to stand inside a line: without formatting, control characters and what deceives the eye; cut
/// to `limit` bytes at a code point.
[[nodiscard]] std::string one_plain_line(std::string_view text, std::size_t limit);

}  // namespace patchcord::irc
