#include "gateway/store/settings.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {

std::string account_setting(soci::session& session, const std::string& account, const std::string& key) {
    std::string value;
    session << "SELECT value FROM account_setting WHERE account = :account AND key = :key", soci::use(account),
        soci::use(key), soci::into(value);
    return session.got_data() ? value : std::string();
}

std::error_code set_account_setting(soci::session& session, const std::string& account, const std::string& key,
                                    const std::string& value) {
    if (any_too_long({key, value})) return StoreErrc::too_long;
    if (value.empty()) {
        session << "DELETE FROM account_setting WHERE account = :account AND key = :key", soci::use(account),
            soci::use(key);
        return {};
    }
    long long accounts = 0;
    session << "SELECT COUNT(*) FROM account WHERE name = :account", soci::use(account), soci::into(accounts);
    if (accounts == 0) return chat::Errc::no_such_user;
    long long others = 0;
    session << "SELECT COUNT(*) FROM account_setting WHERE account = :account AND key <> :key", soci::use(account),
        soci::use(key), soci::into(others);
    if (others >= static_cast<long long>(most_settings)) return chat::Errc::list_full;
    session << "INSERT INTO account_setting (account, key, value) VALUES (:account, :key, :value)"
               " ON CONFLICT (account, key) DO UPDATE SET value = excluded.value",
        soci::use(account), soci::use(key), soci::use(value);
    return {};
}

std::vector<AccountSetting> accounts_with_setting(soci::session& session, const std::string& key) {
    AccountSetting row;
    long long made = 0;
    soci::statement select = (session.prepare << "SELECT account, value, created_at FROM account_setting"
                                                 " JOIN account ON name = account WHERE key = :key ORDER BY account",
                              soci::use(key), soci::into(row.account), soci::into(row.value), soci::into(made));
    select.execute();
    std::vector<AccountSetting> accounts;
    while (select.fetch()) {
        row.made = chat::WallTime(std::chrono::milliseconds(made));
        accounts.push_back(row);
    }
    return accounts;
}

std::string gateway_secret(soci::session& session, const std::string& name) {
    std::string value;
    session << "SELECT value FROM gateway_secret WHERE name = :name", soci::use(name), soci::into(value);
    return session.got_data() ? value : std::string();
}

}  // namespace patchcord::gateway
