#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"
#include "tests/support/manual_offline_box.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

/// bob is away and expected back; mal is nobody.
class IrcKeptTest : public IrcTest {
  protected:
    IrcKeptTest() {
        server_.environment().offline_box = &box_;
        box_.expect("bob");
    }
    ~IrcKeptTest() override { server_.environment().offline_box = nullptr; }
    IrcKeptTest(const IrcKeptTest&) = delete;
    IrcKeptTest& operator=(const IrcKeptTest&) = delete;

    /// Gives `nick` what carol, who is not here, said an hour before the clock began.
    std::error_code deliver(std::string_view nick, std::string text,
                            chat::WallTime sent_at = tests::ManualScheduler::wall_start - 1h) {
        chat::Profile carol;
        carol.username = "carol";
        carol.host = "irc.test";
        return service_.deliver_kept(user(nick), "carol", std::move(carol), std::move(text), sent_at);
    }

    tests::ManualOfflineBox box_;
};

// sending

TEST_F(IrcKeptTest, TheSenderIsToldOnceWhenItIsSafe) {
    IrcClient ana = connect("ana", "standard-replies");
    EXPECT_EQ(ana.ask("PRIVMSG bob :one"), Lines{});
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: one"}));
    box_.answer();
    EXPECT_EQ(ana.take(),
              (Lines{":irc.test NOTE PRIVMSG KEPT bob :bob is not signed in; your messages wait until they are"}));
    ana.send("PRIVMSG bob :two");
    box_.answer();
    EXPECT_EQ(ana.take(), Lines{});
}

TEST_F(IrcKeptTest, ClientsWithoutStandardRepliesAreToldInANotice) {
    IrcClient ana = connect("ana");
    ana.send("PRIVMSG bob :one");
    box_.answer();
    EXPECT_EQ(commands_of(ana.take()), (Lines{"NOTICE"}));
}

TEST_F(IrcKeptTest, WhatCouldNotBeKeptIsSaidEachTime) {
    IrcClient ana = connect("ana", "standard-replies");
    for (int i = 0; i < 2; ++i) {
        ana.send("PRIVMSG bob :one");
        box_.answer(chat::Errc::list_full);
        const Lines told = ana.take();
        ASSERT_EQ(told.size(), 1U);
        EXPECT_TRUE(told.front().starts_with(":irc.test FAIL PRIVMSG UNDELIVERED bob :")) << told.front();
    }
}

TEST_F(IrcKeptTest, ANoticeIsKeptWithoutAWord) {
    IrcClient ana = connect("ana", "standard-replies");
    ana.send("NOTICE bob :psst");
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: psst"}));
    box_.answer(chat::Errc::list_full);
    EXPECT_EQ(ana.take(), Lines{});
}

TEST_F(IrcKeptTest, TheNextCommandWaitsUntilAllOfTheLastAreSafe) {
    box_.expect("zoe");
    IrcClient ana = connect("ana", "standard-replies");
    ana.send("PRIVMSG bob,zoe :both");
    ana.send("PING x");
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: both", "ana -> zoe: both"}));
    box_.answer();
    EXPECT_EQ(commands_of(ana.take()), (Lines{"NOTE"}));
    box_.answer();
    EXPECT_EQ(commands_of(ana.take()), (Lines{"NOTE", "PONG"}));
}

TEST_F(IrcKeptTest, WhoLeavesBeforeItIsSafeIsNotTold) {
    {
        IrcClient ana = connect("ana");
        ana.send("PRIVMSG bob :one");
    }
    box_.answer();
    IrcClient next = connect("ana");
    EXPECT_EQ(next.take(), Lines{});
}

TEST_F(IrcKeptTest, WhatMakesSenseOnlyAtOnceIsRefused) {
    IrcClient ana = connect("ana", "message-tags");
    EXPECT_EQ(commands_of(ana.ask("PRIVMSG bob :\x01VERSION\x01")), (Lines{"401"}));
    EXPECT_EQ(commands_of(ana.ask("@+typing=active TAGMSG bob")), (Lines{"401"}));
    EXPECT_EQ(commands_of(ana.ask("PRIVMSG mal :hello")), (Lines{"401"}));
    EXPECT_EQ(box_.take(), Lines{});
    ana.send(
        "PRIVMSG bob :\x01"
        "ACTION waves\x01");
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: *ana waves*"}));
}

