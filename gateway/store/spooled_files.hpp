#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/clock.hpp"

namespace soci {
class session;
}  // namespace soci

namespace patchcord::gateway {

/// A whole file that is kept in `data_dir` for whoever has its link.
struct SpooledFile {
    std::string token;        // of the link
    std::string stored_name;  // in the directory
    std::string owner;        // whose quota it counts against
    std::string name;         // as its sender calls it, cleaned
    std::uint64_t size = 0;   // bytes
    chat::WallTime expires_at{};
};

// These throw what the database throws.

[[nodiscard]] std::vector<SpooledFile> list_spooled_files(soci::session& session);
/// Error: too_long.
[[nodiscard]] std::error_code save_spooled_file(soci::session& session, const SpooledFile& file);
void remove_spooled_file(soci::session& session, const std::string& token);

}  // namespace patchcord::gateway
