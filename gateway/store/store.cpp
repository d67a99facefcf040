#include "gateway/store/store.hpp"

#include <filesystem>

#include "gateway/store/contacts.hpp"
#include "gateway/store/lower_case.hpp"
#include "gateway/store/messages.hpp"
#include "gateway/store/nicks.hpp"
#include "gateway/store/settings.hpp"

namespace patchcord::gateway {
namespace {

/// Whose a sealed password is: it opens for no other account and no other service.
std::string link_owner(const StoredLink& link) {
    return link.account + "/" + link.service;
}

}  // namespace

DatabaseOptions database_in(const std::string& data_dir) {
    DatabaseOptions options;
    options.file = (std::filesystem::path(data_dir) / "patchcord.db").string();
    return options;
}

SecretBox secrets_in(const std::string& data_dir) {
    return SecretBox((std::filesystem::path(data_dir) / "secrets.key").string());
}

std::string Store::open(DatabaseOptions options, SecretBox secrets, EventLoop& loop, chat::LogSink& log,
                        std::unique_ptr<Store>& into) {
    std::unique_ptr<Database> database;
    std::string error = Database::open(std::move(options), database);
    if (!error.empty()) return error;
    Nicks nicks;
    Names account_names;
    std::vector<StoredLink> links;
    std::vector<std::string> receivers;
    std::vector<SpooledFile> spooled_files;
    std::string unknown_accounts;
    const std::error_code failed = database->read([&](soci::session& session) -> std::error_code {
        nicks = list_nicks(session);
        account_names = list_account_names(session);
        links = list_links(session);
        receivers = far_receivers(session);
        spooled_files = list_spooled_files(session);
        unknown_accounts = gateway_secret(session, "unknown_accounts");
        return {};
    });
    if (failed) return failed.message();
    into = std::make_unique<Store>(std::move(database), std::move(secrets), loop, log);
    into->nicks_ = std::move(nicks);
    into->account_names_ = std::move(account_names);
    into->links_ = std::move(links);
    into->far_receivers_ = std::move(receivers);
    into->spooled_files_ = std::move(spooled_files);
    into->unknown_accounts_ = std::move(unknown_accounts);
    return {};
}

Store::Store(std::unique_ptr<Database> database, SecretBox secrets, EventLoop& loop, chat::LogSink& log)
    : secrets_(std::move(secrets)), loop_(loop), log_(log), worker_(std::move(database), loop, log) {}

void Store::change(std::string owner, std::uint64_t version, std::function<std::error_code(soci::session&)> change,
                   Done done) {
    worker_.write(
        [owner = std::move(owner), version, change = std::move(change)](soci::session& session) {
            const std::error_code error = set_list_version(session, owner, version);
            return error ? error : change(session);
        },
        std::move(done));
}

void Store::set_person_domain(const std::string& domain) {
    person_domain_ = lower_case(domain);
}

void Store::load(std::string handle, Answer<msn::AccountRecord> done) {
    ask<msn::AccountRecord>(
        [handle = lower_case(handle), domain = person_domain_](soci::session& session) {
            auto record = load_account(session, handle);
            if (!record) return record;
            record->messages_wait = has_messages(session, handle);
            for (const std::string& account : accounts_listing(session, handle)) {
                record->reverse.push_back({account + "@" + domain, account});
            }
            return record;
        },
        std::move(done));
}

void Store::load_roster(std::string account, Answer<StoredRoster> done) {
    account = lower_case(account);
    ask<StoredRoster>(
        [account, handle = account + "@" + person_domain_](soci::session& session) {
            return chat::Result<StoredRoster>(gateway::load_roster(session, account, handle));
        },
        std::move(done));
}

void Store::save_roster_entry(std::string account, chat::RosterEntry entry, Done done) {
    entry.address = lower_case(entry.address);
    worker_.write([account = lower_case(account), entry = std::move(entry)](
                      soci::session& session) { return gateway::save_roster_entry(session, account, entry); },
                  std::move(done));
}

void Store::exists(std::string handle, Answer<bool> done) {
    ask<bool>(
        [handle = lower_case(handle)](soci::session& session) {
            const auto account = gateway::find_account(session, handle);
            return chat::Result<bool>(account && account->handle == handle);
        },
        std::move(done));
}

void Store::legacy_password(std::string handle, Answer<std::optional<std::string>> done) {
    using Password = std::optional<std::string>;
    ask<Password>(
        [this, handle = lower_case(handle)](soci::session& session) -> chat::Result<Password> {
            const auto account = gateway::find_account(session, handle);
            if (!account || account->handle != handle || account->legacy_secret.empty()) return Password{};
            Password password = secrets_.open(account->legacy_secret, account->name);
            if (!password) return StoreErrc::no_key;
            return password;
        },
        [this, done = std::move(done)](chat::Result<Password> password) {
            note_key(password.error());
            done(std::move(password));
        });
}

/// Once: whoever tries to sign in could fill the log otherwise.
void Store::note_key(std::error_code error) {
    if (error != StoreErrc::no_key || std::exchange(key_trouble_noted_, true)) return;
    log_.log(chat::LogLevel::error, {}, "cannot open stored secrets", {{"error", error.message()}});
}

void Store::save_contact(std::string owner, msn::Contact contact, std::uint64_t version, Done done) {
    owner = lower_case(owner);
    contact.handle = lower_case(contact.handle);
    change(
        owner, version,
        [owner, contact = std::move(contact)](soci::session& session) {
            return gateway::save_contact(session, owner, contact);
        },
        std::move(done));
}

void Store::remove_contact(std::string owner, std::string handle, std::uint64_t version, Done done) {
    owner = lower_case(owner);
    change(
        owner, version,
        [owner, handle = lower_case(handle)](soci::session& session) -> std::error_code {
            gateway::remove_contact(session, owner, handle);
            return {};
        },
        std::move(done));
}

void Store::save_group(std::string owner, msn::ContactGroup group, std::uint64_t version, Done done) {
    owner = lower_case(owner);
    change(
        owner, version,
        [owner, group = std::move(group)](soci::session& session) {
            return gateway::save_group(session, owner, group);
        },
        std::move(done));
}

void Store::remove_group(std::string owner, unsigned number, std::uint64_t version, Done done) {
    owner = lower_case(owner);
    change(
        owner, version,
        [owner, number](soci::session& session) -> std::error_code {
            gateway::remove_group(session, owner, number);
            return {};
        },
        std::move(done));
}

void Store::save_settings(std::string owner, msn::AccountSettings settings, std::uint64_t version, Done done) {
    owner = lower_case(owner);
    change(
        owner, version,
        [owner, settings = std::move(settings)](soci::session& session) {
            return gateway::save_settings(session, owner, settings);
        },
        std::move(done));
}

void Store::keep_message(msn::OfflineMessage message, Done done) {
    message.to = lower_case(message.to);
    worker_.write(
        [message = std::move(message)](soci::session& session) { return gateway::keep_message(session, message); },
        std::move(done));
}

void Store::waiting_messages(std::string to, Answer<std::vector<msn::OfflineMessage>> done) {
    using Messages = std::vector<msn::OfflineMessage>;
    ask<Messages>(
        [to = lower_case(to)](soci::session& session) {
            return chat::Result<Messages>(gateway::waiting_messages(session, to));
        },
        std::move(done));
}

void Store::forget_messages(std::vector<std::uint64_t> ids, Done done) {
    worker_.write(
        [ids = std::move(ids)](soci::session& session) -> std::error_code {
            gateway::forget_messages(session, ids);
            return {};
        },
        std::move(done));
}

void Store::find_account(std::string name_or_handle, Answer<std::optional<Account>> done) {
    ask<std::optional<Account>>(
        [called = lower_case(name_or_handle)](soci::session& session) {
            return chat::Result<std::optional<Account>>(gateway::find_account(session, called));
        },
        std::move(done));
}

void Store::account_names(Answer<Names> done) {
    ask<Names>([](soci::session& session) { return chat::Result<Names>(list_account_names(session)); },
               std::move(done));
}

void Store::add_account(Account account, Done done) {
    account.name = lower_case(account.name);
    account.handle = lower_case(account.handle);
    if (account.created_at == chat::WallTime{}) account.created_at = loop_.wall_now();
    worker_.write(
        [account = std::move(account)](soci::session& session) { return gateway::add_account(session, account); },
        std::move(done));
}

void Store::save_link(StoredLink link, std::string password, Answer<StoredLink> done) {
    link.account = lower_case(link.account);
    link.handle = lower_case(link.handle);
    auto made = std::make_shared<StoredLink>(std::move(link));
    worker_.write(
        [this, made, password = std::move(password)](soci::session& session) -> std::error_code {
            const auto sealed = secrets_.seal(password, link_owner(*made));
            if (!sealed) return StoreErrc::no_key;
            made->secret = *sealed;
            return gateway::save_link(session, *made);
        },
        [made, done = std::move(done)](std::error_code error) {
            done(error ? chat::Result<StoredLink>(error) : chat::Result<StoredLink>(*made));
        });
}

void Store::remove_link(std::string account, std::string service, Done done) {
    worker_.write(
        [account = lower_case(account), service = std::move(service)](soci::session& session) -> std::error_code {
            gateway::remove_link(session, account, service);
            return {};
        },
        std::move(done));
}

bool Store::open_link(const StoredLink& link, std::string& password) const {
    auto opened = secrets_.open(link.secret, link_owner(link));
    if (opened) password = std::move(*opened);
    return opened.has_value();
}

void Store::save_spooled_file(SpooledFile file, Done done) {
    worker_.write(
        [file = std::move(file)](soci::session& session) { return gateway::save_spooled_file(session, file); },
        std::move(done));
}

void Store::remove_spooled_file(std::string token, Done done) {
    worker_.write(
        [token = std::move(token)](soci::session& session) -> std::error_code {
            gateway::remove_spooled_file(session, token);
            return {};
        },
        std::move(done));
}

void Store::save_nick(std::string handle, std::string nick, Done done) {
    worker_.write([handle = lower_case(handle), nick = std::move(nick)](
                      soci::session& session) { return gateway::save_nick(session, handle, nick); },
                  std::move(done));
}

}  // namespace patchcord::gateway
