-- What the schema of history.db got in version 3. It never changes: later versions have to be able to use it.

ALTER TABLE party ADD COLUMN left_at INTEGER;

ALTER TABLE party ADD COLUMN left_id INTEGER;

PRAGMA user_version = 3;
