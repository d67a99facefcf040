#include "gateway/store/schema.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <string>
#include <vector>

#include "gateway/history/history_schema.hpp"
#include "gateway/store/database.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

const SchemaStep one = {"CREATE TABLE person (name TEXT)", "INSERT INTO person VALUES ('ana')"};
const SchemaStep two = {"ALTER TABLE person ADD COLUMN age INTEGER NOT NULL DEFAULT 7"};
const SchemaStep wrong = {"INSERT INTO person VALUES ('mal')", "CREATE TABLE person (name TEXT)"};

/// The statements that make a file of that version of one of the version before, for ever.
std::vector<std::string> version(const std::string& name, std::size_t number) {
    std::ifstream file(PATCHCORD_TEST_DATA "/databases/" + name + "-" + std::to_string(number) + ".sql");
    EXPECT_TRUE(file.is_open()) << number;
    std::vector<std::string> statements;
    for (std::string statement; std::getline(file, statement, ';');) statements.push_back(statement);
    statements.pop_back();  // the end of the last line
    return statements;
}

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

TEST_F(SchemaTest, FileOfVersion1GetsContactListsAndKeepsAllItHas) {
    for (const std::string& statement : version("patchcord", 1)) run(statement);
    run("INSERT INTO account (name, handle, password_hash, created_at) VALUES ('ana', 'ana@example.com', 'hash', 7)");
    run("INSERT INTO contact VALUES ('ana@example.com', 'bob@example.com', 'Bob', 'guid', 3)");
    run("INSERT INTO nick VALUES ('bob@example.com', 'Bob')");
    run("INSERT INTO offline_message (receiver, sender, sender_name, text, bytes, sent_at)"
        " VALUES ('ana', 'bob@example.com', 'Bob', 'hello', 5, 9)");
    std::unique_ptr<Database> database;
    ASSERT_EQ(Database::open({file_, std::chrono::milliseconds(50)}, database), "");
    database.reset();
    EXPECT_EQ(ask("PRAGMA user_version"), std::to_string(schema_steps().size()));
    EXPECT_EQ(ask("SELECT name || handle || password_hash || created_at FROM account"), "anaana@example.comhash7");
    EXPECT_EQ(ask("SELECT owner || handle || name || guid || lists FROM contact"),
              "ana@example.combob@example.comBobguid3");
    EXPECT_EQ(ask("SELECT handle || nick FROM nick"), "bob@example.comBob");
    EXPECT_EQ(ask("SELECT receiver || sender || text || sent_at FROM offline_message"), "anabob@example.comhello9");
    run("INSERT INTO roster VALUES ('ana', 'bob@example.com', '', 1, 0)");
    EXPECT_EQ(ask("PRAGMA integrity_check"), "ok");
    ASSERT_TRUE(has_backup("1"));
    EXPECT_EQ(ask(file_ + ".version-1", "SELECT handle FROM account"), "ana@example.com");
    EXPECT_EQ(ask(file_ + ".version-1", "SELECT COUNT(*) FROM sqlite_master WHERE name = 'roster'"), "0");
}

/// All statements a database was made with, without their blanks.
std::string schema_of(const std::string& file) {
    soci::session session(soci::sqlite3, "db=\"" + file + "\"");
    std::string text;
    session << "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_master ORDER BY name)", soci::into(text);
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

TEST_F(SchemaTest, StepsOnceTakenNeverChange) {
    const auto expect_same = [&](const std::string& name, std::span<const SchemaStep> steps) {
        const std::string made = directory_.file(name + "-made.db");
        const std::string kept = directory_.file(name + "-kept.db");
        for (std::size_t i = 1; i <= steps.size(); ++i) {
            soci::session makes(soci::sqlite3, "db=\"" + made + "\"");
            ASSERT_FALSE(migrate(makes, steps.first(i), made));
            soci::session keeps(soci::sqlite3, "db=\"" + kept + "\"");
            for (const std::string& statement : version(name, i)) keeps << statement;
            EXPECT_EQ(schema_of(made), schema_of(kept)) << name << " " << i;
        }
    };
    expect_same("patchcord", schema_steps());
    expect_same("history", history_schema_steps());
}

}  // namespace
}  // namespace patchcord::gateway
