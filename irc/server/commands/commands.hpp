#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "irc/server/session.hpp"

/// The commands, a file a family. Each runs only when the checks of its row in the command table have passed.
namespace patchcord::irc::commands {

// registration.cpp
void cap(Session& session, const Message& message);
/// Tells a client that asked for it that the capability is offered from now on, or is no longer.
void announce_cap(Session& session, Cap cap);
void nick(Session& session, const Message& message);
void user(Session& session, const Message& message);
void pass(Session& session, const Message& message);
void ping(Session& session, const Message& message);
void pong(Session& session, const Message& message);
void quit(Session& session, const Message& message);

// webirc.cpp
void webirc(Session& session, const Message& message);

// batch.cpp
void batch(Session& session, const Message& message);

// account.cpp
void authenticate(Session& session, const Message& message);
/// The client is logged in from now on, and told so.
[[nodiscard]] bool log_in_to(Session& session, const chat::AccountIdentity& who);

// register.cpp
void register_account(Session& session, const Message& message);
void verify(Session& session, const Message& message);

// join.cpp
void join(Session& session, const Message& message);
void part(Session& session, const Message& message);
void names(Session& session, const Message& message);

// channel.cpp
void topic(Session& session, const Message& message);
void invite(Session& session, const Message& message);
void kick(Session& session, const Message& message);

// contacts.cpp
void contacts(Session& session, const Message& message);
/// What a command answers that is about `&contacts`.
void contacts_topic(Session& session, const Message& message);
void contacts_mode(Session& session, const Message& message);
void contacts_kick(Session& session);
void contacts_invite(Session& session);

// list.cpp
void list(Session& session, const Message& message);

// mode.cpp, mode_channel.cpp
void mode(Session& session, const Message& message);
void channel_mode(Session& session, const Message& message, chat::Group& group);

// rename.cpp
void rename(Session& session, const Message& message);

// redact.cpp
void redact(Session& session, const Message& message);

// message.cpp
void privmsg(Session& session, const Message& message);
void notice(Session& session, const Message& message);
void tagmsg(Session& session, const Message& message);
/// Sends a message of several lines that has come in whole.
void send_multiline(Session& session, const ClientBatch& batch);

// dcc.cpp
/// Is this DCC between two clients of IRC, with whose connections the gateway has nothing to do?
[[nodiscard]] bool passes_dcc(Session& session, const chat::Target& target, std::string_view parameters);
/// What a client says by CTCP DCC to somebody on another protocol, or to a channel, is done or refused. True: done.
/// `quiet`: without a word, as it was a NOTICE.
[[nodiscard]] bool take_dcc(Session& session, const chat::Target& target, std::string_view parameters, bool quiet);

// who.cpp, whois.cpp
void who(Session& session, const Message& message);
void whois(Session& session, const Message& message);
void whowas(Session& session, const Message& message);
void ison(Session& session, const Message& message);
void userhost(Session& session, const Message& message);

// presence.cpp
void away(Session& session, const Message& message);
void setname(Session& session, const Message& message);
void monitor(Session& session, const Message& message);

// metadata.cpp
void metadata(Session& session, const Message& message);
/// To who is now in a channel: there may be metadata to ask for.
void send_sync_later(Session& session, const chat::Group& group);
/// What a client is told of itself when it is registered.
void send_own_metadata(Session& session);

// avatars.cpp
/// What somebody on another protocol is called there has changed; the same of the picture.
void tell_display_name(Session& session, const chat::User& user);
void tell_avatar(Session& session, const chat::User& user);
/// Would the client be told of somebody's picture?
[[nodiscard]] bool wants_avatar(Session& session, const chat::User& user);
/// Lets pictures of people on another protocol be fetched: one person's, those of a channel's and of the contact list's
/// people if the client would be told of them.
void ask_for_avatar(Session& session, const chat::User& user);
void ask_for_avatars(Session& session, const chat::Group& group);
void ask_for_contacts_avatars(Session& session);

// info.cpp
void motd(Session& session, const Message& message);
void version(Session& session, const Message& message);
void isupport(Session& session, const Message& message);
void time(Session& session, const Message& message);
void info(Session& session, const Message& message);
void help(Session& session, const Message& message);
void lusers(Session& session, const Message& message);
void links(Session& session, const Message& message);
void stats(Session& session, const Message& message);

// history.cpp
void chathistory(Session& session, const Message& message);
void markread(Session& session, const Message& message);

// oper.cpp
void oper(Session& session, const Message& message);
void kill(Session& session, const Message& message);
void wallops(Session& session, const Message& message);
void rehash(Session& session, const Message& message);

// --- parts that several share
// ------------------------------------------------------------------------------------------

void send_lusers(Session& session);
void send_motd(Session& session);
/// What somebody is sent who is now in a channel: JOIN, topic and names.
void send_joined(Session& session, const chat::Group& group);
/// The same for `&contacts`.
void send_contacts_joined(Session& session);
void send_contacts_topic(Session& session);
/// False, and 442, when the client is not in `&contacts`.
[[nodiscard]] bool may_use_contacts(Session& session);
/// RPL_NAMREPLY and RPL_ENDOFNAMES; in slices if there are many.
void send_names(Session& session, const chat::Group& group);
/// How far the session's user has read a conversation, to clients that ask for it.
void send_read_marker(Session& session, std::string_view target);
/// RPL_TOPIC and RPL_TOPICWHOTIME.
void send_topic(Session& session, const chat::Group& group);
/// Tells the session's user of a change of its own modes.
void send_user_mode(Session& session, std::string_view change);
/// Marks the session's user as away, or as back when there is no text, and confirms it as AWAY does.
void set_away(Session& session, std::string_view text);
/// "+iB", as far as set.
[[nodiscard]] std::string user_modes(const chat::User& user);
/// Ends an exchange that the client did not: 906.
void abort_sasl(Session& session);
/// 433 for a nick that belongs to an account the client is not logged in to.
void refuse_reserved_nick(Session& session, std::string_view nick);
/// Looks a channel up; answers 403 and gives nullptr when there is none, or none this user may know of.
[[nodiscard]] chat::Group* find_channel(Session& session, std::string_view name);
/// Looks up somebody who is online; answers 401 and gives nullptr when there is none.
[[nodiscard]] chat::User* find_nick(Session& session, std::string_view nick);
/// May `session` see that `other` exists without knowing the nick?
[[nodiscard]] bool can_see(Session& session, const chat::User& other);
/// Is `user` in `group`, and were the others there told of it?
[[nodiscard]] bool is_shown_in(const Session& session, const chat::Group& group, const chat::User& user);
/// FAIL, also to a client that has not asked for standard-replies: one that knows the command knows its refusals.
void fail(Session& session, std::string_view command, std::string_view code,
          std::initializer_list<std::string_view> context, std::string_view text);
/// Is somebody here by another protocol, and gets messages that cannot be changed there afterwards?
[[nodiscard]] bool is_elsewhere(const chat::User& user);
/// Cut to `limit` bytes, not inside a code point.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t limit);
/// A topic, reason or away message, cut to the length that is told in ISUPPORT.
[[nodiscard]] std::string_view cut_text(Session& session, std::string_view text);
/// The parts of a comma-separated list that are not empty.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view list);
/// The same for a list in which places count: empty parts stay.
[[nodiscard]] std::vector<std::string_view> split_places(std::string_view list);
/// The reverse.
[[nodiscard]] std::string join_list(const std::vector<std::string>& parts);

}  // namespace patchcord::irc::commands
