#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat_core/ports/history_store.hpp"
#include "chat_core/user.hpp"

namespace patchcord::irc {

class Server;
class Session;

// Under which names conversations are kept. A room is its folded name; a query is its two parties, each by what stays
// theirs when they change their nick: an account, an address on MSN, or the nick of a guest, who has nothing else.

/// The identity of somebody in the key of a query.
[[nodiscard]] std::string history_identity(const Server& server, const chat::User& user);
[[nodiscard]] chat::HistoryPlace place_of_group(const Server& server, const chat::Group& group);
[[nodiscard]] chat::HistoryPlace place_of_query(const std::string& one, const std::string& other);

/// A conversation as the client of a session names it.
struct NamedPlace {
    chat::HistoryPlace place;
    std::string name;
};
/// The conversation that `session` means by a channel or a nick and may read: a channel its user is in, or a query of
/// its account. Nothing for any other.
[[nodiscard]] std::optional<NamedPlace> find_place(Session& session, std::string_view target);
/// What the client is told a conversation of its account is called; empty when it is in no position to ask for it.
[[nodiscard]] std::string name_of_place(Session& session, const std::string& key);

}  // namespace patchcord::irc
