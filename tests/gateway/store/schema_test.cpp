#include "gateway/store/schema.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <string>

#include "gateway/store/database.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

const SchemaStep one = {"CREATE TABLE person (name TEXT)", "INSERT INTO person VALUES ('ana')"};
const SchemaStep two = {"ALTER TABLE person ADD COLUMN age INTEGER NOT NULL DEFAULT 7"};
const SchemaStep wrong = {"INSERT INTO person VALUES ('mal')", "CREATE TABLE person (name TEXT)"};

class SchemaTest : public ::testing::Test {
  protected:
    std::error_code take(const std::vector<SchemaStep>& steps) {
        soci::session session(soci::sqlite3, "db=\"" + file_ + "\"");
        return migrate(session, steps, file_);
    }
    /// Runs one statement and gives the first column of its first row; empty when there is no row.
    static std::string ask(const std::string& file, const std::string& statement) {
        soci::session session(soci::sqlite3, "db=\"" + file + "\"");
        std::string value;
        session << statement, soci::into(value);
        return value;
    }
    std::string ask(const std::string& statement) { return ask(file_, statement); }
    void run(const std::string& statement) { soci::session(soci::sqlite3, "db=\"" + file_ + "\"") << statement; }
    [[nodiscard]] bool has_backup(const std::string& version) const {
        return std::filesystem::exists(file_ + ".version-" + version);
    }

    tests::TemporaryDirectory directory_;
    std::string file_ = directory_.file("some.db");
};

TEST_F(SchemaTest, EmptyFileGetsAllStepsAndNoBackup) {
    EXPECT_FALSE(take({one, two}));
    EXPECT_EQ(ask("SELECT age FROM person"), "7");
    EXPECT_EQ(ask("PRAGMA user_version"), "2");
    EXPECT_FALSE(has_backup("0"));
}

TEST_F(SchemaTest, OlderFileGetsWhatItLacksAndKeepsWhatItHas) {
    ASSERT_FALSE(take({one}));
    run("INSERT INTO person VALUES ('bob')");
    EXPECT_FALSE(take({one, two}));
    EXPECT_EQ(ask("SELECT group_concat(name || age) FROM person"), "ana7,bob7");
    EXPECT_FALSE(take({one, two})) << "nothing is left to do";
    EXPECT_EQ(ask("SELECT COUNT(*) FROM person"), "2");
}

TEST_F(SchemaTest, OlderFileIsCopiedForItsOwnerAloneBeforeItChanges) {
    ASSERT_FALSE(take({one}));
    ASSERT_FALSE(take({one, two}));
    ASSERT_TRUE(has_backup("1"));
    EXPECT_EQ(ask(file_ + ".version-1", "PRAGMA user_version"), "1");
    EXPECT_EQ(ask(file_ + ".version-1", "SELECT name FROM person"), "ana");
    EXPECT_EQ(std::filesystem::status(file_ + ".version-1").permissions(), std::filesystem::perms(0600));
    EXPECT_FALSE(std::filesystem::exists(file_ + ".version-1.new"));
}

TEST_F(SchemaTest, BackupOfAnEarlierTryIsNotOverwritten) {
    ASSERT_FALSE(take({one}));
    EXPECT_ANY_THROW((void)take({one, wrong}));
    run("INSERT INTO person VALUES ('later')");
    ASSERT_FALSE(take({one, two}));
    EXPECT_EQ(ask(file_ + ".version-1", "SELECT COUNT(*) FROM person"), "1");
}

TEST_F(SchemaTest, StepsThatFailLeaveTheFileAsItWas) {
    ASSERT_FALSE(take({one}));
    EXPECT_ANY_THROW((void)take({one, two, wrong}));
    EXPECT_EQ(ask("PRAGMA user_version"), "1");
    EXPECT_EQ(ask("SELECT COUNT(*) FROM person"), "1");
    EXPECT_EQ(ask("SELECT COUNT(*) FROM pragma_table_info('person')"), "1") << "step two is undone, too";
}

TEST_F(SchemaTest, NewerFileIsRefusedUntouched) {
    ASSERT_FALSE(take({one, two}));
    EXPECT_EQ(take({one}), StoreErrc::newer_schema);
    EXPECT_EQ(ask("PRAGMA user_version"), "2");
    EXPECT_FALSE(has_backup("2"));
}

TEST_F(SchemaTest, RealStepsGiveASoundDatabase) {
    ASSERT_FALSE(take({schema_steps().begin(), schema_steps().end()}));
    EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(ask("PRAGMA foreign_key_check"), "");
    EXPECT_EQ(ask("PRAGMA user_version"), std::to_string(schema_steps().size()));
}

}  // namespace
}  // namespace patchcord::gateway
