-- history.db as its first version was, without what it held. It never changes: later versions have to be able to use it.

CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    began INTEGER NOT NULL,
    latest INTEGER NOT NULL DEFAULT 0,
    UNIQUE (key, began)) STRICT;

CREATE TABLE party (
    account TEXT NOT NULL,
    place INTEGER NOT NULL REFERENCES place(id) ON DELETE CASCADE,
    PRIMARY KEY (account, place)) STRICT, WITHOUT ROWID;

CREATE TABLE line (
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    msgid TEXT NOT NULL,
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    bot INTEGER NOT NULL,
    event INTEGER NOT NULL,
    command TEXT NOT NULL,
    params TEXT NOT NULL,
    text TEXT,
    tags TEXT NOT NULL) STRICT;

CREATE INDEX line_all ON line (place, at, id);

CREATE INDEX line_said ON line (place, at, id) WHERE event = 0;

CREATE UNIQUE INDEX line_msgid ON line (msgid) WHERE msgid <> '';

CREATE TABLE marker (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, name)) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
