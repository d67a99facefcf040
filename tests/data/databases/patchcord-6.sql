-- What the schema of patchcord.db got in version 6. It never changes: later versions have to be able to use it.

ALTER TABLE offline_message ADD COLUMN sender_account TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 6;
