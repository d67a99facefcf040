-- What the schema of history.db got in version 2. It never changes: later versions have to be able to use it.

CREATE INDEX line_time ON line (at);

PRAGMA user_version = 2;
