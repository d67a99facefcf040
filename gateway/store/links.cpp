#include "gateway/store/links.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

std::vector<StoredLink> list_links(soci::session& session) {
    StoredLink link;
    soci::statement select =
        (session.prepare << "SELECT account, service, handle, secret FROM link ORDER BY account, service",
         soci::into(link.account), soci::into(link.service), soci::into(link.handle), soci::into(link.secret));
    select.execute();
    std::vector<StoredLink> links;
    while (select.fetch()) links.push_back(link);
    return links;
}

std::error_code save_link(soci::session& session, const StoredLink& link) {
    if (any_too_long({link.service, link.handle, link.secret})) return StoreErrc::too_long;
    long long accounts = 0;
    session << "SELECT COUNT(*) FROM account WHERE name = :account", soci::use(link.account), soci::into(accounts);
    if (accounts == 0) return chat::Errc::no_such_user;
    long long others = 0;
    session << "SELECT COUNT(*) FROM link WHERE service = :service AND handle = :handle AND account <> :account",
        soci::use(link.service), soci::use(link.handle), soci::use(link.account), soci::into(others);
    if (others > 0) return chat::Errc::duplicate_user;
    session << "INSERT INTO link (account, service, handle, secret) VALUES (:account, :service, :handle, :secret)"
               " ON CONFLICT (account, service) DO UPDATE SET handle = excluded.handle, secret = excluded.secret",
        soci::use(link.account), soci::use(link.service), soci::use(link.handle), soci::use(link.secret);
    return {};
}

void remove_link(soci::session& session, const std::string& account, const std::string& service) {
    session << "DELETE FROM link WHERE account = :account AND service = :service", soci::use(account),
        soci::use(service);
}

}  // namespace patchcord::gateway
