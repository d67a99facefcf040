#include "gateway/store/online_copy.hpp"

#include <memory>
#include <sqlite3.h>

namespace patchcord::gateway {
namespace {

constexpr int lock_timeout_ms = 10'000;

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;

/// The handle is there even after a failure, to tell what it was.
int open_file(const std::string& file, int flags, Handle& into) {
    sqlite3* database = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    into.reset(database);
    return result;
}

std::string problem(const std::string& file, const Handle& handle, int result) {
    return "cannot copy " + file + ": " + (handle ? sqlite3_errmsg(handle.get()) : sqlite3_errstr(result));
}

/// A copy is one file, with nothing beside it; and whole.
int settle(sqlite3* copy) {
    const int result = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return result;
    sqlite3_stmt* statement = nullptr;
    if (const int bad = sqlite3_prepare_v2(copy, "PRAGMA quick_check(1)", -1, &statement, nullptr)) return bad;
    const bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    const auto* said = has_row ? reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)) : nullptr;
    const bool is_whole = said != nullptr && std::string(said) == "ok";
    sqlite3_finalize(statement);
    return is_whole ? SQLITE_OK : SQLITE_CORRUPT;
}

}  // namespace

std::string copy_database(const std::string& from, const std::string& to) {
    Handle source;
    if (const int bad = open_file(from, SQLITE_OPEN_READWRITE, source)) return problem(from, source, bad);
    Handle copy;
    if (const int bad = open_file(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, copy)) return problem(to, copy, bad);
    sqlite3_busy_timeout(source.get(), lock_timeout_ms);
    sqlite3_backup* backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
    if (backup == nullptr) return problem(to, copy, SQLITE_ERROR);
    // All pages in one step: that is one read transaction, which writers do not wait for and cannot make begin anew.
    const int done = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (done != SQLITE_DONE) return "cannot copy " + from + ": " + sqlite3_errstr(done);
    if (finished != SQLITE_OK) return problem(from, copy, finished);
    if (const int bad = settle(copy.get())) return "the copy of " + from + " is not whole: " + sqlite3_errstr(bad);
    return {};
}

}  // namespace patchcord::gateway
