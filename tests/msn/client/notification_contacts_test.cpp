#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

using NotificationContactsTest = NotificationFixture;

std::string lists_of(const RosterContact& contact) {
    return std::to_string(contact.lists) + (contact.guid.empty() ? "" : " " + contact.guid);
}

TEST_F(NotificationContactsTest, ReadsTheListOfMsnp8) {
    NotificationClient& client = log_in(8);
    client.sync_list(outcomes.note("list"));
    EXPECT_EQ(server.take(), "SYN 5 0\r\n");
    say("SYN 5 42 2 2\r\nGTC N\r\nBLP BL\r\nPRP PHH 123%204567\r\nLSG 0 Other%20Contacts 0\r\nLSG 1 Friends 0\r\n");
    say("LST bob@example.com Bob%20B 11 0,1\r\nBPR PHM 555%200100\r\n");
    EXPECT_EQ(seen.take(), Events{});
    say("LST carol@example.com Carol 8\r\n");
    EXPECT_EQ(seen.take(), Events{"list synchronized"});
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
    say("BPR MOB N\r\nBPR PHW 12%203\r\n");
    EXPECT_EQ(seen.take(), Events{"phones carol@example.com ,12 3,,N"});
    const Roster& roster = client.roster();
    EXPECT_EQ(roster.find("bob@example.com")->phones.mobile, "555 0100");
    EXPECT_EQ(roster.own_phones().home, "123 4567");
    ASSERT_EQ(roster.contacts().size(), 2U);
    EXPECT_EQ(roster.find("BOB@example.com")->name, "Bob B");
    EXPECT_EQ(roster.find("bob@example.com")->groups, (std::vector<std::string>{"0", "1"}));
    EXPECT_EQ(lists_of(*roster.find("bob@example.com")), "11");
    EXPECT_EQ(lists_of(*roster.find("carol@example.com")), "8");
    EXPECT_EQ(roster.groups(), (std::vector<RosterGroup>{{"0", "Other Contacts"}, {"1", "Friends"}}));
    EXPECT_FALSE(roster.open_to_all());
    EXPECT_FALSE(roster.asks_when_added());
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(NotificationContactsTest, ReadsTheListOfMsnp10WithAndWithoutTheTypeOfMsnp12) {
    for (const unsigned dialect : {10U, 11U, 12U}) {
        server = {};
        const std::string type = dialect == 12 ? " 1" : "";
        NotificationClient& client = log_in(dialect);
        client.sync_list();
        EXPECT_EQ(server.take(), "SYN 5 0 0\r\n");
        say("SYN 5 2000-01-01T00:00:00.0-00:00 2000-01-01T00:00:00.0-00:00 3 1\r\nGTC A\r\nBLP AL\r\nPRP MFN Ana\r\n");
        say("LSG Friends 11111111-1111\r\n");
        say("LST N=bob@example.com F=Bob C=2222-b 11" + type + " 11111111-1111,3333\r\n");
        say("LST N=carol@example.com F=Carol 8" + type + "\r\n");
        say("LST N=mal@example.com 4" + type + " \r\n");
        EXPECT_EQ(seen.take(), Events{"list synchronized"}) << dialect;
        const Roster& roster = client.roster();
        ASSERT_EQ(roster.contacts().size(), 3U);
        EXPECT_EQ(lists_of(*roster.find("bob@example.com")), "11 2222-b");
        EXPECT_EQ(roster.find("bob@example.com")->groups, (std::vector<std::string>{"11111111-1111", "3333"}));
        EXPECT_EQ(roster.find_guid("2222-b")->name, "Bob");
        EXPECT_EQ(roster.find("carol@example.com")->groups, std::vector<std::string>{});
        EXPECT_EQ(roster.find("mal@example.com")->name, "mal@example.com");
        EXPECT_EQ(roster.groups(), (std::vector<RosterGroup>{{"11111111-1111", "Friends"}}));
        EXPECT_EQ(client.screen_name(), "Ana");
    }
}

TEST_F(NotificationContactsTest, AnEmptyListIsAListToo) {
    NotificationClient& client = log_in(12);
    client.sync_list(outcomes.note("list"));
    say("SYN 5 a b 0 0\r\n");
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
    EXPECT_EQ(seen.take(), Events{"list synchronized"});
}

TEST_F(NotificationContactsTest, AListThatIsTheSameComesWithoutCounts) {
    NotificationClient& client = log_in(8);
    client.sync_list(outcomes.note("list"));
    say("SYN 5 0\r\n");
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
}

TEST_F(NotificationContactsTest, AListThatNeverEndsIsGivenUp) {
    NotificationClient& client = log_in(8);
    client.sync_list(outcomes.note("list"));
    client.sync_list(outcomes.note("second"));
    EXPECT_EQ(outcomes.take(), Events{"second: too many requests wait for an answer"});
    say("SYN 5 1 2 0\r\nLST bob@example.com Bob 3 0\r\n");
    for (int i = 0; i < 4; ++i) {
        scheduler.advance(std::chrono::seconds(30));
        say("QNG 50\r\n");
    }
    EXPECT_EQ(outcomes.take(), Events{"list: no answer from the server"});
    client.sync_list(outcomes.note("again"));
    say("SYN 6 1 1 0\r\nLST bob@example.com Bob 3 0\r\n");
    EXPECT_EQ(outcomes.take(), Events{"again: done"});
}

TEST_F(NotificationContactsTest, ASecondListForgetsWhoIsNotInItAndKeepsPresence) {
    NotificationClient& client = log_in(8);
    client.sync_list();
    say("SYN 5 1 2 0\r\nLST bob@example.com Bob 3 0\r\nLST carol@example.com Carol 3 0\r\n");
    say("NLN BSY bob@example.com Bob 0\r\n");
    client.sync_list();
    say("SYN 6 2 1 0\r\nLST bob@example.com Bob 3 0\r\n");
    EXPECT_EQ(client.roster().find("carol@example.com"), nullptr);
    EXPECT_EQ(client.roster().find("bob@example.com")->status, Status::busy);
}

TEST_F(NotificationContactsTest, MalformedListLinesAreToldAndCounted) {
    NotificationClient& client = log_in(12);
    client.sync_list(outcomes.note("list"));
    say("SYN 5 a b 2 1\r\nLSG Friends\r\nLST bob@example.com Bob 3\r\nLST N=carol@example.com many\r\n");
    EXPECT_EQ(seen.take(), (Events{"bad line 'LSG Friends' malformed", "bad line 'LST bob@example.com Bob 3' malformed",
                                   "bad line 'LST N=carol@example.com many' malformed", "list synchronized"}));
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
}

TEST_F(NotificationContactsTest, ContactsAreAddedAndRemovedUpToMsnp9) {
    NotificationClient& client = log_in(9);
    client.add_contact(ListBit::allow, "bob@example.com", outcomes.note("allow"));
    client.add_contact(ListBit::forward, "bob@example.com", outcomes.note("add"));
    EXPECT_EQ(server.take(),
              "ADD 5 AL bob@example.com bob%40example.com\r\nADD 6 FL bob@example.com bob%40example.com\r\n");
    say("ADD 5 AL 2 bob@example.com Bob\r\nADD 6 FL 3 bob@example.com Bob 0\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"allow: done", "add: done"}));
    EXPECT_EQ(lists_of(*client.roster().find("bob@example.com")), "3");
    client.remove_contact(ListBit::forward, "bob@example.com", outcomes.note("remove"));
    EXPECT_EQ(server.take(), "REM 7 FL bob@example.com\r\n");
    say("REM 7 FL 4 bob@example.com\r\n");
    EXPECT_EQ(outcomes.take(), Events{"remove: done"});
    EXPECT_EQ(lists_of(*client.roster().find("bob@example.com")), "2");
    client.remove_contact(ListBit::forward, "bob@example.com", outcomes.note("again"));
    EXPECT_EQ(outcomes.take(), Events{"again: not on the contact list"});
    client.add_contact(ListBit::block, "bob@example.com", outcomes.note("block"));
    say("219 8\r\n");
    EXPECT_EQ(outcomes.take(), Events{"block: on the opposite list (219)"});
}

TEST_F(NotificationContactsTest, ContactsAreAddedAndRemovedFromMsnp10) {
    NotificationClient& client = log_in(11);
    client.add_contact(ListBit::block, "mal@example.com");
    client.add_contact(ListBit::forward, "bob@example.com", outcomes.note("add"));
    EXPECT_EQ(server.take(), "ADC 5 BL N=mal@example.com\r\nADC 6 FL N=bob@example.com F=bob%40example.com\r\n");
    say("ADC 5 BL N=mal@example.com\r\nADC 6 FL N=bob@example.com F=Bob C=2222-b\r\n");
    client.remove_contact(ListBit::block, "mal@example.com");
    client.remove_contact(ListBit::forward, "bob@example.com", outcomes.note("remove"));
    EXPECT_EQ(server.take(), "REM 7 BL mal@example.com\r\nREM 8 FL 2222-b\r\n");
    say("REM 7 BL mal@example.com\r\nREM 8 FL 2222-b\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"add: done", "remove: done"}));
    EXPECT_TRUE(client.roster().contacts().empty());
}

TEST_F(NotificationContactsTest, TakingSomebodyOutOfAGroupLeavesThemOnTheList) {
    NotificationClient& client = log_in(8);
    say("ADD 0 FL 2 bob@example.com Bob 3\r\nREM 0 FL 3 bob@example.com 3\r\n");
    EXPECT_EQ(lists_of(*client.roster().find("bob@example.com")), "1");
    EXPECT_TRUE(client.roster().find("bob@example.com")->groups.empty());
}

TEST_F(NotificationContactsTest, TellsWhoAddsAndRemovesUs) {
    log_in(8);
    say("ADD 0 RL 46 carol@example.com Carol%20C\r\nREM 0 RL 47 carol@example.com\r\nREM 0 RL 47 mal@example.com\r\n");
    EXPECT_EQ(seen.take(), (Events{"added by carol@example.com Carol C", "removed by carol@example.com",
                                   "removed by mal@example.com"}));
    server = {};
    log_in(12);
    say("ADC 0 RL N=carol@example.com F=Carol\r\nREM 0 RL carol@example.com\r\nADC 0 RL F=x\r\n");
    EXPECT_EQ(seen.take(), (Events{"added by carol@example.com Carol", "removed by carol@example.com",
                                   "bad line 'ADC 0 RL F=x' malformed"}));
}

TEST_F(NotificationContactsTest, AServerCannotFillTheRosterWithoutEnd) {
    NotificationClient& client = log_in(8);
    std::string lines = "SYN 5 1 5000 0\r\n";
    for (int i = 0; i < 5000; ++i) lines += "LST u" + std::to_string(i) + "@example.com U 3 0\r\n";
    client.sync_list(outcomes.note("list"));
    say(lines);
    EXPECT_EQ(outcomes.take(), Events{"list: done"});
    EXPECT_EQ(client.roster().contacts().size(), Roster::max_contacts);
}

}  // namespace
}  // namespace patchcord::msn
