#include "gateway/accounts_command.hpp"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <sodium.h>
#include <sysexits.h>

#include "chat_core/error.hpp"
#include "gateway/auth/cloak.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/auth/scram_secrets.hpp"
#include "gateway/history/history.hpp"
#include "gateway/log/escape.hpp"
#include "gateway/store/accounts.hpp"
#include "gateway/store/lower_case.hpp"
#include "gateway/store/store.hpp"
#include "gateway/terminal.hpp"
#include "irc/wire/names.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

/// Handles there are the gateway's own: of people on IRC, and of rooms.
bool is_reserved_handle(std::string_view handle, const std::string& gateway) {
    const std::string_view domain = msn::split_handle(handle).domain;
    return domain == "irc." + gateway || domain == "rooms." + gateway;
}

/// In lower case, with the default handle filled in.
NewAccount completed(const Config& config, const NewAccount& given) {
    NewAccount account = given;
    account.name = lower_case(account.name);
    if (account.handle.empty()) {
        const bool is_one = account.name.find('@') != std::string::npos;
        account.handle = is_one ? account.name : account.name + "@" + config.gateway.name;
    }
    account.handle = lower_case(account.handle);
    return account;
}

/// What is wrong with the names, as a sentence; empty when nothing is.
std::string problem_with(const Config& config, const NewAccount& account) {
    const bool is_nick =
        irc::is_valid_nick(account.name, config.irc.nick_length) && !irc::is_reserved_nick(account.name);
    const std::string gateway = lower_case(config.gateway.name);
    if (!is_nick && !msn::parse_handle(account.name)) {
        return "NAME must be a nick of at most " + std::to_string(config.irc.nick_length) +
               " letters, digits and []\\`_^{|}-, or a handle such as ana@example.org";
    }
    if (!msn::parse_handle(account.handle)) return "HANDLE must look like ana@example.org";
    if (!is_nick && account.name != account.handle) return "a NAME with @ is itself the handle; it takes no other";
    if (is_reserved_handle(account.handle, gateway)) {
        return "handles at irc." + gateway + " and rooms." + gateway + " belong to people on IRC and to rooms";
    }
    return {};
}

int fail(const AccountConsole& console, int code, const std::string& why) {
    console.errors << escape_for_log(why) << '\n';
    return code;
}

int fail(const AccountConsole& console, std::error_code error) {
    const bool is_persons = error.category() == chat::chat_category();
    return fail(console, is_persons ? EX_USAGE : EX_IOERR, error.message());
}

std::unique_ptr<Database> open_database(const Config& config, const AccountConsole& console) {
    std::unique_ptr<Database> database;
    const std::string error = Database::open(database_in(config.gateway.data_dir), database);
    if (!error.empty()) (void)fail(console, EX_IOERR, error);
    return database;
}

/// Made as the gateway itself would make it.
void make_data_dir(const std::string& path) {
    std::error_code ignored;  // opening the database will tell
    if (!std::filesystem::create_directories(path, ignored)) return;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, ignored);
}

/// A password as it was given, forgotten at the end, and what is kept of it.
struct GivenPassword {
    std::string text;
    std::string hash;
    std::string scram;

    GivenPassword() = default;
    GivenPassword(GivenPassword&&) = default;
    GivenPassword& operator=(GivenPassword&&) = default;
    ~GivenPassword() { sodium_memzero(text.data(), text.size()); }
};

/// A new password; nothing when there is none or it cannot be hashed, and then the person has been told.
std::optional<GivenPassword> ask_password(const AccountConsole& console) {
    GivenPassword password;
    password.text = console.read_new_password();
    if (password.text.empty()) {
        (void)fail(console, EX_USAGE, "a password is needed, as one line on standard input");
        return std::nullopt;
    }
    if (password.text.size() > max_password_bytes) {
        (void)fail(console, EX_USAGE, "the password is longer than " + std::to_string(max_password_bytes) + " bytes");
        return std::nullopt;
    }
    auto hash = hash_password(password.text);
    if (!hash) {
        (void)fail(console, EX_USAGE, "there is not enough memory to hash the password");
        return std::nullopt;
    }
    password.hash = std::move(*hash);
    password.scram = make_scram_secrets(password.text);
    return password;
}

/// MD5 logins need the password itself for a fresh challenge each time: fills in the form that is kept, sealed. An
/// error message when there is no key.
std::string seal_legacy_password(const Config& config, const std::string& owner, const std::string& password,
                                 std::string& sealed) {
    auto secret = secrets_in(config.gateway.data_dir).seal(password, owner);
    if (!secret) return "cannot read or write the key of stored secrets in " + config.gateway.data_dir;
    sealed = std::move(*secret);
    return {};
}

