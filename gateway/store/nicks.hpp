#pragma once

#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace soci {
class session;
}

namespace patchcord::gateway {

// Which nick a handle had, so that it gets the same one again after a restart. These throw what the database throws.

/// Handles and their nicks, at most `most_nicks`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> list_nicks(soci::session& session);
/// Errors: duplicate_user when another handle has the nick, list_full, too_long.
[[nodiscard]] std::error_code save_nick(soci::session& session, const std::string& handle, const std::string& nick);

}  // namespace patchcord::gateway
