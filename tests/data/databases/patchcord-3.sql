-- What the schema of patchcord.db got in version 3. It never changes: later versions have to be able to use it.

CREATE TABLE link (
    account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
    service TEXT NOT NULL,
    handle TEXT NOT NULL,
    secret TEXT NOT NULL,
    PRIMARY KEY (account, service),
    UNIQUE (service, handle)) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
