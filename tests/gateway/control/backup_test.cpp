#include "gateway/control/backup.hpp"

#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>
#include <thread>

#include "gateway/store/store.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class BackupTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directory(data_);
        ASSERT_EQ(Database::open(database_in(data_), database_), "");
        (void)directory_.write("data/secrets.key", "a key");
    }
    std::error_code add(int number) {
        Account account;
        account.name = "ana" + std::to_string(number);
        account.handle = account.name + "@example.org";
        account.password_hash = "x";
        return database_->write([&](soci::session& session) { return add_account(session, account); });
    }
    /// What is left in the directory besides the data and the archive.
    [[nodiscard]] std::size_t leavings() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
            const std::string name = entry.path().filename().string();
            count += name == "data" || name == "restored" || entry.path() == archive_ ? 0U : 1U;
        }
        return count;
    }
    /// The accounts in the archive.
    std::size_t accounts_in_archive() {
        const std::string restored = directory_.file("restored");
        std::filesystem::create_directory(restored);
        const std::string command = "tar -xf " + archive_ + " --no-same-owner -C " + restored;
        EXPECT_EQ(std::system(command.c_str()), 0);
        std::unique_ptr<Database> database;
        EXPECT_EQ(Database::open(database_in(restored), database), "");
        std::size_t count = 0;
        std::string whole;
        EXPECT_FALSE(database->read([&](soci::session& session) -> std::error_code {
            count = list_accounts(session).size();
            session << "PRAGMA integrity_check", soci::into(whole);
            return {};
        }));
        EXPECT_EQ(whole, "ok");
        return count;
    }

    tests::TemporaryDirectory directory_;
    std::string data_ = directory_.file("data");
    std::string archive_ = directory_.file("backup.tar");
    std::unique_ptr<Database> database_;
};

TEST_F(BackupTest, HoldsWhatTheDatabaseHoldsAndTheKeys) {
    ASSERT_FALSE(add(1));
    const BackupResult result = make_backup(data_, archive_);
    EXPECT_EQ(result.problem, "");
    EXPECT_EQ(result.files, (std::vector<std::string>{"patchcord.db", "secrets.key"}));
    EXPECT_EQ(accounts_in_archive(), 1U);
    EXPECT_EQ(tests::read_all(directory_.file("restored/secrets.key")), "a key");
    struct stat status {};
    ASSERT_EQ(::stat(archive_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_EQ(leavings(), 0U);
}

TEST_F(BackupTest, IsWholeWhileOthersWrite) {
    std::atomic<bool> over = false;
    std::atomic<int> written = 0;
    std::thread writer([&] {
        while (!over) written += add(written + 1) ? 0 : 1;
    });
    while (written < 10) std::this_thread::yield();
    const int before = written;
    const BackupResult result = make_backup(data_, archive_);
    const int after = written + 1;  // one may be on its way
    over = true;
    writer.join();
    EXPECT_EQ(result.problem, "");
    const auto count = static_cast<int>(accounts_in_archive());
    EXPECT_GE(count, before);
    EXPECT_LE(count, after);
}

TEST_F(BackupTest, WhatIsThereIsNotOverwritten) {
    (void)directory_.write("backup.tar", "precious");
    const BackupResult result = make_backup(data_, archive_);
    EXPECT_TRUE(result.exists);
    EXPECT_EQ(result.problem, archive_ + " is there already");
    EXPECT_EQ(tests::read_all(archive_), "precious");
}

TEST_F(BackupTest, AFailureLeavesNothing) {
    (void)directory_.write("data/history.db",
                           "this is no database, and longer than its header would be: " + std::string(200, 'x'));
    const BackupResult result = make_backup(data_, archive_);
    EXPECT_NE(result.problem.find("history.db"), std::string::npos) << result.problem;
    EXPECT_FALSE(std::filesystem::exists(archive_));
    EXPECT_EQ(leavings(), 0U);
}

TEST_F(BackupTest, WithoutADatabaseThereIsNoBackup) {
    const BackupResult result = make_backup(directory_.file("nowhere"), archive_);
    EXPECT_EQ(result.problem, "there is no database in " + directory_.file("nowhere"));
    EXPECT_FALSE(std::filesystem::exists(archive_));
}

}  // namespace
}  // namespace patchcord::gateway
