#include "gateway/store/database.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/store/guarded.hpp"
#include "gateway/store/schema.hpp"

namespace patchcord::gateway {

void limit_file(soci::session& session, std::size_t max_bytes) {
    long long page_bytes = 0;
    session << "PRAGMA page_size", soci::into(page_bytes);
    const long long most_pages = static_cast<long long>(max_bytes) / std::max(page_bytes, 1LL);
    session << "PRAGMA max_page_count = " << std::max(most_pages, 1LL);
}

namespace {

/// Makes the file before the database does, so that it, and what lies beside it, is nobody else's at any moment.
std::error_code make_private_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return {errno, std::generic_category()};
    const bool is_private = ::fchmod(file, 0600) == 0;
    const int error = errno;
    ::close(file);
    return is_private ? std::error_code{} : std::error_code{error, std::generic_category()};
}

std::error_code set_up(soci::session& session, const DatabaseOptions& options) {
    session << "PRAGMA busy_timeout = " << options.lock_timeout.count();
    std::string mode;
    session << "PRAGMA journal_mode = WAL", soci::into(mode);
    if (mode != "wal") return StoreErrc::io_failure;  // a file system without shared memory
    session << "PRAGMA synchronous = " << (options.survives_power_loss ? "FULL" : "NORMAL");
    session << "PRAGMA foreign_keys = ON";
    session << "PRAGMA secure_delete = ON";  // what is removed is not to be found in the file
    session << "PRAGMA trusted_schema = OFF";
    limit_file(session, options.max_bytes);
    return {};
}

std::error_code execute(soci::session& session, const char* statement) {
    return guarded([&]() -> std::error_code {
        session << statement;
        return {};
    });
}

std::error_code give_up(soci::session& session, std::error_code error) {
    (void)execute(session, "ROLLBACK");  // the database may have done so already
    return error;
}

/// One transaction. An error is that of the transaction: then nothing of it is kept, whatever `results` say.
std::error_code run_in_transaction(soci::session& session, std::span<const Work> works,
                                   std::span<std::error_code> results) {
    if (const std::error_code error = execute(session, "BEGIN IMMEDIATE")) return error;
    for (std::size_t i = 0; i < works.size(); ++i) {
        if (const std::error_code error = execute(session, "SAVEPOINT work")) return give_up(session, error);
        results[i] = guarded([&] { return works[i](session); });
        if (results[i] && execute(session, "ROLLBACK TO work")) return give_up(session, results[i]);
        if (const std::error_code error = execute(session, "RELEASE work")) return give_up(session, error);
    }
    if (const std::error_code error = execute(session, "COMMIT")) return give_up(session, error);
    return {};
}

/// Something harmless takes the place of a transaction that was written whole and not synced: after a crash it would be
/// taken for committed, and those who were told that it failed would find it done.
void cover_failed(soci::session& session, std::size_t schema_version) {
    (void)guarded([&]() -> std::error_code {
        session << "PRAGMA user_version = " << schema_version;  // what it is already
        return {};
    });
}

}  // namespace

Database::Database(DatabaseOptions options) : options_(std::move(options)) {}

Database::~Database() = default;

std::string Database::open(DatabaseOptions options, std::unique_ptr<Database>& into) {
    const std::string prefix = "cannot open the database " + options.file + ": ";
    if (options.file.find('"') != std::string::npos) return prefix + "its name must not hold quotation marks";
    const std::error_code unmade = options.is_open ? std::error_code() : make_private_file(options.file);
    if (unmade) return prefix + unmade.message();
    std::unique_ptr<Database> database(new Database(std::move(options)));
    if (const std::error_code error = database->connect()) return prefix + error.message();
    into = std::move(database);
    return {};
}

std::error_code Database::connect() {
    return guarded([this] {
        session_ = std::make_unique<soci::session>(soci::sqlite3, "db=\"" + options_.file + "\"");
        const std::error_code bad = set_up(*session_, options_);
        return bad ? bad : migrate(*session_, options_.schema, options_.file);
    });
}

std::error_code Database::read(const Work& work) {
    return guarded([&] { return work(*session_); });
}

std::error_code Database::write(const Work& work) {
    return write(std::span(&work, 1)).front();
}

/// A checkpoint syncs the log before it brings what is in it to the file. One that is under way elsewhere does the
/// same.
std::error_code Database::sync() {
    return guarded([this]() -> std::error_code {
        *session_ << "PRAGMA wal_checkpoint(PASSIVE)";
        return {};
    });
}

// After a failed sync the connection is kept. It knows where the last good commit ended, and writes the next one over
// what may not have reached the disk. A new connection would take that for committed, if it looks whole; so would the
// next start after a crash, hence `cover_failed`.
std::vector<std::error_code> Database::write(std::span<const Work> works) {
    std::vector<std::error_code> results(works.size());
    const std::error_code error = run_in_transaction(*session_, works, results);
    if (error == StoreErrc::full && works.size() > 1) {  // each alone: the small ones may still fit
        for (std::size_t i = 0; i < works.size(); ++i) results[i] = write(works[i]);
    } else if (error) {
        std::fill(results.begin(), results.end(), error);
        if (error == StoreErrc::io_failure) cover_failed(*session_, options_.schema.size());
    }
    return results;
}

}  // namespace patchcord::gateway
