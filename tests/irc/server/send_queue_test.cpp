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

class IrcSendQueueTest : public IrcTest {};

TEST_F(IrcSendQueueTest, TheTransportIsToldTheLimit) {
    change_options([](ServerOptions& options) { options.sendq = 12345; });
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.transport().limit(), 12345U);
}

TEST_F(IrcSendQueueTest, ASlowReaderIsClosedAndTheOthersSeeItQuit) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    IrcClient slow = join("slow");
    ana.take();
    bob.take();
    slow.transport().stall(100);
    for (int i = 0; i < 5; ++i) ana.send("PRIVMSG #a :" + std::string(20, 'x'));
    EXPECT_TRUE(slow.transport().closed_now());
    EXPECT_EQ(slow.transport().close_reason(), "SendQ exceeded");
    EXPECT_EQ(only("QUIT", ana.take()), (Lines{":slow!~slow@users.test QUIT :SendQ exceeded"}));
    const Lines heard = bob.take();
    EXPECT_EQ(only("PRIVMSG", heard).size(), 5U) << "nobody else misses a line";
    EXPECT_EQ(only("QUIT", heard).size(), 1U);
    EXPECT_EQ(limit_hits(Limit::sendq), 1);
    EXPECT_EQ(group("#a").size(), 2U);
}

TEST_F(IrcSendQueueTest, TheNickOfASlowReaderIsFreeAtOnce) {
    IrcClient ana = join("ana");
    IrcClient slow = join("slow");
    slow.transport().stall(0);
    ana.send("PRIVMSG #a :x");
    IrcClient again = connect("slow");
    slow.hang_up();
    EXPECT_TRUE(service_.lookup_user("slow"));
    EXPECT_EQ(server_.metrics().registered.value(), 2);
}

TEST_F(IrcSendQueueTest, WhatASlowReaderSendsAfterwardsIsNotRun) {
    IrcClient ana = join("ana");
    IrcClient slow = join("slow");
    slow.transport().stall(0);
    ana.send("PRIVMSG #a :x");
    ana.take();
    slow.send("PRIVMSG #a :ghost\r\nJOIN #b\r\nNICK other");
    EXPECT_TRUE(ana.take().empty());
    EXPECT_FALSE(service_.lookup_group("#b"));
    advance(1h);
}

TEST_F(IrcSendQueueTest, AMessageToASlowReaderAloneEndsItAndTellsTheSender) {
    IrcClient ana = connect("ana", "standard-replies");
    IrcClient slow = connect("slow");
    slow.transport().stall(0);
    ana.send("PRIVMSG slow :hi");
    EXPECT_TRUE(slow.closed());
    EXPECT_EQ(ana.take(), (Lines{":irc.test FAIL PRIVMSG UNDELIVERED slow :slow did not get your message: "
                                 "SendQ exceeded"}));
    EXPECT_EQ(commands_of(ana.ask("PRIVMSG slow :hi")), (Lines{"401"}));
}

TEST_F(IrcSendQueueTest, AMemberWhoFailsInAGroupIsReportedToTheSender) {
    IrcClient ana = join("ana");
    IrcClient slow = join("slow");
    ana.take();
    slow.transport().stall(0);
    ana.send("PRIVMSG #a :hi");
    EXPECT_EQ(ana.take(), (Lines{":irc.test NOTICE ana :slow did not get your message \"hi\": SendQ exceeded",
                                 ":slow!~slow@users.test QUIT :SendQ exceeded"}));
}

TEST_F(IrcSendQueueTest, AnswersToOnesOwnCommandsCountToo) {
    IrcClient ana = join("ana");
    IrcClient slow = join("slow");
    ana.take();
    slow.transport().stall(1000);
    for (int i = 0; i < 100; ++i) slow.send("PING " + std::string(50, 'x'));
    EXPECT_TRUE(slow.transport().closed_now());
    slow.hang_up();
    EXPECT_EQ(ana.take(), (Lines{":slow!~slow@users.test QUIT :SendQ exceeded"}));
}

TEST_F(IrcSendQueueTest, TheReasonStaysTheTrueOneForAMessageThatArrivesMeanwhile) {
    IrcClient ana = join("ana");
    IrcClient slow = join("slow");
    ana.take();
    slow.transport().stall(0);
    slow.send("PING x");
    ASSERT_TRUE(slow.closed());
    ana.send("PRIVMSG #a :hi");
    EXPECT_EQ(only("QUIT", ana.take()), (Lines{":slow!~slow@users.test QUIT :SendQ exceeded"}));
}

TEST_F(IrcSendQueueTest, SeveralSlowReadersInOneMessageAllGo) {
    IrcClient ana = join("ana");
    IrcClient one = join("one");
    IrcClient two = join("two");
    IrcClient three = join("three");
    one.transport().stall(0);
    three.transport().stall(0);
    two.take();
    ana.take();
    ana.send("PRIVMSG #a :hi");
    EXPECT_EQ(only("QUIT", ana.take()).size(), 2U);
    EXPECT_EQ(commands_of(two.take()).front(), "PRIVMSG");
    EXPECT_EQ(group("#a").size(), 2U);
}

