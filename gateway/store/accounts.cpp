#include "gateway/store/accounts.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {
namespace {

/// The columns of one account, in the order of `columns`.
struct Row {
    Account account;
    long long created_at = 0;

    [[nodiscard]] Account take() {
        account.created_at = chat::WallTime(std::chrono::milliseconds(created_at));
        return std::move(account);
    }
};

constexpr const char* columns = "SELECT name, handle, password_hash, legacy_secret, created_at, scram FROM account ";

long long number_of_accounts_called(soci::session& session, const std::string& name) {
    long long number = 0;
    session << "SELECT COUNT(*) FROM account WHERE name = :name OR handle = :handle", soci::use(name), soci::use(name),
        soci::into(number);
    return number;
}

}  // namespace

std::error_code add_account(soci::session& session, const Account& account) {
    if (any_too_long({account.name, account.handle, account.password_hash, account.legacy_secret, account.scram})) {
        return StoreErrc::too_long;
    }
    for (const std::string& name : {account.name, account.handle}) {
        if (number_of_accounts_called(session, name) > 0) return chat::Errc::duplicate_user;
    }
    const long long created_at = account.created_at.time_since_epoch().count();
    session << "INSERT INTO account (name, handle, password_hash, legacy_secret, created_at, scram)"
               " VALUES (:name, :handle, :hash, :secret, :created, :scram)",
        soci::use(account.name), soci::use(account.handle), soci::use(account.password_hash),
        soci::use(account.legacy_secret), soci::use(created_at), soci::use(account.scram);
    return {};
}

std::vector<std::pair<std::string, std::string>> list_account_names(soci::session& session) {
    std::vector<std::pair<std::string, std::string>> names;
    std::pair<std::string, std::string> row;
    soci::statement select = (session.prepare << "SELECT name, handle FROM account ORDER BY name",
                              soci::into(row.first), soci::into(row.second));
    select.execute();
    while (select.fetch()) names.push_back(row);
    return names;
}

std::vector<Account> list_accounts(soci::session& session) {
    Row row;
    Account& account = row.account;
    soci::statement select = (session.prepare << columns << "ORDER BY name", soci::into(account.name),
                              soci::into(account.handle), soci::into(account.password_hash),
                              soci::into(account.legacy_secret), soci::into(row.created_at), soci::into(account.scram));
    select.execute();
    std::vector<Account> accounts;
    while (select.fetch()) accounts.push_back(row.take());
    return accounts;
}

std::optional<Account> find_account(soci::session& session, const std::string& name_or_handle) {
    Row row;
    Account& account = row.account;
    session << columns << "WHERE name = :name OR handle = :handle", soci::use(name_or_handle),
        soci::use(name_or_handle), soci::into(account.name), soci::into(account.handle),
        soci::into(account.password_hash), soci::into(account.legacy_secret), soci::into(row.created_at),
        soci::into(account.scram);
    return session.got_data() ? std::optional(row.take()) : std::nullopt;
}

std::error_code set_passwords(soci::session& session, const std::string& name, const StoredPassword& password) {
    if (any_too_long({password.hash, password.legacy_secret, password.scram})) return StoreErrc::too_long;
    soci::statement update =
        (session.prepare << "UPDATE account SET password_hash = :hash, legacy_secret = :secret,"
                            " scram = :scram WHERE name = :name",
         soci::use(password.hash), soci::use(password.legacy_secret), soci::use(password.scram), soci::use(name));
    update.execute(true);
    return update.get_affected_rows() > 0 ? std::error_code{} : make_error_code(chat::Errc::no_such_user);
}

void set_scram(soci::session& session, const std::string& name, const std::string& password_hash,
               const std::string& scram) {
    session << "UPDATE account SET scram = :scram WHERE name = :name AND password_hash = :hash", soci::use(scram),
        soci::use(name), soci::use(password_hash);
}

std::error_code remove_account(soci::session& session, const std::string& name) {
    std::string handle;
    session << "SELECT handle FROM account WHERE name = :name", soci::use(name), soci::into(handle);
    if (!session.got_data()) return chat::Errc::no_such_user;
    session << "DELETE FROM account WHERE name = :name", soci::use(name);
    session << "DELETE FROM nick WHERE handle = :handle", soci::use(handle);
    for (const std::string& called : {name, handle}) {
        session << "DELETE FROM offline_message WHERE receiver = :receiver OR sender = :sender", soci::use(called),
            soci::use(called);
    }
    return {};
}

}  // namespace patchcord::gateway
