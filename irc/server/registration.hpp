#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "chat_core/login.hpp"
#include "chat_core/ports/history_store.hpp"
#include "irc/server/account_proof.hpp"

namespace patchcord::irc {

/// What a client has said on its way to being registered; gone once it is.
struct Registration {
    chat::NameReservation nick;
    /// Wanted instead of `nick`: one that belongs to an account. It is held only when the client has logged in to that.
    std::string account_nick;
    std::string account;  // empty: not logged in to one
    AccountProof proof;   // of that
    std::string device;   // which of the account's clients this is, as it calls itself; may be empty
    std::optional<chat::HistoryStore::Markers> markers;  // of the account, once they are known
    std::string username;
    std::string real_name;
    std::string password;
    std::string away;             // what AWAY said (IRCv3 pre-away); empty: present. "*": no person is there
    bool password_right = false;  // the server's
    bool user_given = false;
    bool negotiating = false;  // between CAP LS or CAP REQ and CAP END
    std::size_t lines = 0;
};

}  // namespace patchcord::irc
