#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

class IrcLivenessTest : public IrcTest {};

TEST_F(IrcLivenessTest, AClientsPingIsAnsweredWithTheTokenLast) {
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask("PING token"), (Lines{":irc.test PONG irc.test :token"}));
    EXPECT_EQ(ana.ask("PING :two words"), (Lines{":irc.test PONG irc.test :two words"}));
    EXPECT_EQ(ana.ask("PING"), (Lines{":irc.test 409 ana :No origin specified"}));
    EXPECT_EQ(ana.ask("PING :"), (Lines{":irc.test 409 ana :No origin specified"}));
}

TEST_F(IrcLivenessTest, SilenceIsPingedAndThenEnded) {
    IrcClient ana = connect("ana");
    IrcClient bob = join("bob");
    ana.send("JOIN #a");
    ana.take();
    bob.take();
    advance(89s);
    EXPECT_TRUE(ana.take().empty());
    bob.send("PING x");
    bob.take();
    advance(1s);
    EXPECT_EQ(ana.take(), (Lines{"PING :irc.test"}));
    advance(59s);
    EXPECT_FALSE(ana.closed());
    bob.send("PING x");
    bob.take();
    advance(1s);
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: ana (Ping timeout: 150 seconds)"}));
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(bob.take(), (Lines{":ana!~ana@users.test QUIT :Ping timeout: 150 seconds"}));
    EXPECT_EQ(limit_hits(Limit::ping_timeout), 1);
}

TEST_F(IrcLivenessTest, AnyByteIsASignOfLife) {
    IrcClient ana = connect("ana");
    for (int i = 0; i < 10; ++i) {
        advance(80s);
        ana.send_raw("\r\n");
    }
    EXPECT_TRUE(ana.take().empty());
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcLivenessTest, APongStartsTheCountAfresh) {
    IrcClient ana = connect("ana");
    for (int i = 0; i < 5; ++i) {
        advance(90s);
        ASSERT_EQ(ana.take(), (Lines{"PING :irc.test"})) << i;
        ana.send("PONG :irc.test");
    }
    advance(89s);
    EXPECT_TRUE(ana.take().empty());
    advance(1s);
    EXPECT_EQ(ana.take().size(), 1U);
}

TEST_F(IrcLivenessTest, AnAnswerAtTheLastMomentCounts) {
    IrcClient ana = connect("ana");
    advance(149s);
    ana.send("PONG x");
    ana.take();
    advance(1s);
    EXPECT_FALSE(ana.closed());
    advance(88s);
    EXPECT_TRUE(ana.take().empty());
    advance(1s);
    EXPECT_EQ(ana.take(), (Lines{"PING :irc.test"}));
}

TEST_F(IrcLivenessTest, ALongerTimeoutThanIntervalIsKeptTo) {
    change_options([](ServerOptions& options) {
        options.ping_interval = 10s;
        options.ping_timeout = 100s;
    });
    IrcClient ana = connect("ana");
    advance(109s);
    EXPECT_FALSE(ana.closed());
    EXPECT_EQ(ana.take(), (Lines{"PING :irc.test"}));
    advance(1s);
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: ana (Ping timeout: 110 seconds)"}));
}

TEST_F(IrcLivenessTest, NoTimerOutlivesTheConnection) {
    const std::size_t before = scheduler_.pending();
    {
        IrcClient ana = connect("ana");
        IrcClient bob = open();
        EXPECT_EQ(scheduler_.pending(), before + 2);
    }
    advance(0ms);
    EXPECT_EQ(scheduler_.pending(), before);
}

}  // namespace
}  // namespace patchcord::irc
