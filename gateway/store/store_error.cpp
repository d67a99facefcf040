#include "gateway/store/store_error.hpp"

#include <sqlite3.h>
#include <string>

namespace patchcord::gateway {
namespace {

const char* describe(StoreErrc code) {
    switch (code) {
        case StoreErrc::busy: return "too many calls wait for the database";
        case StoreErrc::locked: return "the database is locked by another process";
        case StoreErrc::full: return "the disk or the database is full";
        case StoreErrc::io_failure: return "the database cannot be read or written";
        case StoreErrc::damaged: return "the database is damaged";
        case StoreErrc::read_only: return "the database is read-only";
        case StoreErrc::newer_schema: return "the database was made by a newer version";
        case StoreErrc::too_long: return "a text is too long to be stored";
        case StoreErrc::no_key: return "the key of stored secrets cannot be used";
        case StoreErrc::failed: return "the database failed";
    }
    return "unknown error";
}

class StoreCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.store"; }
    [[nodiscard]] std::string message(int value) const override { return describe(static_cast<StoreErrc>(value)); }
};

}  // namespace

const std::error_category& store_category() {
    static const StoreCategory category;
    return category;
}

std::error_code make_error_code(StoreErrc code) {
    return {static_cast<int>(code), store_category()};
}

bool is_database_trouble(std::error_code error) {
    if (error.category() != store_category()) return false;
    return error != StoreErrc::busy && error != StoreErrc::too_long && error != StoreErrc::no_key;
}

StoreErrc from_sqlite(int result) {
    switch (result & 0xFF) {  // the rest is detail
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: return StoreErrc::locked;
        case SQLITE_FULL: return StoreErrc::full;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN: return StoreErrc::io_failure;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return StoreErrc::damaged;
        case SQLITE_READONLY:
        case SQLITE_PERM: return StoreErrc::read_only;
        default: return StoreErrc::failed;
    }
}

}  // namespace patchcord::gateway
