#include <string>

#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;
using Answer = chat::AccountVerifier::Answer;

/// What somebody is shown who comes back, with a client that cannot ask.
class IrcHistoryReturnTest : public IrcHistoryTest {
  protected:
    IrcClient come_back() {
        IrcClient ana = open_ana("server-time");
        settle();
        return ana;
    }
    void leave(IrcClient& client) {
        scheduler_.advance(std::chrono::seconds(1));
        client.send("QUIT");
        scheduler_.advance(std::chrono::seconds(1));
    }
    void say_in_a(IrcClient& client, int lines) { IrcHistoryTest::say(client, lines); }
};

TEST_F(IrcHistoryReturnTest, CommandsThatWaitDuringTheLoginDoNotOvertakeIt) {
    IrcClient ana = open();
    ana.send_raw("PASS ana:secret\r\nNICK ana\r\nUSER ana 0 * :Ana\r\nNICK other\r\nNICK third\r\n");
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(only("001", ana.take()), Lines{}) << "the markers are awaited";
    settle();
    const Lines lines = ana.take();
    EXPECT_EQ(only("001", lines).size(), 1U);
    EXPECT_EQ(only("NICK", lines).size(), 2U);
    EXPECT_TRUE(service_.lookup_user("third"));
}

TEST_F(IrcHistoryReturnTest, WhoJoinsAgainSeesOnlyWhatWasSaidMeanwhile) {
    IrcClient bob = join("bob");
    IrcClient first = come_back();
    settled(first, "JOIN #a");
    leave(first);
    say_in_a(bob, 1);
    IrcClient ana = come_back();
    EXPECT_EQ(texts(settled(ana, "JOIN #a")), Lines{"line 1"});
    say_in_a(bob, 2);
    ana.send("PART #a");
    say_in_a(bob, 1);
    EXPECT_EQ(texts(settled(ana, "JOIN #a")), Lines{"line 4"});
    scheduler_.advance(std::chrono::seconds(1));
    bob.send("KICK #a ana");
    say_in_a(bob, 1);
    EXPECT_EQ(texts(settled(ana, "JOIN #a")), Lines{"line 5"});
}

TEST_F(IrcHistoryReturnTest, OwnWordsAreNotShownAgain) {
    IrcClient bob = join("bob");
    IrcClient ana = come_back();
    ana.send("JOIN #a");
    settle();
    scheduler_.advance(std::chrono::seconds(5));
    ana.send("PRIVMSG #a :my last word");
    leave(ana);
    say_in_a(bob, 1);
    IrcClient back = come_back();
    EXPECT_EQ(texts(settled(back, "JOIN #a")), Lines{"line 1"});
}

TEST_F(IrcHistoryReturnTest, WhoIsGoneBeforeAllWasShownIsShownItTheNextTime) {
    IrcClient bob = join("bob");
    IrcClient first = come_back();
    settled(first, "JOIN #a");
    leave(first);
    say_in_a(bob, 3);
    {
        IrcClient hasty = come_back();
        hasty.send("JOIN #a");
        hasty.hang_up();
    }
    settle();
    IrcClient back = come_back();
    EXPECT_EQ(texts(settled(back, "JOIN #a")), (Lines{"line 1", "line 2", "line 3"}));
}

TEST_F(IrcHistoryReturnTest, WhatCouldNotBeReadIsShownTheNextTime) {
    IrcClient bob = join("bob");
    IrcClient first = come_back();
    settled(first, "JOIN #a");
    leave(first);
    say_in_a(bob, 1);
    history_.read_error = make_error_code(chat::Errc::list_full);
    IrcClient unlucky = come_back();
    EXPECT_EQ(texts(settled(unlucky, "JOIN #a")), Lines{});
    leave(unlucky);
    history_.read_error = {};
    IrcClient back = come_back();
    EXPECT_EQ(texts(settled(back, "JOIN #a")), Lines{"line 1"});
}

TEST_F(IrcHistoryReturnTest, LinesOfAMessageCountEachInWhatIsSentAtOnce) {
    change_options([](ServerOptions& options) { options.multiline_bytes = 64 * 1024; });
    IrcClient bob = join("bob", "batch message-tags draft/multiline");
    for (int message = 0; message < 3; ++message) {
        bob.send("BATCH +m draft/multiline #a");
        for (int line = 0; line < 90; ++line) bob.send("@batch=m PRIVMSG #a :" + std::string(200, 'x'));
        bob.send("BATCH -m");
    }
    ASSERT_EQ(history_.lines().size(), 1U + 3U);
    change_options([](ServerOptions& options) { options.sendq = 64 * 1024; });
    IrcClient ana = open_ana(modern_caps);
    ana.send("JOIN #a");
    settle();
    ana.take();
    ana.transport().stall();
    ana.send("CHATHISTORY LATEST #a * 10");
    settle();
    EXPECT_FALSE(ana.closed()) << "it goes on when the client has read";
    EXPECT_LT(ana.transport().send_queue_size(), 64U * 1024);
}

TEST_F(IrcHistoryReturnTest, WhatIsTakenBackWhileItWaitsIsNotShown) {
    IrcClient bob = join("bob", "message-tags echo-message draft/message-redaction");
    say_in_a(bob, 1);
    IrcClient old = connect("old", "server-time");
    old.send("JOIN #a");
    bob.take();
    bob.send("PRIVMSG #a :oops");
    const std::string echo = only("PRIVMSG", bob.take()).at(0);
    const std::size_t begin = echo.find("msgid=") + 6;
    bob.send("REDACT #a " + echo.substr(begin, echo.find_first_of("; ", begin) - begin));
    settle();
    EXPECT_EQ(texts(old.take()), Lines{"line 1"});
}

TEST_F(IrcHistoryReturnTest, WhatIsSaidInTheVeryMomentOfLeavingIsShownOnComingBack) {
    IrcClient bob = join("bob");
    IrcClient stays = open_ana();
    IrcClient goes = come_back();
    settled(goes, "JOIN #a");
    scheduler_.advance(std::chrono::seconds(1));
    bob.send("PRIVMSG #a :heard");
    goes.send("QUIT");
    bob.send("PRIVMSG #a :missed");
    scheduler_.advance(std::chrono::seconds(1));
    IrcClient back = come_back();
    EXPECT_EQ(texts(back.take()), Lines{"missed"});
    back.send("PART #a");
    bob.send("PRIVMSG #a :missed too");
    EXPECT_EQ(texts(settled(back, "JOIN #a")), Lines{"missed too"});
}

}  // namespace
}  // namespace patchcord::irc