TEST_F(IrcSendQueueTest, WhoCannotBeToldOfTheirOwnTopicGoes) {
    IrcClient bob = join("bob");
    IrcClient ana = connect("ana");
    ana.send("JOIN #b");
    bob.send("JOIN #b");
    ana.transport().stall(0);
    bob.take();
    ana.send("TOPIC #b :new\r\nJOIN #c\r\nPART #b");
    EXPECT_EQ(commands_of(bob.take()), (Lines{"TOPIC", "QUIT"}));
    EXPECT_FALSE(service_.lookup_group("#c"));
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcSendQueueTest, JoiningABigChannelDoesNotOverrunTheQueue) {
    change_options([](ServerOptions& options) { options.sendq = 64 * 1024; });
    chat::Group& big = **service_.create_group("#big");
    for (int i = 0; i < 3000; ++i) {
        chat::User& puppet = **service_.create_puppet("puppet" + std::to_string(i), {"u", "host.test", "P", "", false});
        ASSERT_FALSE(puppet.join(big));
    }
    IrcClient ana = connect("ana", "userhost-in-names");
    ana.transport().stall();
    ana.send("JOIN #big");
    for (int i = 0; i < 100; ++i) {
        advance(100ms);
        ana.transport().drain();
        ana.transport().stall();
    }
    EXPECT_FALSE(ana.closed()) << ana.transport().close_reason();
    const Lines lines = ana.take();
    EXPECT_EQ(only("366", lines).size(), 1U);
    EXPECT_LE(ana.transport().most_queued(), 64U * 1024);
}

TEST_F(IrcSendQueueTest, ALongListIsSentInSlicesThatTheReaderCanTake) {
    change_options([](ServerOptions& options) { options.sendq = 32 * 1024; });
    const std::string topic(390, 't');
    for (int i = 0; i < 1000; ++i) {
        chat::Group& group = **service_.create_group("#channel" + std::to_string(i));
        group.set_permanent(true);
        group.set_metadata(nullptr, topic, "x", server_.now());
    }
    IrcClient ana = connect("ana");
    ana.transport().stall();
    ana.send("LIST");
    ana.send("PING x");
    for (int i = 0; i < 1000 && !ana.closed(); ++i) {
        advance(50ms);
        ana.transport().drain();
        ana.transport().stall();
    }
    EXPECT_FALSE(ana.closed()) << ana.transport().close_reason();
    const Lines lines = ana.take();
    EXPECT_EQ(only("322", lines).size(), 1000U);
    EXPECT_EQ(commands_of(lines).back(), "PONG") << "what comes behind waits for its end";
}

TEST_F(IrcSendQueueTest, ALongListWaitsForAReaderWhoStandsStill) {
    for (int i = 0; i < 2000; ++i) (*service_.create_group("#channel" + std::to_string(i)))->set_permanent(true);
    change_options([](ServerOptions& options) { options.sendq = 64 * 1024; });
    IrcClient ana = connect("ana");
    ana.transport().stall();
    ana.send("LIST");
    advance(30s);
    const std::size_t so_far = ana.take().size();
    EXPECT_LT(so_far, 1000U);
    advance(30s);
    EXPECT_TRUE(ana.take().empty());
    ana.transport().drain();
    advance(1s);
    EXPECT_EQ(so_far + ana.take().size(), 2002U);
}

TEST_F(IrcSendQueueTest, WhoLeavesInTheMiddleOfALongListLeavesNothingBehind) {
    for (int i = 0; i < 300; ++i) (*service_.create_group("#channel" + std::to_string(i)))->set_permanent(true);
    IrcClient ana = connect("ana", "labeled-response batch");
    ana.send("@label=l LIST");
    ana.hang_up();
    advance(1min);
    IrcClient bob = connect("bob");
    bob.transport().stall(10'000);
    bob.send("LIST");
    advance(1min);
    EXPECT_TRUE(bob.closed());
    bob.hang_up();
}

TEST_F(IrcSendQueueTest, ChannelsThatEndInTheMiddleOfALongListAreLeftOut) {
    for (int i = 0; i < 150; ++i) (*service_.create_group("#channel" + std::to_string(i)))->set_permanent(true);
    IrcClient ana = connect("ana");
    ana.send("LIST");
    for (chat::Group* group : service_.groups()) {
        group->set_permanent(false);
        IrcClient bob = connect("bob");
        bob.send("JOIN " + group->name());
    }
    advance(1s);
    const Lines lines = ana.take();
    EXPECT_LT(only("322", lines).size(), 150U);
    EXPECT_EQ(only("323", lines).size(), 1U);
}

TEST_F(IrcSendQueueTest, AReaderWithNoRoomForItsLastWordsIsClosedAllTheSame) {
    IrcClient ana = connect("ana");
    ana.transport().stall(0);
    ana.send("QUIT :bye");
    EXPECT_TRUE(ana.closed());
}

}  // namespace
}  // namespace patchcord::irc
