#include "gateway/store/schema.hpp"

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <soci/soci.h>
#include <unistd.h>

#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {
namespace {

// Names and handles are in lower case. Times are milliseconds since 1970.
const SchemaStep first = {
    R"(CREATE TABLE account (
        name TEXT NOT NULL PRIMARY KEY,
        handle TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        legacy_secret TEXT NOT NULL DEFAULT '',
        friendly_name TEXT NOT NULL DEFAULT '',
        only_allowed INTEGER NOT NULL DEFAULT 0,
        ask_when_added INTEGER NOT NULL DEFAULT 1,
        list_version INTEGER NOT NULL DEFAULT 1,
        created_at INTEGER NOT NULL) STRICT)",
    R"(CREATE TABLE property (
        owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (owner, name)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE contact_group (
        owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        guid TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (owner, number)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE contact (
        owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
        handle TEXT NOT NULL,
        name TEXT NOT NULL,
        guid TEXT NOT NULL,
        lists INTEGER NOT NULL,
        PRIMARY KEY (owner, handle)) STRICT, WITHOUT ROWID)",
    "CREATE INDEX contact_by_handle ON contact (handle)",
    // Group 0 need not be in contact_group: old clients take it for granted.
    R"(CREATE TABLE membership (
        owner TEXT NOT NULL,
        handle TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (owner, handle, number),
        FOREIGN KEY (owner, handle) REFERENCES contact(owner, handle) ON DELETE CASCADE) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE nick (
        handle TEXT NOT NULL PRIMARY KEY,
        nick TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT, WITHOUT ROWID)",
    // The number is never given twice, so that forgetting one message late cannot hit another.
    R"(CREATE TABLE offline_message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        receiver TEXT NOT NULL,
        sender TEXT NOT NULL,
        sender_name TEXT NOT NULL,
        text TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        sent_at INTEGER NOT NULL) STRICT)",
    "CREATE INDEX offline_message_by_receiver ON offline_message (receiver)",
};

/// Contact lists of people on IRC. An address is a handle.
const SchemaStep rosters = {
    R"(CREATE TABLE roster (
        account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
        address TEXT NOT NULL,
        name TEXT NOT NULL,
        listed INTEGER NOT NULL,
        blocked INTEGER NOT NULL,
        PRIMARY KEY (account, address)) STRICT, WITHOUT ROWID)",
    "CREATE INDEX roster_by_address ON roster (address)",
};

/// Accounts on MSN services. A secret is a sealed password.
const SchemaStep links = {
    R"(CREATE TABLE link (
        account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
        service TEXT NOT NULL,
        handle TEXT NOT NULL,
        secret TEXT NOT NULL,
        PRIMARY KEY (account, service),
        UNIQUE (service, handle)) STRICT, WITHOUT ROWID)",
};

/// Files that are kept for whoever has their links; what is not in here is deleted at the start.
const SchemaStep spooled_files = {
    R"(CREATE TABLE spooled_file (
        token TEXT NOT NULL PRIMARY KEY,
        stored_name TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID)",
};

/// What people log in to accounts on IRC with, besides their passwords, and what they set for them. `scram` is what
/// SCRAM-SHA-256 needs instead of the password. The secret is the gateway's own: nobody can guess what follows from it.
const SchemaStep logins = {
    "ALTER TABLE account ADD COLUMN scram TEXT NOT NULL DEFAULT ''",
    R"(CREATE TABLE account_certificate (
        account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
        fingerprint TEXT NOT NULL PRIMARY KEY,
        added_at INTEGER NOT NULL) STRICT, WITHOUT ROWID)",
    "CREATE INDEX account_certificate_by_account ON account_certificate (account)",
    R"(CREATE TABLE account_setting (
        account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (account, key)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE gateway_secret (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL) STRICT, WITHOUT ROWID)",
    "INSERT INTO gateway_secret VALUES ('unknown_accounts', lower(hex(randomblob(32))))",
};

/// Who is not here when their message is read is known by it, in the history.
const SchemaStep senders = {"ALTER TABLE offline_message ADD COLUMN sender_account TEXT NOT NULL DEFAULT ''"};

const SchemaStep all_steps[] = {first, rosters, links, spooled_files, logins, senders};

std::size_t version_of(soci::session& session) {
    long long version = 0;
    session << "PRAGMA user_version", soci::into(version);
    return static_cast<std::size_t>(version);
}

/// Whole or not at all, and not again when an earlier try has made it: that is the older state.
std::error_code back_up(soci::session& session, const std::string& to) {
    std::error_code error;
    if (std::filesystem::exists(to, error)) return {};
    const std::string unfinished = to + ".new";
    std::filesystem::remove(unfinished, error);
    const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return StoreErrc::io_failure;
    session << "VACUUM INTO :file", soci::use(unfinished);
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    if (!synced) return StoreErrc::io_failure;
    std::filesystem::rename(unfinished, to, error);
    return error ? make_error_code(StoreErrc::io_failure) : std::error_code{};
}

}  // namespace

std::span<const SchemaStep> schema_steps() {
    return all_steps;
}

std::error_code migrate(soci::session& session, std::span<const SchemaStep> steps, const std::string& file) {
    const std::size_t before = version_of(session);
    if (before > steps.size()) return StoreErrc::newer_schema;
    if (before == steps.size()) return {};
    if (before > 0) {
        if (const auto error = back_up(session, file + ".version-" + std::to_string(before))) return error;
    }
    // What is thrown in here ends the connection, and with it what was not committed.
    session << "BEGIN IMMEDIATE";
    const std::size_t version = version_of(session);  // another process may have been faster
    for (std::size_t i = version; i < steps.size(); ++i) {
        for (const char* statement : steps[i]) session << statement;
    }
    if (version < steps.size()) session << "PRAGMA user_version = " << steps.size();
    session << "COMMIT";
    return version > steps.size() ? make_error_code(StoreErrc::newer_schema) : std::error_code{};
}

}  // namespace patchcord::gateway
