#include "gateway/store/database.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <soci/soci.h>
#include <string>
#include <sys/stat.h>

#include "chat_core/error.hpp"
#include "gateway/store/schema.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/failing_disk.hpp"

namespace patchcord::gateway {
namespace {

class DatabaseTest : public ::testing::Test {
  protected:
    std::string open() {
        database_.reset();
        return Database::open(options_, database_);
    }
    /// Remembers a nick, as something that can be counted.
    static Work insert(const std::string& nick, std::size_t padding = 0) {
        return [nick, padding](soci::session& session) -> std::error_code {
            const std::string handle = nick + "@" + std::string(padding, 'x');
            session << "INSERT INTO nick (handle, nick) VALUES (:handle, :nick)", soci::use(handle), soci::use(nick);
            return {};
        };
    }
    /// Changes something and then refuses.
    static Work refuse(const std::string& nick) {
        return [nick](soci::session& session) -> std::error_code {
            (void)insert(nick)(session);
            return chat::Errc::list_full;
        };
    }
    std::string nicks() {
        std::string all;
        EXPECT_FALSE(database_->read([&](soci::session& session) -> std::error_code {
            session << "SELECT COALESCE(group_concat(nick), '') FROM (SELECT nick FROM nick ORDER BY nick)",
                soci::into(all);
            return {};
        }));
        return all;
    }
    static mode_t mode(const std::string& file) {
        struct stat status {};
        EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
        return status.st_mode & 0777U;
    }

