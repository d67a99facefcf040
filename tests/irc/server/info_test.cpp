#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "irc/server/command_table.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcInfoTest : public IrcTest {
  protected:
    IrcClient ana_ = connect("ana");
};

TEST_F(IrcInfoTest, LusersCountsPeople) {
    IrcClient bob = join("bob");
    bob.send("MODE bob +i");
    make_operator(bob);
    IrcClient silent = open();
    EXPECT_EQ(ana_.ask("LUSERS"),
              (Lines{":irc.test 251 ana :There are 1 users and 1 invisible on 1 servers",
                     ":irc.test 252 ana 1 :operator(s) online", ":irc.test 253 ana 1 :unknown connection(s)",
                     ":irc.test 254 ana 1 :channels formed", ":irc.test 255 ana :I have 2 clients and 0 servers",
                     ":irc.test 265 ana 2 2 :Current local users 2, max 2",
                     ":irc.test 266 ana 2 2 :Current global users 2, max 2"}));
}

TEST_F(IrcInfoTest, CountsReturnToWhatTheyWere) {
    const Lines before = ana_.ask("LUSERS");
    {
        IrcClient silent = open();
        IrcClient closed = open();
        closed.send("QUIT");
        IrcClient slow = open();
        slow.transport().stall(0);
        slow.send("PING x");
    }
    // A handshake that fails ends a session that never began.
    server_.make_session().reset();
    EXPECT_EQ(ana_.ask("LUSERS"), before);
    EXPECT_EQ(server_.metrics().connections.value(), 1);
    EXPECT_EQ(server_.metrics().registered.value(), 1);
    EXPECT_EQ(server_.unregistered(), 0U);
}

TEST_F(IrcInfoTest, AMissingMessageOfTheDayIsSaidToBeMissing) {
    EXPECT_EQ(ana_.ask("MOTD"), (Lines{":irc.test 422 ana :MOTD File is missing"}));
    change_options([](ServerOptions& options) { options.motd = {"one", "two"}; });
    EXPECT_EQ(commands_of(ana_.ask("MOTD irc.test")), (Lines{"375", "372", "372", "376"}));
}

TEST_F(IrcInfoTest, CommandsToAnotherServerAreRefused) {
    for (const std::string command : {"MOTD", "VERSION", "TIME", "INFO"}) {
        EXPECT_EQ(ana_.ask(command + " other.test"), (Lines{":irc.test 402 ana other.test :No such server"}));
        EXPECT_NE(commands_of(ana_.ask(command + " IRC.*")).front(), "402");
        EXPECT_NE(commands_of(ana_.ask(command + " ana")).front(), "402");
    }
}

TEST_F(IrcInfoTest, VersionNamesTheServerAndRepeatsWhatItSupports) {
    const Lines lines = ana_.ask("VERSION");
    EXPECT_EQ(lines.front(), ":irc.test 351 ana patchcord-test irc.test :MSN Messenger and IRC in one room");
    EXPECT_GT(only("005", lines).size(), 1U);
}

TEST_F(IrcInfoTest, TimeIsTheServersClock) {
    advance(1s);
    EXPECT_EQ(ana_.ask("TIME"), (Lines{":irc.test 391 ana irc.test 1700000001 0 :2023-11-14T22:13:21.000Z"}));
}

TEST_F(IrcInfoTest, OperatorsAloneAreToldOfTrouble) {
    IrcClient bob = connect("bob");
    IrcClient stranger = open();
    make_operator(bob);
    server_.tell_operators("The database of accounts works again, to write");
    EXPECT_EQ(bob.take(), (Lines{":*patchcord!patchcord@irc.test NOTICE bob :The database of accounts works again, to "
                                 "write"}));
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(stranger.take(), Lines{});
}

TEST_F(IrcInfoTest, InfoEndsWithItsEnd) {
    EXPECT_EQ(commands_of(ana_.ask("INFO")).back(), "374");
    EXPECT_NE(ana_.ask("INFO").front().find("patchcord-test"), std::string::npos);
}

TEST_F(IrcInfoTest, HelpNamesEveryCommandAndExplainsEach) {
    std::string index;
    for (const std::string& line : ana_.ask("HELP")) index += " " + line.substr(line.rfind(':') + 1) + " ";
    for (const CommandInfo& command : all_commands()) {
        EXPECT_NE(index.find(" " + std::string(command.name) + " "), std::string::npos) << command.name;
        const Lines lines = ana_.ask("HELP " + std::string(command.name));
        EXPECT_EQ(commands_of(lines), (Lines{"704", "705", "706"}));
        EXPECT_NE(lines[1].find(std::string(command.usage)), std::string::npos);
    }
    EXPECT_EQ(commands_of(ana_.ask("HELPOP privmsg")), (Lines{"704", "705", "706"}));
    EXPECT_EQ(ana_.ask("HELP nothing"), (Lines{":irc.test 524 ana nothing :No help available on this topic"}));
}

TEST_F(IrcInfoTest, LinksShowOneServer) {
    EXPECT_EQ(ana_.ask("LINKS"),
              (Lines{":irc.test 364 ana irc.test irc.test :0 A test", ":irc.test 365 ana * :End of /LINKS list"}));
}

TEST_F(IrcInfoTest, StatsTellUptimeToAllAndCountersToOperators) {
    advance(24h * 2 + 3h + 4min + 5s);
    IrcClient bob = connect("bob");
    EXPECT_EQ(bob.ask("STATS u"),
              (Lines{":irc.test 242 bob :Server Up 2 days 3:04:05", ":irc.test 219 bob u :End of /STATS report"}));
    EXPECT_EQ(bob.ask("STATS x"), (Lines{":irc.test 219 bob x :End of /STATS report"}));
    EXPECT_EQ(commands_of(bob.ask("STATS z")), (Lines{"481"}));
    make_operator(bob);
    const Lines lines = bob.ask("STATS z");
    EXPECT_EQ(lines.back(), ":irc.test 219 bob z :End of /STATS report");
    EXPECT_NE(std::find(lines.begin(), lines.end(), ":irc.test 249 bob :patchcord_irc_registered_clients 1"),
              lines.end());
}

TEST_F(IrcInfoTest, AStatsLetterOutsideAsciiIsAnsweredInLegalUtf8) {
    EXPECT_EQ(commands_of(ana_.ask("STATS \xC3\xA9")), (Lines{"219"}));
}

}  // namespace
}  // namespace patchcord::irc
