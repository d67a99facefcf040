#include "gateway/history/history_schema.hpp"

#include <array>

namespace patchcord::gateway {
namespace {

// Times are milliseconds since 1970. A line without a text has NULL there, an empty one is a text. What is asked for
// most, the messages alone, has an index of its own.
const SchemaStep first = {
    R"(CREATE TABLE place (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        began INTEGER NOT NULL,
        latest INTEGER NOT NULL DEFAULT 0,
        UNIQUE (key, began)) STRICT)",
    R"(CREATE TABLE party (
        account TEXT NOT NULL,
        place INTEGER NOT NULL REFERENCES place(id) ON DELETE CASCADE,
        PRIMARY KEY (account, place)) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE line (
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
        tags TEXT NOT NULL) STRICT)",
    "CREATE INDEX line_all ON line (place, at, id)",
    "CREATE INDEX line_said ON line (place, at, id) WHERE event = 0",
    "CREATE UNIQUE INDEX line_msgid ON line (msgid) WHERE msgid <> ''",
    R"(CREATE TABLE marker (
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (account, name)) STRICT, WITHOUT ROWID)",
};

/// The oldest go first, wherever they are.
const SchemaStep by_time = {"CREATE INDEX line_time ON line (at)"};

/// The place of the last line that somebody reads who left; NULL: they are there, or stayed to the end.
const SchemaStep leaving = {
    "ALTER TABLE party ADD COLUMN left_at INTEGER",
    "ALTER TABLE party ADD COLUMN left_id INTEGER",
};

const std::array all_steps{first, by_time, leaving};

}  // namespace

std::span<const SchemaStep> history_schema_steps() {
    return all_steps;
}

}  // namespace patchcord::gateway
