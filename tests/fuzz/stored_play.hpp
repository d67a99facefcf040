#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <soci/soci.h>
#include <sqlite3.h>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "gateway/store/database.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/failing_disk.hpp"

namespace patchcord::fuzz {

/// Something that is done to a database and to its model.
template <class Model>
struct Change {
    std::function<std::error_code(Model&)> expected;
    gateway::Work work;
};

/// Of two texts, what differs is shown from its line on.
inline void demand_same(const std::string& found, const std::string& expected, const char* what) {
    if (found == expected) return;
    const auto differ = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
    const auto same = static_cast<std::size_t>(differ.first - found.begin());
    const std::size_t line = same == 0 ? 0 : found.rfind('\n', same - 1) + 1;
    std::fprintf(stderr, "found:\n%.2000s\nexpected:\n%.2000s\n", found.c_str() + line, expected.c_str() + line);
    demand(false, what);
}

/// An empty database, to begin anew from without making its tables anew.
class EmptyDatabase {
  public:
    explicit EmptyDatabase(gateway::DatabaseOptions options) : options_(std::move(options)) {
        options_.file = directory_.file("stored.db");
        std::unique_ptr<gateway::Database> made;
        demand(gateway::Database::open(options_, made).empty(), "an empty database can be made");
        made.reset();
        bytes_ = tests::read_all(options_.file);
    }
    /// Puts it where the options say.
    const gateway::DatabaseOptions& put() const {
        for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(options_.file + rest);
        (void)directory_.write("stored.db", bytes_);
        return options_;
    }

  private:
    tests::TemporaryDirectory directory_;
    gateway::DatabaseOptions options_;
    std::string bytes_;
};

/// A database on a disk that fails and loses its power, against a model of what has to be in it. `Model` can be copied;
/// `describe` makes one text of a model, and of a database.
template <class Model>
class StoredPlay {
  public:
    explicit StoredPlay(const EmptyDatabase& empty) : options_(empty.put()) {
        open();
        note_state();
    }
    virtual ~StoredPlay() = default;

  protected:
    using Changes = std::vector<Change<Model>>;

    [[nodiscard]] virtual std::string describe(soci::session& session) const = 0;
    [[nodiscard]] virtual std::string describe(const Model& model) const = 0;
    /// What was remembered of the database no longer holds.
    virtual void forget() {}

    /// One transaction. What it says of each change is what the model says, or that the database is in trouble; then
    /// the change has not been made.
    void write(const Changes& changes) {
        std::vector<gateway::Work> works;
        for (const Change<Model>& change : changes) works.push_back(change.work);
        (void)tests::FailingDisk::take_failed();
        const std::vector<std::error_code> results = database_->write(works);
        const std::size_t failed = tests::FailingDisk::take_failed();
        bool trouble = false;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            trouble = trouble || gateway::is_database_trouble(results[i]);
            if (gateway::is_database_trouble(results[i])) continue;
            demand(results[i] == changes[i].expected(model_), "the answer is the model's");
        }
        if (trouble) {
            forget();
            // One call that fails is the commit's; the harmless write behind it has covered what it left.
            if (failed != 1) note_doubt(changes, results);
        } else {
            in_doubt_.clear();
        }
        note_state();
    }
    /// What was written so far, without having to wait for the disk, outlives a loss of power from now on.
    void sync() {
        if (database_->sync()) return;
        earlier_.clear();
        note_state();
    }
    void compare() {
        std::string found;
        const std::error_code error = database_->read([&](soci::session& session) -> std::error_code {
            found = describe(session);
            return {};
        });
        demand(!error, "the database can be read");
        demand_same(found, describe(model_), "the database holds what the model holds");
    }

    void fail(Script& script) {
        const std::size_t good = script.byte() % 16;
        const unsigned bad = script.byte();
        tests::FailingDisk::fail(good, bad < 200 ? bad % 4 + 1 : 1'000'000, bad % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR);
    }
    static void mend() { tests::FailingDisk::mend(); }
    /// The gateway ends and starts again.
    void restart() {
        mend();
        database_.reset();
        check_restarted();
    }
    /// It is killed: what was written stays written.
    void kill() {
        tests::FailingDisk::lose_power();
        database_.reset();
        mend();
        tests::FailingDisk::give_power_back([] { return true; });
        check_restarted();
    }
    /// What was not synced may be lost, in any order.
    void lose_power(Script& script) {
        tests::FailingDisk::lose_power();
        database_.reset();
        mend();
        tests::FailingDisk::give_power_back([&] { return script.byte() % 2 == 0; });
        in_doubt_.insert(in_doubt_.end(), earlier_.begin(), earlier_.end());
        check_restarted();
    }

    const Model& model() const { return model_; }
    gateway::Database& database() { return *database_; }

  private:
    void open() {
        const std::string error = gateway::Database::open(options_, database_);
        if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
        demand(error.empty(), "a database can be opened");
    }
    /// Those who were told that it failed may find it done, if the disk failed again at once.
    void note_doubt(const Changes& changes, const std::vector<std::error_code>& results) {
        Model all = model_;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (!gateway::is_database_trouble(results[i])) continue;
            Model alone = model_;
            (void)changes[i].expected(alone);
            (void)changes[i].expected(all);
            in_doubt_.push_back(std::move(alone));
        }
        in_doubt_.push_back(std::move(all));
    }
    void note_state() {
        if (!options_.survives_power_loss) earlier_.push_back(model_);
    }
    void check_restarted() {
        open();
        forget();
        std::string found;
        std::string integrity;
        const std::error_code error = database_->read([&](soci::session& session) -> std::error_code {
            session << "PRAGMA integrity_check", soci::into(integrity);
            found = describe(session);
            return {};
        });
        demand(!error && integrity == "ok", "the database is whole");
        if (found != describe(model_)) {
            const auto same = std::find_if(in_doubt_.rbegin(), in_doubt_.rend(),
                                           [&](const Model& model) { return describe(model) == found; });
            if (same == in_doubt_.rend()) {
                demand_same(found, describe(model_), "what was answered for is there, and nothing else");
            }
            Model now = std::move(*same);
            model_ = std::move(now);
        }
        in_doubt_.clear();
        earlier_.clear();
        note_state();
    }

    tests::FailingDisk disk_;
    gateway::DatabaseOptions options_;
    std::unique_ptr<gateway::Database> database_;
    Model model_;
    std::vector<Model> earlier_;   // any of these may be what a loss of power leaves
    std::vector<Model> in_doubt_;  // and of these, what a restart finds
};

}  // namespace patchcord::fuzz
