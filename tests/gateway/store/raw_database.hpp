#pragma once

#include <sqlite3.h>
#include <stdexcept>
#include <string>

namespace patchcord::tests {

/// Another process's view of a database file: SQLite itself, without the store.
class RawDatabase {
  public:
    explicit RawDatabase(const std::string& file) {
        if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    }
    ~RawDatabase() { sqlite3_close(database_); }
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    /// Runs statements and gives the first column of the last row as text; empty when there is no row.
    std::string run(const std::string& statements) {
        std::string value;
        const auto keep = [](void* into, int, char** columns, char**) {
            *static_cast<std::string*>(into) = columns[0] == nullptr ? "NULL" : columns[0];
            return 0;
        };
        if (sqlite3_exec(database_, statements.c_str(), keep, &value, nullptr) != SQLITE_OK) {
            throw std::runtime_error(statements + ": " + sqlite3_errmsg(database_));
        }
        return value;
    }

  private:
    sqlite3* database_ = nullptr;
};

}  // namespace patchcord::tests
