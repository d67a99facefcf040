#pragma once

#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/clock.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

/// Who may sign in. Names and handles are in lower case, and no name is another account's handle.
struct Account {
    std::string name;    // on IRC
    std::string handle;  // on MSN
    std::string password_hash;
    std::string legacy_secret;  // sealed password for MD5 logins; empty when there is none
    chat::WallTime created_at{};
    std::string scram = {};  // what SCRAM-SHA-256 needs of the password; empty when it was never made
};

/// What is kept of a password.
struct StoredPassword {
    std::string hash;
    std::string legacy_secret;  // sealed, for MD5 logins; empty: none
    std::string scram;          // empty: none
};

// These throw what the database throws.

/// Error: duplicate_user.
[[nodiscard]] std::error_code add_account(soci::session& session, const Account& account);
/// All names, with their handles.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> list_account_names(soci::session& session);
/// By name.
[[nodiscard]] std::vector<Account> list_accounts(soci::session& session);
/// Finds by name as well as by handle.
[[nodiscard]] std::optional<Account> find_account(soci::session& session, const std::string& name_or_handle);
/// Error: no_such_user.
[[nodiscard]] std::error_code set_passwords(soci::session& session, const std::string& name,
                                            const StoredPassword& password);
/// Adds what SCRAM needs, if the password is still the one with this hash.
void set_scram(soci::session& session, const std::string& name, const std::string& password_hash,
               const std::string& scram);
/// With its lists, certificates, settings, nick and the messages to and from it: whoever has the name next shall not
/// find them. Error: no_such_user.
[[nodiscard]] std::error_code remove_account(soci::session& session, const std::string& name);

}  // namespace patchcord::gateway
