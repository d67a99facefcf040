#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "msn/server/account_store.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

// Messages whose receivers are away. These throw what the database throws.

/// Error: list_full when the receiver's box or the whole store is full.
[[nodiscard]] std::error_code keep_message(soci::session& session, const msn::OfflineMessage& message);
/// In the order in which they were kept, whatever the clock said.
[[nodiscard]] std::vector<msn::OfflineMessage> waiting_messages(soci::session& session, const std::string& receiver);
/// Those on MSN services for whom something waits: their addresses have a `/`.
[[nodiscard]] std::vector<std::string> far_receivers(soci::session& session);
/// Does anything wait?
[[nodiscard]] bool has_messages(soci::session& session, const std::string& receiver);
/// No error when there is no such message any more.
void forget_messages(soci::session& session, const std::vector<std::uint64_t>& ids);

}  // namespace patchcord::gateway
