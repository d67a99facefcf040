// Groups, blocking, decisions about who added us, and telephone numbers.

#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

using NotificationGroupsTest = NotificationFixture;

constexpr const char* friends = "11111111-1111-4111-8111-111111111111";
constexpr const char* bob_guid = "22222222-2222-4222-8222-222222222222";

TEST_F(NotificationGroupsTest, GroupsHaveNumbersUpToMsnp9) {
    NotificationClient& client = log_in(9);
    client.add_list_group("My Friends", outcomes.note("add"));
    EXPECT_EQ(server.take(), "ADG 5 My%20Friends 0\r\n");
    say("ADG 5 49 My%20Friends 12 0\r\nADD 0 FL 50 bob@example.com Bob 0\r\n");
    EXPECT_EQ(client.roster().groups(), (std::vector<RosterGroup>{{"12", "My Friends"}}));
    client.rename_list_group("12", "Pals", outcomes.note("rename"));
    client.add_to_group("bob@example.com", "12", outcomes.note("in"));
    EXPECT_EQ(server.take(), "REG 6 12 Pals 0\r\nADD 7 FL bob@example.com Bob 12\r\n");
    say("REG 6 51 12 Pals 0\r\nADD 7 FL 52 bob@example.com Bob 12\r\n");
    EXPECT_EQ(client.roster().find_group("12")->name, "Pals");
    EXPECT_EQ(client.roster().find("bob@example.com")->groups, (std::vector<std::string>{"0", "12"}));
    client.remove_from_group("bob@example.com", "12", outcomes.note("out"));
    EXPECT_EQ(server.take(), "REM 8 FL bob@example.com 12\r\n");
    say("REM 8 FL 53 bob@example.com 12\r\n");
    EXPECT_EQ(client.roster().find("bob@example.com")->groups, std::vector<std::string>{"0"});
    client.remove_list_group("12", outcomes.note("remove"));
    EXPECT_EQ(server.take(), "RMG 9 12\r\n");
    say("RMG 9 54 12\r\n");
    EXPECT_TRUE(client.roster().groups().empty());
    EXPECT_EQ(outcomes.take(), (Events{"add: done", "rename: done", "in: done", "out: done", "remove: done"}));
}

TEST_F(NotificationGroupsTest, GroupsHaveGuidsFromMsnp10) {
    const std::string id = friends;
    // Servers answer in more than one form.
    for (const std::string form : {"", "1 "}) {
        server = {};
        NotificationClient& client = log_in(11);
        say("ADC 0 FL N=bob@example.com F=Bob C=" + std::string(bob_guid) + "\r\n");
        client.add_list_group("Friends", outcomes.note("add"));
        EXPECT_EQ(server.take(), "ADG 5 Friends\r\n");
        say("ADG 5 " + form + "Friends " + id + (form.empty() ? "" : " 0") + "\r\n");
        EXPECT_EQ(client.roster().groups(), (std::vector<RosterGroup>{{id, "Friends"}}));
        client.rename_list_group(id, "Pals", outcomes.note("rename"));
        client.add_to_group("bob@example.com", id, outcomes.note("in"));
        EXPECT_EQ(server.take(), "REG 6 " + id + " Pals\r\nADC 7 FL C=" + std::string(bob_guid) + " " + id + "\r\n");
        say(form.empty() ? "REG 6 " + id + " Pals\r\n" : "REG 6 1 Pals " + id + " 0\r\n");
        say("ADC 7 FL C=" + std::string(bob_guid) + " " + id + "\r\n");
        EXPECT_EQ(client.roster().find_group(id)->name, "Pals");
        EXPECT_EQ(client.roster().find("bob@example.com")->groups, std::vector<std::string>{id});
        client.remove_from_group("bob@example.com", id, outcomes.note("out"));
        EXPECT_EQ(server.take(), "REM 8 FL " + std::string(bob_guid) + " " + id + "\r\n");
        say("REM 8 FL " + std::string(bob_guid) + " " + id + "\r\n");
        EXPECT_TRUE(client.roster().find("bob@example.com")->groups.empty());
        EXPECT_TRUE(client.roster().find("bob@example.com")->is_on(ListBit::forward));
        client.remove_list_group(id, outcomes.note("remove"));
        say("RMG 9 " + form + id + "\r\n");
        EXPECT_TRUE(client.roster().groups().empty());
        EXPECT_EQ(outcomes.take(), (Events{"add: done", "rename: done", "in: done", "out: done", "remove: done"}));
    }
}

TEST_F(NotificationGroupsTest, WhatIsNotThereIsNotAskedFor) {
    NotificationClient& client = log_in(9);
    client.rename_list_group("3", "x", outcomes.note("rename"));
    client.remove_list_group("3", outcomes.note("remove"));
    client.add_to_group("bob@example.com", "3", outcomes.note("in"));
    client.add_list_group("A", outcomes.note("add"));
    say("ADG 5 49 A\r\n");
    client.add_list_group("B", outcomes.note("second"));
    say("223 6\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"rename: no such group on the contact list",
                                       "remove: no such group on the contact list", "in: not on the contact list",
                                       "add: the server's answer makes no sense", "second: too many groups (223)"}));
    EXPECT_TRUE(client.roster().groups().empty());
}

// --- blocking and deciding -------------------------------------------------------------------------------------------

