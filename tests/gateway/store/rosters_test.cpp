#include "gateway/store/rosters.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"
#include "tests/support/failing_disk.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* bob = "bob@example.com";

chat::RosterEntry listed(std::string address = bob, std::string name = {}) {
    return {std::move(address), std::move(name), true, false, false};
}

chat::RosterEntry blocked(std::string address = bob) {
    return {std::move(address), {}, false, true, false};
}

class RostersTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        store_->set_person_domain("irc.Gate.test");
        ASSERT_FALSE(add("ana", "ana@irc.gate.test"));
        ASSERT_FALSE(add(bob, bob));
    }
    std::error_code save_entry(const std::string& account, chat::RosterEntry entry) {
        return outcome([&](auto done) { store_->save_roster_entry(account, std::move(entry), done); });
    }
    StoredRoster load_all(const std::string& account) {
        return wait_for<chat::Result<StoredRoster>>([&](auto done) { store_->load_roster(account, done); }).value();
    }
    /// Each entry as "address name lb".
    std::vector<std::string> entries(const std::string& account = "ana") {
        std::vector<std::string> all;
        for (const chat::RosterEntry& entry : load_all(account).entries) {
            all.push_back(entry.address + " " + entry.name + " " + (entry.listed ? "l" : "-") +
                          (entry.blocked ? "b" : "-"));
        }
        return all;
    }
    std::vector<std::string> reverse_of(const std::string& handle) {
        std::vector<std::string> handles;
        const auto record = load(handle);
        for (const msn::ReverseContact& other : record->reverse) handles.push_back(other.handle + " " + other.name);
        return handles;
    }
    using Lines = std::vector<std::string>;
};

TEST_F(RostersTest, AnAccountBeginsWithAnEmptyListAndAnUnknownOneHasNone) {
    EXPECT_EQ(entries(), Lines{});
    EXPECT_EQ(entries("nobody"), Lines{});
}

TEST_F(RostersTest, EntriesOutliveARestartInOrder) {
    ASSERT_FALSE(save_entry("ana", blocked("mal@example.com")));
    ASSERT_FALSE(save_entry("ana", listed(bob, "Bobby\t;--")));
    ASSERT_FALSE(save_entry("ana", {"carol@example.com", "", true, true, true}));
    reopen();
    EXPECT_EQ(entries(), (Lines{"bob@example.com Bobby\t;-- l-", "carol@example.com  lb", "mal@example.com  -b"}));
    for (const chat::RosterEntry& entry : load_all("ana").entries) EXPECT_FALSE(entry.shown) << entry.address;
}

TEST_F(RostersTest, AccountsAndAddressesMayComeInAnyCase) {
    ASSERT_FALSE(save_entry("ANA", listed("Bob@Example.COM")));
    EXPECT_EQ(entries("Ana"), (Lines{"bob@example.com  l-"}));
}

TEST_F(RostersTest, AnEntryIsChangedInItsPlaceAndEndsWhenItSaysNothing) {
    ASSERT_FALSE(save_entry("ana", listed()));
    ASSERT_FALSE(save_entry("ana", {bob, "Bobby", true, true, false}));
    EXPECT_EQ(entries(), (Lines{"bob@example.com Bobby lb"}));
    ASSERT_FALSE(save_entry("ana", {bob, "Bobby", false, false, false}));
    EXPECT_EQ(entries(), Lines{});
    EXPECT_FALSE(save_entry("ana", {bob, "", false, false, false})) << "once more does no harm";
}

TEST_F(RostersTest, ListsOfDifferentAccountsAreApart) {
    ASSERT_FALSE(add("carol", "carol@irc.gate.test"));
    ASSERT_FALSE(save_entry("ana", listed()));
    ASSERT_FALSE(save_entry("carol", blocked()));
    EXPECT_EQ(entries("ana"), (Lines{"bob@example.com  l-"}));
    EXPECT_EQ(entries("carol"), (Lines{"bob@example.com  -b"}));
}

TEST_F(RostersTest, AnEntryOfNobodyIsRefused) {
    EXPECT_EQ(save_entry("nobody", listed()), chat::Errc::no_such_user);
    EXPECT_EQ(save_entry("", listed()), chat::Errc::no_such_user);
}