std::string day_of(chat::WallTime at) {
    const std::time_t seconds = static_cast<std::time_t>(chat::unix_seconds(at));
    std::tm parts{};
    char text[32] = "";
    if (::gmtime_r(&seconds, &parts) != nullptr) (void)std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

/// Finds by name or handle.
std::error_code find(Database& database, const std::string& called, Account& account) {
    return database.read([&](soci::session& session) -> std::error_code {
        auto found = find_account(session, lower_case(called));
        if (!found) return chat::Errc::no_such_user;
        account = std::move(*found);
        return {};
    });
}

std::string ask_twice() {
    std::string password = read_password("New password: ");
    if (!input_is_terminal() || password.empty()) return password;
    if (read_password("Again: ") == password) return password;
    std::cerr << "these are two different passwords\n";
    return {};
}

}  // namespace

AccountConsole standard_console() {
    return {ask_twice, std::cout, std::cerr};
}

int account_add(const Config& config, const NewAccount& given, const AccountConsole& console) {
    const NewAccount wanted = completed(config, given);
    if (const std::string problem = problem_with(config, wanted); !problem.empty()) {
        return fail(console, EX_USAGE, problem);
    }
    make_data_dir(config.gateway.data_dir);
    const auto database = open_database(config, console);
    if (!database) return EX_IOERR;
    const auto password = ask_password(console);
    if (!password) return EX_USAGE;
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    Account account{wanted.name, wanted.handle, password->hash, {}, now, password->scram};
    if (given.legacy_md5) {
        const std::string error = seal_legacy_password(config, account.name, password->text, account.legacy_secret);
        if (!error.empty()) return fail(console, EX_IOERR, error);
    }
    if (const auto error = database->write([&](soci::session& session) { return add_account(session, account); })) {
        return fail(console, error);
    }
    return EX_OK;
}

int account_list(const Config& config, const AccountConsole& console) {
    const auto database = open_database(config, console);
    if (!database) return EX_IOERR;
    std::vector<Account> accounts;
    const auto error = database->read([&](soci::session& session) -> std::error_code {
        accounts = list_accounts(session);
        return {};
    });
    if (error) return fail(console, error);
    for (const Account& account : accounts) {
        console.out << escape_for_log(account.name) << ' ' << escape_for_log(account.handle) << ' '
                    << (account.legacy_secret.empty() ? "-" : "md5") << ' ' << day_of(account.created_at) << '\n';
    }
    return EX_OK;
}

int account_passwd(const Config& config, const std::string& name, const AccountConsole& console) {
    const auto database = open_database(config, console);
    if (!database) return EX_IOERR;
    Account account;
    if (const auto error = find(*database, name, account)) return fail(console, error);
    const auto password = ask_password(console);
    if (!password) return EX_USAGE;
    if (!account.legacy_secret.empty()) {
        const std::string error = seal_legacy_password(config, account.name, password->text, account.legacy_secret);
        if (!error.empty()) return fail(console, EX_IOERR, error);
    }
    const auto error = database->write([&](soci::session& session) {
        return set_passwords(session, account.name, {password->hash, account.legacy_secret, password->scram});
    });
    if (error) return fail(console, error);
    return EX_OK;
}

/// What was said to them and by them in private.
int forget_history(const Config& config, const std::string& account, const AccountConsole& console) {
    const DatabaseOptions options = history_database_in(config.gateway.data_dir, config.history.max_size);
    std::error_code none;
    if (!std::filesystem::exists(options.file, none)) return EX_OK;
    std::unique_ptr<Database> history;
    if (const std::string problem = Database::open(options, history); !problem.empty()) {
        return fail(console, EX_IOERR, problem);
    }
    const auto error = history->write([&](soci::session& session) -> std::error_code {
        forget_account(session, account);
        return {};
    });
    return error ? fail(console, error) : EX_OK;
}

int account_remove(const Config& config, const std::string& name, const AccountConsole& console) {
    const auto database = open_database(config, console);
    if (!database) return EX_IOERR;
    Account account;
    if (const auto error = find(*database, name, account)) return fail(console, error);
    const auto error = database->write([&](soci::session& session) { return remove_account(session, account.name); });
    return error ? fail(console, error) : forget_history(config, account.name, console);
}

}  // namespace patchcord::gateway
