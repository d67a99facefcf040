#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "irc/wire/caps.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/manual_account_desk.hpp"
#include "tests/support/manual_accounts.hpp"
#include "tests/support/memory_history.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

const std::string all_names =
    "account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/extended-isupport "
    "draft/message-redaction draft/metadata-2 draft/multiline draft/pre-away draft/read-marker echo-message "
    "extended-join extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names "
    "server-time setname standard-replies userhost-in-names";

class IrcCapabilitiesTest : public IrcTest {
  protected:
    // The names in the lines of CAP LS, without their values.
    static std::string names_in(const Lines& lines) {
        std::string names;
        for (const std::string& line : lines) {
            std::istringstream words(line.substr(line.rfind(':') + 1));
            for (std::string word; words >> word;) names += (names.empty() ? "" : " ") + word.substr(0, word.find('='));
        }
        return names;
    }
};

TEST_F(IrcCapabilitiesTest, LsNamesAllOfThem) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP LS"), (Lines{":irc.test CAP * LS :" + all_names}));
    EXPECT_EQ(names_in(ana.ask("CAP LS 302")), all_names);
    EXPECT_EQ(names_in(ana.ask("cap ls 302")), all_names);
}

TEST_F(IrcCapabilitiesTest, WhoKnowsNoContinuationGetsWholeNamesThatFitOneLine) {
    change_options([](ServerOptions& options) { options.name = std::string(200, 's'); });
    IrcClient ana = open();
    const Lines lines = ana.ask("CAP LS");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_LE(lines.front().size(), 510U);
    std::string words = lines.front().substr(lines.front().find(" :") + 2);
    while (!words.empty()) {
        const std::string word = words.substr(0, words.find(' '));
        EXPECT_TRUE(find_cap(word)) << word;
        words.erase(0, word.size() + 1);
    }
}

TEST_F(IrcCapabilitiesTest, NegotiationHoldsRegistrationBackUntilItsEnd) {
    for (const std::string opening : {"CAP LS", "CAP LS 302", "CAP REQ :batch", "CAP REQ :unknown"}) {
        IrcClient ana = open();
        ana.send(opening);
        ana.send("NICK ana\r\nUSER a 0 * :a");
        EXPECT_TRUE(only("001", ana.take()).empty()) << opening;
        ana.send("CAP END");
        EXPECT_EQ(only("001", ana.take()).size(), 1U) << opening;
    }
}

TEST_F(IrcCapabilitiesTest, ListDoesNotOpenNegotiation) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"}));
    ana.send("NICK ana\r\nUSER a 0 * :a");
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
}

TEST_F(IrcCapabilitiesTest, ReqIsAllOrNothing) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP REQ :batch unknown"), (Lines{":irc.test CAP * NAK :batch unknown"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"}));
    EXPECT_EQ(ana.ask("CAP REQ :batch setname"), (Lines{":irc.test CAP * ACK :batch setname"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :batch setname"}));
    EXPECT_EQ(ana.ask("CAP REQ :-batch -unknown"), (Lines{":irc.test CAP * NAK :-batch -unknown"}));
    EXPECT_EQ(ana.ask("CAP REQ :-batch chghost"), (Lines{":irc.test CAP * ACK :-batch chghost"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :chghost setname"}));
}

TEST_F(IrcCapabilitiesTest, WhatIsOnAlreadyOrOffAlreadyIsGranted) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP REQ :batch"), (Lines{":irc.test CAP * ACK :batch"}));
    EXPECT_EQ(ana.ask("CAP REQ :batch"), (Lines{":irc.test CAP * ACK :batch"}));
    EXPECT_EQ(ana.ask("CAP REQ :-setname "), (Lines{":irc.test CAP * ACK :-setname "}));
}

TEST_F(IrcCapabilitiesTest, StsValuesAndOtherCaseAreRefused) {
    IrcClient ana = open();
    for (const std::string list : {"sts", "Batch", "batch=1", "-", "sasl"}) {
        EXPECT_EQ(ana.ask("CAP REQ :" + list), (Lines{":irc.test CAP * NAK :" + list}));
    }
}

TEST_F(IrcCapabilitiesTest, HundredsOfUnknownOnesAreOneRefusal) {
    IrcClient ana = open();
    std::string list;
    for (int i = 0; i < 160; ++i) list += "x" + std::to_string(i % 10) + " ";
    EXPECT_EQ(commands_of(ana.ask("CAP REQ :" + list)), (Lines{"CAP"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"}));
}

TEST_F(IrcCapabilitiesTest, Version302TurnsCapNotifyOnForGood) {
    IrcClient ana = open();
    ana.send("CAP LS 302");
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
    EXPECT_EQ(ana.ask("CAP REQ :-cap-notify"), (Lines{":irc.test CAP * ACK :-cap-notify"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
    ana.send("CAP LS");
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
}

TEST_F(IrcCapabilitiesTest, AnOlderClientMayTurnCapNotifyOnAndOff) {
    IrcClient ana = open();
    ana.send("CAP LS 301");
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"}));
    ana.send("CAP REQ :cap-notify");
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
    ana.send("CAP REQ :-cap-notify");
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"}));
}

TEST_F(IrcCapabilitiesTest, AVersionThatIsNoNumberIsNone) {
    for (const std::string version : {"", "x", "-1", "302x", "3 02"}) {
        IrcClient ana = open();
        ana.send("CAP LS " + version);
        EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :"})) << version;
    }
}

TEST_F(IrcCapabilitiesTest, AVersionFromAFarFutureIsAtLeast302) {
    IrcClient ana = open();
    EXPECT_NE(ana.ask("CAP LS 99999999999999999999").front().find(" LS * :"), std::string::npos);
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify"}));
}

TEST_F(IrcCapabilitiesTest, AnUnknownSubcommandIsRefusedAndEndMayBeSaidTwice) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP FOO"), (Lines{":irc.test 410 * FOO :Invalid CAP command"}));
    EXPECT_EQ(ana.ask("CAP"), (Lines{":irc.test 461 * CAP :Not enough parameters"}));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(ana.ask("CAP END"), Lines{});
    ana.send("NICK ana\r\nUSER a 0 * :a");
    ana.take();
    EXPECT_EQ(ana.ask("CAP END"), Lines{});
}

TEST_F(IrcCapabilitiesTest, RegisteredClientsNegotiateWithTheirNick) {
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask("CAP REQ :batch"), (Lines{":irc.test CAP ana ACK :batch"}));
    EXPECT_EQ(ana.ask("CAP LS").front(), ":irc.test CAP ana LS :" + all_names);
    EXPECT_EQ(ana.ask("PING x").size(), 1U);
}

TEST_F(IrcCapabilitiesTest, EachCapabilityCanBeHadAlone) {
    tests::ManualAccounts accounts;
    tests::ManualAccountDesk desk;
    server_.environment().accounts = &accounts;
    server_.environment().account_desk = &desk;
    tests::MemoryHistory history;
    server_.keep_history(history);
    change_options([](ServerOptions& options) { options.account_registration = true; });
    for (const CapInfo& info : all_caps()) {
        IrcClient ana = open();
        ana.send("CAP REQ " + std::string(info.name));
        const std::string list = ana.ask("CAP LIST").front();
        EXPECT_NE(list.find("LIST :" + std::string(info.name)), std::string::npos) << list;
    }
}

}  // namespace
}  // namespace patchcord::irc