TEST_F(RostersTest, LongFieldsAreRefused) {
    EXPECT_EQ(save_entry("ana", listed(std::string(longest_field + 1, 'x'))), StoreErrc::too_long);
    EXPECT_EQ(save_entry("ana", listed(bob, std::string(longest_field + 1, 'x'))), StoreErrc::too_long);
    EXPECT_FALSE(save_entry("ana", listed(bob, std::string(longest_field, 'x'))));
}

TEST_F(RostersTest, AFullListTakesChangesAndHasRoomAgain) {
    tests::RawDatabase(options_.file)
        .run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
             std::to_string(most_contacts) +
             ") INSERT INTO roster (account, address, name, listed, blocked) SELECT 'ana', 'n' || i, '', 1, 0 FROM n");
    EXPECT_EQ(save_entry("ana", listed()), chat::Errc::list_full);
    EXPECT_FALSE(save_entry("ana", blocked("n7")));
    ASSERT_FALSE(save_entry("ana", {"n7", "", false, false, false}));
    EXPECT_FALSE(save_entry("ana", listed()));
    EXPECT_EQ(entries().size(), most_contacts);
}

TEST_F(RostersTest, AListEndsWithItsAccount) {
    ASSERT_FALSE(save_entry("ana", listed()));
    tests::RawDatabase(options_.file).run("PRAGMA foreign_keys = ON; DELETE FROM account WHERE name = 'ana'");
    EXPECT_EQ(entries(), Lines{});
    EXPECT_EQ(reverse_of(bob), Lines{});
}

TEST_F(RostersTest, WhoIsListedByAnAccountIsToldItsHandleWithTheDomainInLowerCase) {
    ASSERT_FALSE(add("carol@example.com", "carol@example.com"));
    ASSERT_FALSE(save("carol@example.com", {bob, "", "", msn::list_forward, {}}));
    ASSERT_FALSE(save_entry("ana", listed()));
    EXPECT_EQ(reverse_of(bob), (Lines{"carol@example.com ", "ana@irc.gate.test ana"}));
}

TEST_F(RostersTest, WhoIsOnlyBlockedIsToldNothing) {
    ASSERT_FALSE(save_entry("ana", blocked()));
    EXPECT_EQ(reverse_of(bob), Lines{});
}

TEST_F(RostersTest, AListComesWithThoseOnMsnWhoListItsOwner) {
    ASSERT_FALSE(save(bob, {"ana@irc.gate.test", "", "", msn::list_forward, {}}));
    ASSERT_FALSE(add("mal@example.com", "mal@example.com"));
    ASSERT_FALSE(save("mal@example.com", {"ana@irc.gate.test", "", "", msn::list_block, {}}));
    const StoredRoster roster = load_all("ana");
    ASSERT_EQ(roster.listed_by.size(), 1U);
    EXPECT_EQ(roster.listed_by[0].handle, bob);
}

TEST_F(RostersTest, ALockedDatabaseRefusesChangesAndStillTellsTheList) {
    ASSERT_FALSE(save_entry("ana", listed()));
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    EXPECT_EQ(save_entry("ana", blocked()), StoreErrc::locked);
    EXPECT_EQ(entries(), (Lines{"bob@example.com  l-"}));
    other.run("ROLLBACK");
    EXPECT_FALSE(save_entry("ana", blocked()));
    EXPECT_EQ(entries(), (Lines{"bob@example.com  -b"}));
}

TEST_F(RostersTest, ADiskThatFailsKeepsTheListAsItWas) {
    store_.reset();
    const tests::FailingDisk disk;
    open();
    ASSERT_FALSE(save_entry("ana", blocked()));
    tests::FailingDisk::set_syncs_fail(true);
    EXPECT_EQ(save_entry("ana", {bob, "", false, false, false}), StoreErrc::io_failure);
    EXPECT_EQ(entries(), (Lines{"bob@example.com  -b"})) << "a block that could not be lifted holds";
    tests::FailingDisk::set_syncs_fail(false);
    EXPECT_FALSE(save_entry("ana", {bob, "", false, false, false}));
    EXPECT_EQ(entries(), Lines{});
    store_.reset();
}

}  // namespace
}  // namespace patchcord::gateway
