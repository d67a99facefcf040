#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

ServerOptions options_with_flood_control() {
    ServerOptions options = tests::irc_options();
    options.flood = {5, 2};
    options.flood_timeout = 60s;
    options.ping_interval = 1h;
    return options;
}

class IrcFloodTest : public IrcTest {
  protected:
    IrcFloodTest() : IrcTest(options_with_flood_control()) {}

    // Registration pays with the same tokens: there must be time for them.
    IrcClient rested(std::string_view nick) {
        IrcClient client = connect(nick);
        advance(10s);
        return client;
    }
    static std::string repeated(const std::string& line, std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i) text += line + "\r\n";
        return text;
    }
};

TEST_F(IrcFloodTest, ABurstIsRunAtOnceAndTheRestAtTheRate) {
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("PING x", 10));
    EXPECT_EQ(ana.take().size(), 5U);
    advance(501ms);
    EXPECT_EQ(ana.take().size(), 1U);
    advance(1s);
    EXPECT_EQ(ana.take().size(), 2U);
    advance(1010ms);
    EXPECT_EQ(ana.take().size(), 2U);
    advance(10s);
    EXPECT_TRUE(ana.take().empty());
    EXPECT_FALSE(ana.closed());
    EXPECT_GT(limit_hits(Limit::flood), 0);
}

TEST_F(IrcFloodTest, ItIsLoggedOnceAConnection) {
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("PING x", 100));
    advance(60s);
    EXPECT_EQ(log_.count("limit hit limit=flood nick=ana address=192.0.2.1"), 1U);
}

TEST_F(IrcFloodTest, AnswersAndMessagesKeepTheirOrder) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    advance(10s);
    ana.take();
    bob.send(
        "PING 1\r\nPRIVMSG #a :2\r\nPING 3\r\nPRIVMSG ana :4\r\nPRIVMSG bob :5\r\nPING 6\r\nNOTICE bob :7\r\nPING 8");
    advance(10s);
    EXPECT_EQ(bob.take(), (Lines{":irc.test PONG irc.test :1", ":irc.test PONG irc.test :3",
                                 ":bob!~bob@users.test PRIVMSG bob :5", ":irc.test PONG irc.test :6",
                                 ":bob!~bob@users.test NOTICE bob :7", ":irc.test PONG irc.test :8"}));
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test PRIVMSG #a :2", ":bob!~bob@users.test PRIVMSG ana :4"}));
}

TEST_F(IrcFloodTest, ADearCommandCostsMoreAlsoWhenTheBucketIsNearlyEmpty) {
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("MOTD", 40));  // costs 2
    advance(10s);
    EXPECT_LE(only("422", ana.take()).size(), 2U + 11U) << "a burst of 5 and 20 more tokens";
}

TEST_F(IrcFloodTest, EmptyLinesAreNotFree) {
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("", 9) + "PING x\r\n");
    EXPECT_TRUE(ana.take().empty());
    advance(3s);
    EXPECT_EQ(ana.take().size(), 1U);
}

TEST_F(IrcFloodTest, ABacklogStopsTheReaderUntilHalfOfItIsGone) {
    IrcClient ana = rested("ana");
    const std::string line = "PRIVMSG ana :" + std::string(400, 'x');
    ana.send_raw(repeated(line, 30));
    EXPECT_TRUE(ana.transport().reading_paused());
    EXPECT_EQ(ana.take().size(), 5U);
    advance(5s);
    EXPECT_TRUE(ana.transport().reading_paused());
    advance(3s);
    EXPECT_FALSE(ana.transport().reading_paused());
    advance(10s);
    EXPECT_EQ(ana.take().size(), 25U);
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcFloodTest, WhoKeepsABacklogAllTheTimeIsSentAway) {
    IrcClient bob = join("bob");
    IrcClient ana = join("ana");
    advance(10s);
    bob.take();
    const std::string some = repeated("PRIVMSG ana :" + std::string(400, 'x'), 13);
    ana.send_raw(some + some + some);
    for (int i = 0; i < 59 && !ana.closed(); ++i) {
        if (!ana.transport().reading_paused()) ana.send_raw(some);
        advance(1s);
    }
    EXPECT_FALSE(ana.closed());
    ana.take();
    advance(2s);
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(only("ERROR", ana.take()), (Lines{"ERROR :Closing Link: ana (Excess Flood)"}));
    EXPECT_EQ(bob.take(), (Lines{":ana!~ana@users.test QUIT :Excess Flood"}));
    EXPECT_EQ(limit_hits(Limit::flood_closed), 1);
    advance(10s);
    EXPECT_EQ(limit_hits(Limit::flood_closed), 1);
}

