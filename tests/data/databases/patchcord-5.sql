-- What the schema of patchcord.db got in version 5. It never changes: later versions have to be able to use it.

ALTER TABLE account ADD COLUMN scram TEXT NOT NULL DEFAULT '';

CREATE TABLE account_certificate (
    account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL PRIMARY KEY,
    added_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE INDEX account_certificate_by_account ON account_certificate (account);

CREATE TABLE account_setting (
    account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, key)) STRICT, WITHOUT ROWID;

CREATE TABLE gateway_secret (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO gateway_secret VALUES ('unknown_accounts', lower(hex(randomblob(32))));

PRAGMA user_version = 5;
