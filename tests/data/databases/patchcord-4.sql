-- What the schema of patchcord.db got in version 4. It never changes: later versions have to be able to use it.

CREATE TABLE spooled_file (
    token TEXT NOT NULL PRIMARY KEY,
    stored_name TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
