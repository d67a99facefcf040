#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/result.hpp"
#include "msn/server/account_store.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

// What an account keeps besides its password. Handles are in lower case. These throw what the database throws.

/// Error: no_such_user.
[[nodiscard]] chat::Result<msn::AccountRecord> load_account(soci::session& session, const std::string& handle);
/// Who has `handle` on FL.
[[nodiscard]] std::vector<msn::ReverseContact> load_reverse(soci::session& session, const std::string& handle);
/// Comes with every change of the lists. Error: no_such_user.
[[nodiscard]] std::error_code set_list_version(soci::session& session, const std::string& owner, std::uint64_t version);
/// A contact on no list any more is forgotten. Errors: list_full, too_long.
[[nodiscard]] std::error_code save_contact(soci::session& session, const std::string& owner,
                                           const msn::Contact& contact);
void remove_contact(soci::session& session, const std::string& owner, const std::string& handle);
/// Errors: list_full, too_long.
[[nodiscard]] std::error_code save_group(soci::session& session, const std::string& owner,
                                         const msn::ContactGroup& group);
void remove_group(soci::session& session, const std::string& owner, unsigned number);
/// Errors: list_full, too_long.
[[nodiscard]] std::error_code save_settings(soci::session& session, const std::string& owner,
                                            const msn::AccountSettings& settings);

}  // namespace patchcord::gateway