// to somebody who has just come

TEST_F(IrcKeptTest, WhatIsSentToSomebodyWhoArrivesIsKeptWithoutAWord) {
    IrcClient ana = connect("ana", "standard-replies message-tags");
    IrcClient bob = connect("bob", "message-tags");
    user("bob").await_mail();
    ana.send("PRIVMSG bob :one");
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: one"}));
    box_.answer();
    EXPECT_EQ(ana.take(), Lines{});
    EXPECT_EQ(bob.take(), Lines{});
    ana.send("PRIVMSG bob :two");
    box_.answer(chat::Errc::list_full);
    EXPECT_EQ(commands_of(ana.take()), (Lines{"FAIL"}));
    ana.send("PRIVMSG bob :\x01VERSION\x01");
    ana.send("@+typing=active TAGMSG bob");
    EXPECT_EQ(commands_of(bob.take()), (Lines{"PRIVMSG", "TAGMSG"})) << "what cannot wait";
    user("bob").mail_arrived();
    ana.send("PRIVMSG bob :three");
    EXPECT_EQ(box_.take(), (Lines{"ana -> bob: two"}));
    EXPECT_EQ(commands_of(bob.take()), (Lines{"PRIVMSG"}));
}

TEST_F(IrcKeptTest, WhoArrivesAndIsNotExpectedGetsEverythingAtOnce) {
    IrcClient ana = connect("ana");
    IrcClient zoe = connect("zoe");
    user("zoe").await_mail();
    ana.send("PRIVMSG zoe :one");
    EXPECT_EQ(commands_of(zoe.take()), (Lines{"PRIVMSG"}));
}

// receiving

TEST_F(IrcKeptTest, TheTimeIsATagOrStandsInWords) {
    IrcClient modern = connect("modern", "server-time");
    IrcClient old = connect("old");
    EXPECT_FALSE(deliver("modern", "hello"));
    EXPECT_FALSE(deliver("old", "hello"));
    EXPECT_EQ(modern.take(), (Lines{"@time=2023-11-14T21:13:20.000Z :carol!carol@irc.test PRIVMSG modern :hello"}));
    EXPECT_EQ(old.take(), (Lines{":carol!carol@irc.test PRIVMSG old :[2023-11-14T21:13Z] hello"}));
}

TEST_F(IrcKeptTest, WhatWasSaidSinceTheLoginHasNoDateInWords) {
    advance(1h);
    IrcClient old = connect("old");
    EXPECT_FALSE(deliver("old", "hello", scheduler_.wall_now()));
    EXPECT_EQ(old.take(), (Lines{":carol!carol@irc.test PRIVMSG old :hello"}));
}

TEST_F(IrcKeptTest, AClientThatHasALotToReadTakesNoMore) {
    change_options([](ServerOptions& options) { options.sendq = 32 * 1024; });
    IrcClient bob = connect("bob");
    bob.transport().stall();
    int taken = 0;
    std::error_code refused;
    while (!refused && taken < 1000) {
        refused = deliver("bob", std::string(300, 'x'));
        if (!refused) ++taken;
    }
    EXPECT_EQ(refused, chat::Errc::queue_full);
    EXPECT_LE(bob.transport().send_queue_size(), 9U * 1024);
    EXPECT_GT(taken, 10);
    EXPECT_FALSE(bob.closed());
    bob.transport().drain();
    EXPECT_FALSE(deliver("bob", "one more"));
}

TEST_F(IrcKeptTest, LinesOfAKeptTextCannotLeaveTheirMessage) {
    IrcClient bob = connect("bob");
    EXPECT_FALSE(deliver("bob", "one\r\nQUIT\n:x PRIVMSG bob :no"));
    const Lines lines = bob.take();
    EXPECT_EQ(lines.size(), 3U);
    for (const std::string& line : lines) EXPECT_TRUE(line.starts_with(":carol!carol@irc.test PRIVMSG bob :")) << line;
}

}  // namespace
}  // namespace patchcord::irc