    tests::TemporaryDirectory directory_;
    DatabaseOptions options_{directory_.file("patchcord.db"), std::chrono::milliseconds(50)};
    std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, FileAndWhatLiesBesideItAreForTheOwnerAlone) {
    const mode_t before = ::umask(0);
    ASSERT_EQ(open(), "");
    ASSERT_FALSE(database_->write(insert("ana")));
    ::umask(before);
    for (const char* name : {"patchcord.db", "patchcord.db-wal", "patchcord.db-shm"}) {
        EXPECT_EQ(mode(directory_.file(name)), 0600U) << name;
    }
}

TEST_F(DatabaseTest, FileThatOthersMayReadIsClosedToThem) {
    std::filesystem::permissions(directory_.write("patchcord.db", ""), std::filesystem::perms(0644));
    ASSERT_EQ(open(), "");
    EXPECT_EQ(mode(options_.file), 0600U);
}

TEST_F(DatabaseTest, WhatCannotBeOpenedIsToldWithItsName) {
    const std::string file = directory_.write("patchcord.db", std::string(5000, 'x'));
    EXPECT_EQ(open(), "cannot open the database " + file + ": the database is damaged");
    options_.file = directory_.file("missing/patchcord.db");
    EXPECT_EQ(open(), "cannot open the database " + options_.file + ": No such file or directory");
    options_.file = directory_.file("a\"b.db");
    EXPECT_NE(open().find("quotation marks"), std::string::npos);
    options_.file = directory_.path().string();
    EXPECT_NE(open(), "");
}

TEST_F(DatabaseTest, LinkIsNotFollowed) {
    std::filesystem::create_symlink(directory_.file("elsewhere.db"), options_.file);
    EXPECT_NE(open(), "");
    EXPECT_FALSE(std::filesystem::exists(directory_.file("elsewhere.db")));
}

TEST_F(DatabaseTest, StrangeFileNamesWork) {
    for (const char* name :
         {"with space.db", "a=b c=d.db", " leading.db", "db=\xC3\xA4  x.db", "'; DROP.db", "a?b%20.db"}) {
        options_.file = directory_.file(name);
        ASSERT_EQ(open(), "") << name;
        ASSERT_FALSE(database_->write(insert("ana"))) << name;
        EXPECT_EQ(tests::RawDatabase(options_.file).run("SELECT nick FROM nick"), "ana") << name;
    }
}

TEST_F(DatabaseTest, DatabaseOfANewerVersionIsRefused) {
    ASSERT_EQ(open(), "");
    database_.reset();
    tests::RawDatabase(options_.file).run("PRAGMA user_version = " + std::to_string(schema_steps().size() + 1));
    EXPECT_NE(open().find("made by a newer version"), std::string::npos);
    EXPECT_EQ(database_, nullptr);
}

TEST_F(DatabaseTest, IsOpenedForSafety) {
    ASSERT_EQ(open(), "");
    const auto setting = [this](const char* name) {
        int value = -1;
        EXPECT_FALSE(database_->read([&](soci::session& session) -> std::error_code {
            session << "PRAGMA " << name, soci::into(value);
            return {};
        }));
        return value;
    };
    EXPECT_EQ(setting("synchronous"), 2) << "FULL";
    EXPECT_EQ(setting("foreign_keys"), 1);
    EXPECT_EQ(setting("secure_delete"), 1);
    EXPECT_EQ(tests::RawDatabase(options_.file).run("PRAGMA journal_mode"), "wal");
}

TEST_F(DatabaseTest, OneThatFailsAmongOthersFailsAlone) {
    ASSERT_EQ(open(), "");
    const std::vector<Work> works = {insert("ana"), refuse("bob"), insert("ana"), insert("carol"),
                                     [](soci::session&) -> std::error_code { throw std::runtime_error("broken"); }};
    const auto results = database_->write(works);
    ASSERT_EQ(results.size(), works.size());
    EXPECT_FALSE(results[0]);
    EXPECT_EQ(results[1], chat::Errc::list_full);
    EXPECT_EQ(results[2], StoreErrc::failed) << "the same once more";
    EXPECT_FALSE(results[3]);
    EXPECT_EQ(results[4], StoreErrc::failed);
    EXPECT_EQ(nicks(), "ana,carol");
}

TEST_F(DatabaseTest, WritesTogetherCostOneSync) {
    const tests::FailingDisk disk;
    ASSERT_EQ(open(), "");
    ASSERT_FALSE(database_->write(insert("first")));  // also syncs the head of the log
    (void)tests::FailingDisk::take_syncs();
    std::vector<Work> works;
    for (int i = 0; i < 50; ++i) works.push_back(insert("nick" + std::to_string(i)));
    for (const std::error_code result : database_->write(works)) ASSERT_FALSE(result);
    EXPECT_EQ(tests::FailingDisk::take_syncs(), 1);
    database_.reset();
}

TEST_F(DatabaseTest, FullDatabaseRefusesWhatDoesNotFitAndTakesWhatDoes) {
    options_.max_bytes = 160'000;
    ASSERT_EQ(open(), "");
    const std::vector<Work> works = {insert("ana"), insert("bob", 300'000), insert("carol")};
    const auto results = database_->write(works);
    EXPECT_FALSE(results[0]);
    EXPECT_EQ(results[1], StoreErrc::full);
    EXPECT_FALSE(results[2]);
    EXPECT_EQ(nicks(), "ana,carol");
    EXPECT_EQ(database_->write(insert("bob", 300'000)), StoreErrc::full);
    options_.max_bytes = 1'000'000;
    ASSERT_EQ(open(), "");
    EXPECT_FALSE(database_->write(insert("bob", 300'000)));
    EXPECT_EQ(nicks(), "ana,bob,carol");
}

TEST_F(DatabaseTest, LockedDatabaseCanBeReadAndIsWrittenAgainAfterwards) {
    ASSERT_EQ(open(), "");
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE; INSERT INTO nick VALUES ('mal@example.org', 'mal')");
    const std::vector<Work> works = {insert("ana"), insert("bob")};
    for (const std::error_code result : database_->write(works)) EXPECT_EQ(result, StoreErrc::locked);
    EXPECT_EQ(nicks(), "");
    other.run("ROLLBACK");
    for (const std::error_code result : database_->write(works)) EXPECT_FALSE(result);
    EXPECT_EQ(nicks(), "ana,bob");
}

TEST_F(DatabaseTest, FailedSyncIsAnErrorForAllAndLaterWritesWork) {
    const tests::FailingDisk disk;
    ASSERT_EQ(open(), "");
    ASSERT_FALSE(database_->write(insert("ana")));
    tests::FailingDisk::set_syncs_fail(true);
    const std::vector<Work> works = {insert("bob"), insert("carol")};
    for (const std::error_code result : database_->write(works)) EXPECT_EQ(result, StoreErrc::io_failure);
    for (const std::error_code result : database_->write(works)) EXPECT_EQ(result, StoreErrc::io_failure);
    EXPECT_EQ(nicks(), "ana");
    tests::FailingDisk::set_syncs_fail(false);
    for (const std::error_code result : database_->write(works)) EXPECT_FALSE(result);
    EXPECT_EQ(nicks(), "ana,bob,carol");
    database_.reset();
    EXPECT_EQ(tests::RawDatabase(options_.file).run("PRAGMA integrity_check"), "ok");
}

TEST_F(DatabaseTest, WhatFailedInTheSyncIsNotThereAfterACrash) {
    const tests::FailingDisk disk;
    ASSERT_EQ(open(), "");
    ASSERT_FALSE(database_->write(insert("ana")));
    for (int round = 0; round < 3; ++round) {
        tests::FailingDisk::set_syncs_fail(true);
        const std::vector<Work> works = {insert("bob", 20'000), insert("carol")};
        for (const std::error_code result : database_->write(works)) EXPECT_EQ(result, StoreErrc::io_failure);
        tests::FailingDisk::set_syncs_fail(false);
        // What a crash leaves: the file and its log, and nothing of what is in memory.
        const std::string left = directory_.file("left" + std::to_string(round) + ".db");
        std::filesystem::copy_file(options_.file, left);
        std::filesystem::copy_file(options_.file + "-wal", left + "-wal");
        EXPECT_EQ(tests::RawDatabase(left).run("SELECT nick FROM nick"), "ana");
        EXPECT_EQ(tests::RawDatabase(left).run("PRAGMA integrity_check"), "ok");
    }
    EXPECT_FALSE(database_->write(insert("dora")));
    EXPECT_EQ(nicks(), "ana,dora");
    database_.reset();
}

}  // namespace
}  // namespace patchcord::gateway
