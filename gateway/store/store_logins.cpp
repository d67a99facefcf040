// What the store keeps for logging in on IRC, and what accounts set for themselves.

#include "chat_core/error.hpp"
#include "gateway/store/lower_case.hpp"
#include "gateway/store/settings.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

void Store::set_password(std::string account, StoredPassword made, std::string password, Done done) {
    worker_.write(
        [this, account = lower_case(account), made = std::move(made),
         password = std::move(password)](soci::session& session) -> std::error_code {
            const auto known = gateway::find_account(session, account);
            if (!known || known->name != account) return chat::Errc::no_such_user;
            StoredPassword kept = made;
            kept.legacy_secret.clear();
            if (!known->legacy_secret.empty()) {
                auto sealed = secrets_.seal(password, account);
                if (!sealed) return StoreErrc::no_key;
                kept.legacy_secret = std::move(*sealed);
            }
            return set_passwords(session, account, kept);
        },
        std::move(done));
}

void Store::add_scram(std::string account, std::string password_hash, std::string scram) {
    worker_.write(
        [account = lower_case(account), password_hash = std::move(password_hash),
         scram = std::move(scram)](soci::session& session) -> std::error_code {
            set_scram(session, account, password_hash, scram);
            return {};
        },
        [](std::error_code) {});  // whoever logs in next time will try again
}

void Store::add_certificate(std::string account, std::string fingerprint, Done done) {
    worker_.write(
        [account = lower_case(account), fingerprint = std::move(fingerprint),
         now = loop_.wall_now()](soci::session& session) {
            return gateway::add_certificate(session, account, {fingerprint, now});
        },
        std::move(done));
}

void Store::remove_certificate(std::string account, std::string fingerprint, Done done) {
    worker_.write([account = lower_case(account), fingerprint = std::move(fingerprint)](
                      soci::session& session) { return gateway::remove_certificate(session, account, fingerprint); },
                  std::move(done));
}

void Store::certificates(std::string account, Answer<std::vector<AccountCertificate>> done) {
    using Certificates = std::vector<AccountCertificate>;
    ask<Certificates>(
        [account = lower_case(account)](soci::session& session) {
            return chat::Result<Certificates>(list_certificates(session, account));
        },
        std::move(done));
}

void Store::find_by_certificate(std::string fingerprint, Answer<std::optional<Account>> done) {
    using Found = std::optional<Account>;
    ask<Found>(
        [fingerprint = std::move(fingerprint)](soci::session& session) {
            const auto name = find_certificate(session, fingerprint);
            return chat::Result<Found>(name ? gateway::find_account(session, *name) : Found());
        },
        std::move(done));
}

void Store::setting(std::string account, std::string key, Answer<std::string> done) {
    ask<std::string>(
        [account = lower_case(account), key = std::move(key)](soci::session& session) {
            return chat::Result<std::string>(account_setting(session, account, key));
        },
        std::move(done));
}

void Store::set_setting(std::string account, std::string key, std::string value, Done done) {
    worker_.write([account = lower_case(account), key = std::move(key), value = std::move(value)](
                      soci::session& session) { return set_account_setting(session, account, key, value); },
                  std::move(done));
}

void Store::settings_called(std::string key, Answer<std::vector<AccountSetting>> done) {
    using Settings = std::vector<AccountSetting>;
    ask<Settings>([key = std::move(key)](
                      soci::session& session) { return chat::Result<Settings>(accounts_with_setting(session, key)); },
                  std::move(done));
}

}  // namespace patchcord::gateway
