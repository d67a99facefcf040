#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/clock.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

// What an account has set for itself, by keys. These throw what the database throws. Names are in lower case.

/// Empty when it is not set.
[[nodiscard]] std::string account_setting(soci::session& session, const std::string& account, const std::string& key);
/// The empty value forgets the setting. Errors: no_such_user, list_full, too_long.
[[nodiscard]] std::error_code set_account_setting(soci::session& session, const std::string& account,
                                                  const std::string& key, const std::string& value);
/// What an account has set, and when that account was made.
struct AccountSetting {
    std::string account;
    std::string value;
    chat::WallTime made{};
};
/// Of all accounts that have set `key`, by name.
[[nodiscard]] std::vector<AccountSetting> accounts_with_setting(soci::session& session, const std::string& key);

/// A random secret that was made with the database; empty when there is none of that name.
[[nodiscard]] std::string gateway_secret(soci::session& session, const std::string& name);

}  // namespace patchcord::gateway
