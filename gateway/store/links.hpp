#pragma once

#include <string>
#include <system_error>
#include <vector>

namespace soci {
class session;
}  // namespace soci

namespace patchcord::gateway {

/// Somebody's account on an MSN service, linked by themselves.
struct StoredLink {
    std::string account;  // here
    std::string service;
    std::string handle;  // there
    std::string secret;  // the password, sealed
};

[[nodiscard]] std::vector<StoredLink> list_links(soci::session& session);
/// Instead of the one they have there, if any. Errors: no_such_user, duplicate_user when somebody else has the handle,
/// too_long.
[[nodiscard]] std::error_code save_link(soci::session& session, const StoredLink& link);
void remove_link(soci::session& session, const std::string& account, const std::string& service);

}  // namespace patchcord::gateway
