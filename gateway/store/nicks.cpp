#include "gateway/store/nicks.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

std::vector<std::pair<std::string, std::string>> list_nicks(soci::session& session) {
    std::vector<std::pair<std::string, std::string>> nicks;
    std::pair<std::string, std::string> row;
    soci::statement statement = (session.prepare << "SELECT handle, nick FROM nick ORDER BY handle",
                                 soci::into(row.first), soci::into(row.second));
    statement.execute();
    while (statement.fetch()) nicks.push_back(row);
    return nicks;
}

std::error_code save_nick(soci::session& session, const std::string& handle, const std::string& nick) {
    if (any_too_long({handle, nick})) return StoreErrc::too_long;
    long long same_nick = 0;
    long long all = 0;
    session << "SELECT COUNT(*) FROM nick WHERE nick = :nick AND handle <> :handle", soci::use(nick), soci::use(handle),
        soci::into(same_nick);
    if (same_nick > 0) return chat::Errc::duplicate_user;
    session << "SELECT COUNT(*) FROM nick WHERE handle <> :handle", soci::use(handle), soci::into(all);
    if (static_cast<std::size_t>(all) >= most_nicks) return chat::Errc::list_full;
    session << "INSERT INTO nick (handle, nick) VALUES (:handle, :nick)"
               " ON CONFLICT (handle) DO UPDATE SET nick = excluded.nick",
        soci::use(handle), soci::use(nick);
    return {};
}

}  // namespace patchcord::gateway
