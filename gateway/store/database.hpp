#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "gateway/store/schema.hpp"
#include "gateway/store/store_error.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

struct DatabaseOptions {
    std::string file;
    /// How long to wait for another process that writes.
    std::chrono::milliseconds lock_timeout{2'000};
    /// How long the file may become; then writes fail with `full`.
    std::size_t max_bytes = std::size_t{1} << 30U;
    /// What was written outlives a loss of power, not only the end of the process: each write waits for the disk.
    bool survives_power_loss = true;
    std::span<const SchemaStep> schema = schema_steps();
    /// This process has the file open already. To open and close it once more would drop the locks that it holds
    /// (POSIX advisory locks belong to the process).
    bool is_open = false;
};

/// What is to be done with the open database. It may run more than once, each time as if for the first time, so it
/// must not use up what it owns. It may throw whatever the database throws.
using Work = std::function<std::error_code(soci::session&)>;

/// From now on this connection refuses, with `full`, what would make the file longer.
void limit_file(soci::session& session, std::size_t max_bytes);

/// One connection to the database file, for one thread at a time. Nothing here throws.
class Database {
  public:
    /// Opens the file, made first (mode 0600) when there is none, and brings its schema up to date. Gives an error as
    /// a sentence, or nothing.
    [[nodiscard]] static std::string open(DatabaseOptions options, std::unique_ptr<Database>& into);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs something that changes nothing.
    [[nodiscard]] std::error_code read(const Work& work);
    /// Runs one after the other and commits them together, so that all cost one sync of the disk. One that fails is
    /// undone alone. Gives a result for each; those without an error are safely on disk.
    [[nodiscard]] std::vector<std::error_code> write(std::span<const Work> works);
    [[nodiscard]] std::error_code write(const Work& work);
    /// From now on, what was written so far outlives a loss of power; for databases whose writes do not wait for that.
    [[nodiscard]] std::error_code sync();

  private:
    explicit Database(DatabaseOptions options);
    [[nodiscard]] std::error_code connect();

    DatabaseOptions options_;
    std::unique_ptr<soci::session> session_;
};

}  // namespace patchcord::gateway
