#pragma once

#include <system_error>

namespace patchcord::gateway {

/// Why the store could not do something. Refusals that have to do with people are `chat::Errc`.
enum class StoreErrc {
    busy = 1,      // too many calls wait already
    locked,        // another process holds the database
    full,          // the disk, or the size the database may have
    io_failure,    // reading, writing or syncing failed
    damaged,       // not a database, or a broken one
    read_only,     // the file or its file system
    newer_schema,  // made by a version that knows more
    too_long,      // a text that nobody needs this long
    no_key,        // the key of sealed secrets cannot be read, or is another
    failed,        // anything else
};

/// The category of `StoreErrc`, named "patchcord.store".
[[nodiscard]] const std::error_category& store_category();
[[nodiscard]] std::error_code make_error_code(StoreErrc code);

/// Is this the database's own trouble, which an operator must mend, and not the fault of one call?
[[nodiscard]] bool is_database_trouble(std::error_code error);

/// What a result code of SQLite, plain or extended, means here.
[[nodiscard]] StoreErrc from_sqlite(int result);

}  // namespace patchcord::gateway

template <>
struct std::is_error_code_enum<patchcord::gateway::StoreErrc> : std::true_type {};
