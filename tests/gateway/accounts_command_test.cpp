#include "gateway/accounts_command.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <sodium.h>
#include <sstream>
#include <string>
#include <sysexits.h>

#include "gateway/auth/password_hash.hpp"
#include "gateway/auth/scram_secrets.hpp"
#include "gateway/store/store.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class AccountsCommandTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(start_password_hashing());
        config_.gateway.name = "chat.example.org";
        config_.gateway.data_dir = directory_.file("data");
    }
    AccountConsole console() {
        out_.str("");
        errors_.str("");
        return {[this] { return password_; }, out_, errors_};
    }
    int add(const std::string& name, const std::string& handle = "", bool legacy = false) {
        return account_add(config_, {name, handle, legacy}, console());
    }
    int passwd(const std::string& name) { return account_passwd(config_, name, console()); }
    int remove(const std::string& name) { return account_remove(config_, name, console()); }
    /// The list without the day.
    std::string list() {
        EXPECT_EQ(account_list(config_, console()), EX_OK) << errors_.str();
        std::string all;
        std::istringstream lines(out_.str());
        for (std::string line; std::getline(lines, line);) all += line.substr(0, line.rfind(' ')) + "\n";
        return all;
    }
    Account account(const std::string& called) {
        std::unique_ptr<Database> database;
        EXPECT_EQ(Database::open(database_in(config_.gateway.data_dir), database), "");
        Account found;
        EXPECT_FALSE(database->read([&](soci::session& session) -> std::error_code {
            found = find_account(session, called).value();
            return {};
        }));
        return found;
    }
    bool has_password(const std::string& called, const std::string& password) {
        const std::string hash = account(called).password_hash;
        return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
    }

    tests::TemporaryDirectory directory_;
    Config config_;
    std::string password_ = "swordfish";
    std::ostringstream out_;
    std::ostringstream errors_;
};

TEST_F(AccountsCommandTest, AddMakesTheDirectoryAndAnAccountWithItsPassword) {
    ASSERT_EQ(add("Ana"), EX_OK) << errors_.str();
    EXPECT_EQ(out_.str(), "");
    EXPECT_EQ(std::filesystem::status(config_.gateway.data_dir).permissions(), std::filesystem::perms(0700));
    EXPECT_EQ(account("ana").handle, "ana@chat.example.org");
    EXPECT_TRUE(has_password("ana", "swordfish"));
    EXPECT_FALSE(has_password("ana", "swordfisH"));
}

TEST_F(AccountsCommandTest, HandleIsTheNameOrTheOneGiven) {
    ASSERT_EQ(add("bob@Example.org"), EX_OK);
    ASSERT_EQ(add("carol", "Carol@example.net"), EX_OK);
    EXPECT_EQ(list(), "bob@example.org bob@example.org -\ncarol carol@example.net -\n");
}

TEST_F(AccountsCommandTest, NamesThatNobodyCouldUseAreRefused) {
    for (const std::string name :
         {"", "1ana", "ana bob", "an\xC3\xA4", "NickServ", "*patchcord", "a'); DROP TABLE account;--", "a\nb", "@x",
          "a@", "a@b@c", "a b@c", "ana@irc.chat.example.org", "lobby@Rooms.chat.example.org"}) {
        EXPECT_EQ(add(name), EX_USAGE) << name;
        EXPECT_NE(errors_.str(), "") << name;
    }
    EXPECT_EQ(add(std::string(31, 'a')), EX_USAGE);
    EXPECT_EQ(add(std::string(130, 'a') + "@b"), EX_USAGE);
    EXPECT_EQ(add("ana", "not a handle"), EX_USAGE);
    EXPECT_EQ(add("ana@example.org", "other@example.org"), EX_USAGE);
    EXPECT_EQ(add("ana", "ana@irc.chat.example.org"), EX_USAGE);
    EXPECT_FALSE(std::filesystem::exists(config_.gateway.data_dir)) << "nothing was touched";
}

TEST_F(AccountsCommandTest, SecondAccountOfANameIsRefusedAndTheFirstStays) {
    ASSERT_EQ(add("ana"), EX_OK);
    password_ = "other";
    EXPECT_EQ(add("ANA", "other@example.org"), EX_USAGE);
    EXPECT_NE(errors_.str().find("exists"), std::string::npos);
    EXPECT_TRUE(has_password("ana", "swordfish"));
}

TEST_F(AccountsCommandTest, PasswordMustBeThereAndNotTooLong) {
    password_ = "";
    EXPECT_EQ(add("ana"), EX_USAGE);
    password_ = std::string(max_password_bytes + 1, 'x');
    EXPECT_EQ(add("ana"), EX_USAGE);
    EXPECT_EQ(list(), "");
}

TEST_F(AccountsCommandTest, PasswdChangesThePasswordAlone) {
    ASSERT_EQ(add("ana"), EX_OK);
    password_ = "marlin";
    ASSERT_EQ(passwd("ana@CHAT.example.org"), EX_OK) << errors_.str();
    EXPECT_TRUE(has_password("ana", "marlin"));
    EXPECT_EQ(list(), "ana ana@chat.example.org -\n");
    EXPECT_EQ(passwd("bob"), EX_USAGE);
    EXPECT_EQ(errors_.str(), "no such user\n");
}

