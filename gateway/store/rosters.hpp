#pragma once

#include <string>
#include <system_error>
#include <vector>

#include "chat_core/roster.hpp"
#include "msn/server/account_store.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

// Contact lists of people on IRC, by the name of their account. These throw what the database throws.

/// What an account's owner is met with at login.
struct StoredRoster {
    std::vector<chat::RosterEntry> entries;
    /// Who on MSN has them on their list; some of these may be among the entries.
    std::vector<msn::ReverseContact> listed_by;
};

/// `handle` is the one that MSN knows the owner by.
[[nodiscard]] StoredRoster load_roster(soci::session& session, const std::string& account, const std::string& handle);
/// An entry that is neither listed nor blocked is forgotten. Errors: no_such_user, list_full, too_long.
[[nodiscard]] std::error_code save_roster_entry(soci::session& session, const std::string& account,
                                                const chat::RosterEntry& entry);
/// The accounts that have `address` on their list.
[[nodiscard]] std::vector<std::string> accounts_listing(soci::session& session, const std::string& address);

}  // namespace patchcord::gateway
