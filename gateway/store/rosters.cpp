#include "gateway/store/rosters.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/contacts.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {
namespace {

std::vector<chat::RosterEntry> load_entries(soci::session& session, const std::string& account) {
    chat::RosterEntry entry;
    int listed = 0;
    int blocked = 0;
    soci::statement select = (session.prepare << "SELECT address, name, listed, blocked FROM roster"
                                                 " WHERE account = :account ORDER BY address",
                              soci::use(account), soci::into(entry.address), soci::into(entry.name), soci::into(listed),
                              soci::into(blocked));
    select.execute();
    std::vector<chat::RosterEntry> entries;
    while (select.fetch()) {
        entry.listed = listed != 0;
        entry.blocked = blocked != 0;
        entries.push_back(entry);
    }
    return entries;
}

bool is_account(soci::session& session, const std::string& account) {
    long long number = 0;
    session << "SELECT COUNT(*) FROM account WHERE name = :account", soci::use(account), soci::into(number);
    return number > 0;
}

bool is_full(soci::session& session, const std::string& account, const std::string& address) {
    long long others = 0;
    session << "SELECT COUNT(*) FROM roster WHERE account = :account AND address <> :address", soci::use(account),
        soci::use(address), soci::into(others);
    return static_cast<std::size_t>(others) >= most_contacts;
}

}  // namespace

StoredRoster load_roster(soci::session& session, const std::string& account, const std::string& handle) {
    StoredRoster roster;
    roster.entries = load_entries(session, account);
    roster.listed_by = load_reverse(session, handle);
    return roster;
}

std::error_code save_roster_entry(soci::session& session, const std::string& account, const chat::RosterEntry& entry) {
    if (!entry.listed && !entry.blocked) {
        session << "DELETE FROM roster WHERE account = :account AND address = :address", soci::use(account),
            soci::use(entry.address);
        return {};
    }
    if (any_too_long({entry.address, entry.name})) return StoreErrc::too_long;
    if (!is_account(session, account)) return chat::Errc::no_such_user;
    if (is_full(session, account, entry.address)) return chat::Errc::list_full;
    const int listed = entry.listed ? 1 : 0;
    const int blocked = entry.blocked ? 1 : 0;
    session << "INSERT INTO roster (account, address, name, listed, blocked)"
               " VALUES (:account, :address, :name, :listed, :blocked)"
               " ON CONFLICT (account, address) DO UPDATE SET name = excluded.name, listed = excluded.listed,"
               " blocked = excluded.blocked",
        soci::use(account), soci::use(entry.address), soci::use(entry.name), soci::use(listed), soci::use(blocked);
    return {};
}

std::vector<std::string> accounts_listing(soci::session& session, const std::string& address) {
    std::string account;
    soci::statement select =
        (session.prepare << "SELECT account FROM roster WHERE address = :address AND listed = 1 ORDER BY account",
         soci::use(address), soci::into(account));
    select.execute();
    std::vector<std::string> accounts;
    while (select.fetch()) accounts.push_back(account);
    return accounts;
}

}  // namespace patchcord::gateway