TEST_F(AccountsCommandTest, WhatScramNeedsIsMadeOfEachPassword) {
    ASSERT_EQ(add("ana"), EX_OK);
    const std::string first = account("ana").scram;
    EXPECT_TRUE(parse_scram_secrets(first));
    password_ = "marlin";
    ASSERT_EQ(passwd("ana"), EX_OK);
    EXPECT_TRUE(parse_scram_secrets(account("ana").scram));
    EXPECT_NE(account("ana").scram, first);
}

TEST_F(AccountsCommandTest, APasswordForMd5LoginsIsKeptSealed) {
    const auto kept = [&] { return secrets_in(config_.gateway.data_dir).open(account("ana").legacy_secret, "ana"); };
    ASSERT_EQ(add("ana", "", true), EX_OK) << errors_.str();
    EXPECT_EQ(kept(), "swordfish");
    EXPECT_EQ(account("ana").legacy_secret.find("swordfish"), std::string::npos);
    EXPECT_TRUE(has_password("ana", "swordfish"));
    EXPECT_EQ(list(), "ana ana@chat.example.org md5\n");
    password_ = "marlin";
    ASSERT_EQ(passwd("ana"), EX_OK);
    EXPECT_EQ(kept(), "marlin");
}

TEST_F(AccountsCommandTest, WithoutAKeyThereIsNoLegacyAccount) {
    ASSERT_EQ(add("bob"), EX_OK);
    (void)directory_.write("data/secrets.key", "too short");
    EXPECT_EQ(add("ana", "", true), EX_IOERR);
    EXPECT_EQ(list(), "bob bob@chat.example.org -\n");
}

TEST_F(AccountsCommandTest, RemovedAccountTakesItsBelongingsWithIt) {
    ASSERT_EQ(add("ana"), EX_OK);
    ASSERT_EQ(add("bob"), EX_OK);
    tests::RawDatabase database(config_.gateway.data_dir + "/patchcord.db");
    const std::string ana = "'ana@chat.example.org'";
    const std::string bob = "'bob@chat.example.org'";
    database.run("PRAGMA foreign_keys = ON; INSERT INTO property VALUES (" + ana +
                 ", 'PHH', '1');"
                 "INSERT INTO contact_group VALUES (" +
                 ana +
                 ", 1, '', 'g');"
                 "INSERT INTO contact VALUES (" +
                 ana + "," + bob + ", '', '', 1), (" + bob + "," + ana +
                 ", '', '', 1);"
                 "INSERT INTO membership VALUES (" +
                 ana + "," + bob +
                 ", 1);"
                 "INSERT INTO nick VALUES (" +
                 ana +
                 ", 'ana');"
                 "INSERT INTO offline_message (receiver, sender, sender_name, text, bytes, sent_at) VALUES"
                 " ('ana', 'x', '', '', 0, 0), (" +
                 ana +
                 ", 'x', '', '', 0, 0), ('x', 'ana', '', '', 0, 0),"
                 " ('bob', 'x', '', 'stays', 0, 0)");
    ASSERT_EQ(remove("ANA"), EX_OK) << errors_.str();
    EXPECT_EQ(list(), "bob bob@chat.example.org -\n");
    for (const char* table : {"property", "contact_group", "membership", "nick"}) {
        EXPECT_EQ(database.run(std::string("SELECT COUNT(*) FROM ") + table), "0") << table;
    }
    EXPECT_EQ(database.run("SELECT group_concat(owner) FROM contact"), "bob@chat.example.org") << "bob's list is his";
    EXPECT_EQ(database.run("SELECT group_concat(text) FROM offline_message"), "stays");
    EXPECT_EQ(remove("ana"), EX_USAGE);
}

TEST_F(AccountsCommandTest, ListTellsTheDayAndNothingSecret) {
    ASSERT_EQ(add("ana", "", true), EX_OK);
    tests::RawDatabase(config_.gateway.data_dir + "/patchcord.db").run("UPDATE account SET created_at = 86400000");
    ASSERT_EQ(account_list(config_, console()), EX_OK);
    EXPECT_EQ(out_.str(), "ana ana@chat.example.org md5 1970-01-02\n");
}

TEST_F(AccountsCommandTest, MissingDatabaseIsAnErrorAndIsNotMade) {
    EXPECT_EQ(account_list(config_, console()), EX_IOERR);
    EXPECT_EQ(passwd("ana"), EX_IOERR);
    EXPECT_EQ(remove("ana"), EX_IOERR);
    EXPECT_NE(errors_.str().find("patchcord.db"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(config_.gateway.data_dir));
}

TEST_F(AccountsCommandTest, WorksWhileTheGatewayHasTheDatabaseOpen) {
    ASSERT_EQ(add("ana"), EX_OK);
    std::unique_ptr<Database> gateways;
    ASSERT_EQ(Database::open(database_in(config_.gateway.data_dir), gateways), "");
    ASSERT_EQ(add("bob"), EX_OK);
    EXPECT_FALSE(gateways->read([](soci::session& session) -> std::error_code {
        EXPECT_TRUE(find_account(session, "bob"));
        return {};
    }));
    ASSERT_EQ(remove("bob"), EX_OK);
}

}  // namespace
}  // namespace patchcord::gateway
