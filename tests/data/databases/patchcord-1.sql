-- patchcord.db as its first version was, without what it held. It never changes: later versions have to be able to use it.

CREATE TABLE account (
    name TEXT NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    legacy_secret TEXT NOT NULL DEFAULT '',
    friendly_name TEXT NOT NULL DEFAULT '',
    only_allowed INTEGER NOT NULL DEFAULT 0,
    ask_when_added INTEGER NOT NULL DEFAULT 1,
    list_version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL) STRICT;

CREATE TABLE property (
    owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, name)) STRICT, WITHOUT ROWID;

CREATE TABLE contact_group (
    owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (owner, number)) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    owner TEXT NOT NULL REFERENCES account(handle) ON DELETE CASCADE,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    guid TEXT NOT NULL,
    lists INTEGER NOT NULL,
    PRIMARY KEY (owner, handle)) STRICT, WITHOUT ROWID;

CREATE INDEX contact_by_handle ON contact (handle);

CREATE TABLE membership (
    owner TEXT NOT NULL,
    handle TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (owner, handle, number),
    FOREIGN KEY (owner, handle) REFERENCES contact(owner, handle) ON DELETE CASCADE) STRICT, WITHOUT ROWID;

CREATE TABLE nick (
    handle TEXT NOT NULL PRIMARY KEY,
    nick TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT, WITHOUT ROWID;

CREATE TABLE offline_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    text TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sent_at INTEGER NOT NULL) STRICT;

CREATE INDEX offline_message_by_receiver ON offline_message (receiver);

PRAGMA user_version = 1;