TEST_F(NotificationGroupsTest, BlockingMovesFromOneListToTheOther) {
    NotificationClient& client = log_in(9);
    say("ADD 0 AL 2 mal@example.com Mal\r\n");
    client.block_contact("mal@example.com", outcomes.note("block"));
    EXPECT_EQ(server.take(), "REM 5 AL mal@example.com\r\n");
    say("REM 5 AL 3 mal@example.com\r\n");
    EXPECT_EQ(server.take(), "ADD 6 BL mal@example.com mal%40example.com\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("ADD 6 BL 4 mal@example.com Mal\r\n");
    EXPECT_EQ(outcomes.take(), Events{"block: done"});
    EXPECT_EQ(client.roster().find("mal@example.com")->lists, 4U);
    client.unblock_contact("mal@example.com", outcomes.note("unblock"));
    say("216 7\r\n");  // the server knows of no block
    EXPECT_TRUE(server.take().ends_with("ADD 8 AL mal@example.com mal%40example.com\r\n"));
    say("210 8\r\n");
    EXPECT_EQ(outcomes.take(), Events{"unblock: the list is full (210)"});
    client.unblock_contact("mal@example.com", outcomes.note("silence"));
    scheduler.advance(std::chrono::seconds(31));
    EXPECT_EQ(outcomes.take(), Events{"silence: no answer from the server"});
    client.block_contact("stranger@example.com");
    EXPECT_TRUE(server.take().ends_with("ADD 10 BL stranger@example.com stranger%40example.com\r\n"));
}

TEST_F(NotificationGroupsTest, WhoAddsUsIsToldOnceAndDecidedAboutOnce) {
    NotificationClient& client = log_in(11);
    say("ADC 0 RL N=carol@example.com F=Carol\r\nADC 0 PL N=carol@example.com F=Carol\r\n");
    say("ADC 0 PL N=mal@example.com F=Mal\r\nADC 0 RL N=mal@example.com F=Mal\r\n");
    EXPECT_EQ(seen.take(), (Events{"added by carol@example.com Carol", "added by mal@example.com Mal"}));
    EXPECT_TRUE(client.roster().find("carol@example.com")->awaits_decision());
    client.add_contact(ListBit::allow, "carol@example.com", outcomes.note("allow"));
    EXPECT_EQ(server.take(), "ADC 5 AL N=carol@example.com\r\n");
    say("ADC 5 AL N=carol@example.com\r\n");
    EXPECT_EQ(server.take(), "REM 6 PL carol@example.com\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("REM 6 PL carol@example.com\r\n");
    EXPECT_EQ(outcomes.take(), Events{"allow: done"});
    EXPECT_FALSE(client.roster().find("carol@example.com")->awaits_decision());
    client.block_contact("mal@example.com", outcomes.note("block"));
    say("ADC 7 BL N=mal@example.com\r\n216 8\r\n");
    EXPECT_EQ(outcomes.take(), Events{"block: done"});
}

TEST_F(NotificationGroupsTest, OldDialectsKnowWhoAwaitsADecisionFromTheOtherLists) {
    NotificationClient& client = log_in(8);
    say("ADD 0 RL 46 carol@example.com Carol\r\n");
    EXPECT_TRUE(client.roster().find("carol@example.com")->awaits_decision());
    client.add_contact(ListBit::allow, "carol@example.com", outcomes.note("allow"));
    say("ADD 5 AL 47 carol@example.com Carol\r\n");
    EXPECT_EQ(outcomes.take(), Events{"allow: done"});
    EXPECT_FALSE(client.roster().find("carol@example.com")->awaits_decision());
    EXPECT_EQ(server.take().find("REM"), std::string::npos);
}

// --- telephones ------------------------------------------------------------------------------------------------------

TEST_F(NotificationGroupsTest, TellsAndSetsTelephoneNumbers) {
    NotificationClient& client = log_in(9);
    client.set_phone_details(Phone::mobile, "555 0100", outcomes.note("mobile"));
    client.set_phone_details(Phone::home, "", outcomes.note("home"));
    EXPECT_EQ(server.take(), "PRP 5 PHM 555%200100\r\nPRP 6 PHH\r\n");
    say("PRP 5 54 PHM 555%200100\r\nPRP 6 55 PHH\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"mobile: done", "home: done"}));
    EXPECT_EQ(client.roster().own_phones(), (Phones{"", "", "555 0100", false}));
    say("ADD 0 FL 56 bob@example.com Bob 0\r\nBPR 57 bob@example.com PHH 1%0D%0A2\r\nBPR 57 bob@example.com MOB Y\r\n"
        "BPR 57 bob@example.com MOB Y\r\nBPR 57 mal@example.com PHH 1\r\nBPR 57 bob@example.com ABC 1\r\nBPR\r\n");
    EXPECT_EQ(seen.take(), (Events{"phones bob@example.com 1 2,,,N", "phones bob@example.com 1 2,,,Y"}));
    say("BPR 58 bob@example.com PHW " + std::string(500, '1') + "\r\n");
    EXPECT_EQ(client.roster().find("bob@example.com")->phones.work, std::string(95, '1'));
}

TEST_F(NotificationGroupsTest, ANumberWithoutAHandleBelongsToTheContactBeforeIt) {
    NotificationClient& client = log_in(11);
    say("ADC 0 FL N=bob@example.com F=Bob C=22\r\nBPR PHH 1\r\n");
    EXPECT_EQ(client.roster().find("bob@example.com")->phones.home, "1");
}

}  // namespace
}  // namespace patchcord::msn