TEST_F(IrcFloodTest, ABacklogThatEndsInTimeIsForgiven) {
    IrcClient ana = rested("ana");
    const std::string some = repeated("PRIVMSG ana :" + std::string(400, 'x'), 30);
    for (int i = 0; i < 5; ++i) {
        ana.send_raw(some);
        EXPECT_TRUE(ana.transport().reading_paused()) << i;
        advance(20s);
        EXPECT_FALSE(ana.transport().reading_paused()) << i;
    }
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcFloodTest, OneFloodsOthersDoNotWait) {
    IrcClient ana = rested("ana");
    IrcClient bob = rested("bob");
    ana.send_raw(repeated("PING x", 100));
    EXPECT_EQ(bob.ask("PING x").size(), 1U);
}

TEST_F(IrcFloodTest, WhoLeavesInTheMiddleLeavesNothingBehind) {
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("PING x", 20));
    ana.hang_up();
    advance(10s);
    SUCCEED();
}

TEST_F(IrcFloodTest, ALongAnswerBegunWhileFloodControlWaitsLeavesNoTimerBehind) {
    for (int i = 0; i < 150; ++i) (*service_.create_group("#c" + std::to_string(i)))->set_permanent(true);
    IrcClient ana = rested("ana");
    ana.send_raw(repeated("PING x", 5) + "LIST\r\n");
    advance(500ms);  // one token is there, and the timer has a moment to go
    ana.send_raw("PING");
    EXPECT_EQ(only("321", ana.take()).size(), 1U);
    ana.hang_up();
    advance(10s);
    SUCCEED();
}

TEST_F(IrcFloodTest, ALongAnswerLeavesWhatFloodControlHeldBackToBeRunAfterwards) {
    for (int i = 0; i < 150; ++i) (*service_.create_group("#c" + std::to_string(i)))->set_permanent(true);
    IrcClient ana = rested("ana");
    ana.send_raw("LIST\r\n" + repeated("PING x", 20));
    advance(20s);
    const Lines commands = commands_of(ana.take());
    ASSERT_EQ(commands.size(), 1U + 150U + 1U + 20U);
    EXPECT_EQ(commands[151], "323");
    EXPECT_EQ(commands[152], "PONG");
}

TEST_F(IrcFloodTest, ALineWithoutAnEndIsEndedAtTheInputLimit) {
    IrcClient ana = rested("ana");
    IrcClient early = open();
    for (IrcClient* client : {&ana, &early}) {
        for (int i = 0; i < 10; ++i) client->send_raw(std::string(1024, 'x'));
        EXPECT_FALSE(client->closed());
        client->send_raw("x");
        EXPECT_TRUE(client->closed());
    }
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: ana (ReadQ exceeded)"}));
    EXPECT_EQ(limit_hits(Limit::readq), 2);
}

TEST_F(IrcFloodTest, ATooLongLineIsRefusedWholeAndTheNextOneRuns) {
    IrcClient bob = join("bob");
    IrcClient ana = join("ana");
    advance(10s);
    bob.take();
    ana.send("PRIVMSG #a :" + std::string(600, 'a'));
    ana.send("@+a=" + std::string(4095, 'x') + " PRIVMSG #a :hi");
    ana.send("PING x");
    EXPECT_EQ(ana.take(), (Lines{":irc.test 417 ana :Input line was too long",
                                 ":irc.test 417 ana :Input line was too long", ":irc.test PONG irc.test :x"}));
    EXPECT_TRUE(bob.take().empty());
    EXPECT_EQ(limit_hits(Limit::line_length), 2);
}

}  // namespace
}  // namespace patchcord::irc
