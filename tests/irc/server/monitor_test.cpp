#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcMonitorTest : public IrcTest {
  protected:
    IrcClient ana_ = connect("ana");
    IrcClient bob_ = connect("bob");
};

TEST_F(IrcMonitorTest, AddingTellsWhoIsOnlineAndWhoIsNot) {
    EXPECT_EQ(ana_.ask("MONITOR + BOB,carol,dave"),
              (Lines{":irc.test 730 ana :bob!~bob@users.test", ":irc.test 731 ana :carol,dave"}));
    EXPECT_EQ(ana_.ask("MONITOR +"), Lines{});
}

TEST_F(IrcMonitorTest, ComingAndGoingIsTold) {
    ana_.send("MONITOR + carol");
    ana_.take();
    {
        IrcClient carol = connect("Carol");
        EXPECT_EQ(ana_.take(), (Lines{":irc.test 730 ana :Carol!~Carol@users.test"}));
    }
    EXPECT_EQ(ana_.take(), (Lines{":irc.test 731 ana :Carol"}));
}

TEST_F(IrcMonitorTest, ANickChangeToAndFromTheNameIsTold) {
    ana_.send("MONITOR + bob,bobby");
    ana_.take();
    bob_.send("NICK bobby");
    EXPECT_EQ(ana_.take(), (Lines{":irc.test 731 ana :bob", ":irc.test 730 ana :bobby!~bob@users.test"}));
    bob_.send("NICK Bobby");
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(IrcMonitorTest, RemovedNamesAreNotToldOfAnyMore) {
    ana_.send("MONITOR + bob,carol");
    EXPECT_EQ(ana_.ask("MONITOR - BOB,nobody"), Lines{});
    EXPECT_EQ(ana_.ask("MONITOR L"), (Lines{":irc.test 732 ana :carol", ":irc.test 733 ana :End of MONITOR list"}));
    bob_.send("QUIT");
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_EQ(ana_.ask("MONITOR C"), Lines{});
    EXPECT_EQ(commands_of(ana_.ask("MONITOR L")), (Lines{"733"}));
    IrcClient carol = connect("carol");
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(IrcMonitorTest, StatusTellsOfAllAgain) {
    ana_.send("MONITOR + bob,carol");
    EXPECT_EQ(ana_.ask("MONITOR S"), (Lines{":irc.test 730 ana :bob!~bob@users.test", ":irc.test 731 ana :carol"}));
    EXPECT_EQ(ana_.ask("MONITOR s").size(), 2U);
}

TEST_F(IrcMonitorTest, TheListIsLimitedAndTheRestNamed) {
    change_options([](ServerOptions& options) { options.max_monitor = 2; });
    EXPECT_EQ(only("734", ana_.ask("MONITOR + a,b,c,d")), (Lines{":irc.test 734 ana 2 c,d :Monitor list is full"}));
    EXPECT_EQ(only("732", ana_.ask("MONITOR L")).front().size(), std::string(":irc.test 732 ana :a,b").size());
    EXPECT_EQ(limit_hits(Limit::monitor), 1);
    EXPECT_EQ(only("734", ana_.ask("MONITOR + A,B")), Lines{}) << "names that are there already need no room";
}

TEST_F(IrcMonitorTest, ANameIsOnTheListOnceAndIllegalOnesAreNot) {
    ana_.send("MONITOR + bob,BOB,*,#a,a!b,,");
    ana_.take();
    EXPECT_EQ(ana_.ask("MONITOR L").front(), ":irc.test 732 ana :bob");
    bob_.send("QUIT");
    EXPECT_EQ(ana_.take().size(), 1U);
}

TEST_F(IrcMonitorTest, LongListsTakeSeveralLines) {
    for (int round = 0; round < 7; ++round) {
        std::string names;
        for (int i = 0; i < 14; ++i) {
            names += "," + std::string(27, 'n') + static_cast<char>('a' + round) + static_cast<char>('a' + i);
        }
        ana_.send("MONITOR + " + names);
    }
    ana_.take();
    for (const std::string& command : Lines{"MONITOR L", "MONITOR S"}) {
        std::size_t names = 0;
        for (const std::string& line : ana_.ask(command)) {
            if (line.find(" 733 ") == std::string::npos)
                names += 1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), ','));
        }
        EXPECT_EQ(names, 98U) << command;
    }
}

TEST_F(IrcMonitorTest, WhoIsGoneWatchesNoMore) {
    ana_.send("MONITOR + bob");
    ana_.hang_up();
    IrcClient again = connect("ana");
    bob_.send("NICK bobby");
    EXPECT_TRUE(again.take().empty());
}

TEST_F(IrcMonitorTest, OneMayWatchOneself) {
    EXPECT_EQ(ana_.ask("MONITOR + ana"), (Lines{":irc.test 730 ana :ana!~ana@users.test"}));
    EXPECT_EQ(commands_of(ana_.ask("NICK anna")), (Lines{"NICK", "731"}));
    ana_.send("QUIT");
}

// extended-monitor

TEST_F(IrcMonitorTest, ChangesInAWatchedPersonAreToldEachUnderItsOwnCapability) {
    IrcClient all = connect("all", "extended-monitor away-notify account-notify chghost setname");
    IrcClient away = connect("away", "extended-monitor away-notify");
    IrcClient without = connect("without", "away-notify account-notify chghost setname");
    for (IrcClient* client : {&all, &away, &without}) {
        client->send("MONITOR + bob");
        client->take();
    }
    bob_.send("AWAY :out\r\nSETNAME :New");
    user("bob").set_account("acc");
    user("bob").set_host("b", "new.test");
    EXPECT_EQ(all.take(), (Lines{":bob!~bob@users.test AWAY :out", ":bob!~bob@users.test SETNAME :New",
                                 ":bob!~bob@users.test ACCOUNT acc", ":bob!~bob@users.test CHGHOST b new.test"}));
    EXPECT_EQ(away.take(), (Lines{":bob!~bob@users.test AWAY :out"}));
    EXPECT_TRUE(without.take().empty());
}

TEST_F(IrcMonitorTest, AnUnknownSubcommandIsAnswered) {
    EXPECT_EQ(commands_of(bob_.ask("MONITOR Q")), (Lines{"400"}));
}

TEST_F(IrcMonitorTest, WhoSharesAChannelAndWatchesIsToldOnce) {
    IrcClient both = join("both", "extended-monitor away-notify chghost");
    both.send("MONITOR + bob");
    bob_.send("JOIN #a");
    both.take();
    bob_.send("AWAY :out");
    user("bob").set_host("b", "new.test");
    EXPECT_EQ(commands_of(both.take()), (Lines{"AWAY", "CHGHOST"}));
}

}  // namespace
}  // namespace patchcord::irc
