#include "gateway/store/spooled_files.hpp"

#include <soci/soci.h>

#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

std::vector<SpooledFile> list_spooled_files(soci::session& session) {
    SpooledFile file;
    long long size = 0;
    long long expires_at = 0;
    soci::statement select =
        (session.prepare << "SELECT token, stored_name, owner, name, size, expires_at FROM spooled_file ORDER BY token",
         soci::into(file.token), soci::into(file.stored_name), soci::into(file.owner), soci::into(file.name),
         soci::into(size), soci::into(expires_at));
    select.execute();
    std::vector<SpooledFile> files;
    while (select.fetch()) {
        file.size = static_cast<std::uint64_t>(size);
        file.expires_at = chat::WallTime(std::chrono::milliseconds(expires_at));
        files.push_back(file);
    }
    return files;
}

std::error_code save_spooled_file(soci::session& session, const SpooledFile& file) {
    if (any_too_long({file.owner, file.name})) return StoreErrc::too_long;
    const auto size = static_cast<long long>(file.size);
    const long long expires_at = file.expires_at.time_since_epoch().count();
    session << "INSERT INTO spooled_file (token, stored_name, owner, name, size, expires_at)"
               " VALUES (:token, :stored_name, :owner, :name, :size, :expires_at)",
        soci::use(file.token), soci::use(file.stored_name), soci::use(file.owner), soci::use(file.name),
        soci::use(size), soci::use(expires_at);
    return {};
}

void remove_spooled_file(soci::session& session, const std::string& token) {
    session << "DELETE FROM spooled_file WHERE token = :token", soci::use(token);
}

}  // namespace patchcord::gateway
