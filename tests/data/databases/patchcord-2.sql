-- What the schema of patchcord.db got in version 2. It never changes: later versions have to be able to use it.

CREATE TABLE roster (
    account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    listed INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    PRIMARY KEY (account, address)) STRICT, WITHOUT ROWID;

CREATE INDEX roster_by_address ON roster (address);

PRAGMA user_version = 2;
