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

class IrcMessageTest : public IrcTest {
  protected:
    IrcMessageTest() { take_all(); }
    void take_all() {
        for (IrcClient* client : {&ana_, &bob_, &carol_}) client->take();
    }

    IrcClient ana_ = join("ana");  // the operator
    IrcClient bob_ = join("bob");
    IrcClient carol_ = join("carol");
};

TEST_F(IrcMessageTest, AMessageToAChannelReachesAllButItsSenderByteForByte) {
    ana_.send(
        "PRIVMSG #a :\x02hi\x02 \x03"
        "4there \x01 \xE2\x82\xAC  ");
    EXPECT_TRUE(ana_.take().empty());
    const Lines expected{
        ":ana!~ana@users.test PRIVMSG #a :\x02hi\x02 \x03"
        "4there \x01 \xE2\x82\xAC  "};
    EXPECT_EQ(bob_.take(), expected);
    EXPECT_EQ(carol_.take(), expected);
    EXPECT_EQ(server_.metrics().messages_relayed.value(), 1);
}

TEST_F(IrcMessageTest, AMessageToOnePersonReachesThatPersonAlone) {
    ana_.send("PRIVMSG BOB hi");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test PRIVMSG bob :hi"}));
    EXPECT_TRUE(carol_.take().empty());
    ana_.send("NOTICE bob :psst");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test NOTICE bob :psst"}));
}

TEST_F(IrcMessageTest, CtcpPassesUnchanged) {
    ana_.send("PRIVMSG bob :\x01VERSION\x01");
    ana_.send("NOTICE bob :\x01VERSION x 1.0\x01");
    ana_.send(
        "PRIVMSG #a :\x01"
        "ACTION waves\x01");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test PRIVMSG bob :\x01VERSION\x01",
                                  ":ana!~ana@users.test NOTICE bob :\x01VERSION x 1.0\x01",
                                  ":ana!~ana@users.test PRIVMSG #a :\x01"
                                  "ACTION waves\x01"}));
}

TEST_F(IrcMessageTest, WhatIsMissingIsSaid) {
    EXPECT_EQ(ana_.ask("PRIVMSG"), (Lines{":irc.test 411 ana :No recipient given (PRIVMSG)"}));
    EXPECT_EQ(ana_.ask("PRIVMSG #a"), (Lines{":irc.test 412 ana :No text to send"}));
    EXPECT_EQ(ana_.ask("PRIVMSG #a :"), (Lines{":irc.test 412 ana :No text to send"}));
    EXPECT_EQ(ana_.ask("PRIVMSG nobody :hi"), (Lines{":irc.test 401 ana nobody :No such nick/channel"}));
    EXPECT_EQ(ana_.ask("PRIVMSG #none :hi"), (Lines{":irc.test 403 ana #none :No such channel"}));
    EXPECT_EQ(ana_.ask("PRIVMSG @bob :hi"), (Lines{":irc.test 401 ana @bob :No such nick/channel"}));
    EXPECT_EQ(ana_.ask("PRIVMSG , :hi"), (Lines{":irc.test 411 ana :No recipient given (PRIVMSG)"}));
}

TEST_F(IrcMessageTest, ANoticeIsNeverAnsweredWithAnError) {
    for (const std::string form :
         {"", " #a", " #a :", " nobody :hi", " #none :hi", " @#none :hi", " a,b,c,d,e,f :hi"}) {
        EXPECT_EQ(ana_.ask("NOTICE" + form), Lines{}) << form;
    }
    EXPECT_EQ(ana_.ask("NOTICE #a :" + std::string(480, 'x')), Lines{});
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(IrcMessageTest, SeveralTargetsGetOneEachUpToTheLimit) {
    EXPECT_EQ(ana_.ask("PRIVMSG bob,#a,carol,nobody,zed :hi"),
              (Lines{":irc.test 401 ana nobody :No such nick/channel", ":irc.test 407 ana zed :Too many targets"}));
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test PRIVMSG bob :hi", ":ana!~ana@users.test PRIVMSG #a :hi"}));
    EXPECT_EQ(carol_.take(), (Lines{":ana!~ana@users.test PRIVMSG #a :hi", ":ana!~ana@users.test PRIVMSG carol :hi"}));
    EXPECT_EQ(limit_hits(Limit::targets), 1);
}

TEST_F(IrcMessageTest, OutsidersCannotSpeakUnlessTheChannelAllowsIt) {
    IrcClient dave = connect("dave");
    EXPECT_EQ(dave.ask("PRIVMSG #a :hi"), (Lines{":irc.test 404 dave #a :Cannot send to channel (+n)"}));
    ana_.send("MODE #a -n");
    take_all();
    EXPECT_EQ(dave.ask("PRIVMSG #a :hi"), Lines{});
    EXPECT_EQ(ana_.take(), (Lines{":dave!~dave@users.test PRIVMSG #a :hi"}));
}

TEST_F(IrcMessageTest, InAModeratedChannelOnlyRolesSpeak) {
    ana_.send("MODE #a +mv bob");
    take_all();
    EXPECT_EQ(carol_.ask("PRIVMSG #a :hi"), (Lines{":irc.test 404 carol #a :Cannot send to channel (+m)"}));
    EXPECT_EQ(carol_.ask("NOTICE #a :hi"), Lines{});
    EXPECT_EQ(bob_.ask("PRIVMSG #a :hi"), Lines{});
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test PRIVMSG #a :hi"}));
}

TEST_F(IrcMessageTest, TheBannedCannotSpeakUnlessExempt) {
    ana_.send("MODE #a +b bob");
    EXPECT_EQ(bob_.ask("PRIVMSG #a :hi"), (Lines{":irc.test 404 bob #a :Cannot send to channel (+b)"}));
    ana_.send("MODE #a +e *!~bob@*");
    EXPECT_EQ(bob_.ask("PRIVMSG #a :hi"), Lines{});
}

TEST_F(IrcMessageTest, AStatusPrefixChoosesWhoIsTold) {
    ana_.send("MODE #a +v bob");
    take_all();
    EXPECT_EQ(carol_.ask("PRIVMSG @#a :ops"), Lines{});
    EXPECT_EQ(ana_.take(), (Lines{":carol!~carol@users.test PRIVMSG @#a :ops"}));
    EXPECT_TRUE(bob_.take().empty());
    carol_.send("NOTICE +#a :voices and up");
    EXPECT_EQ(ana_.take(), (Lines{":carol!~carol@users.test NOTICE +#a :voices and up"}));
    EXPECT_EQ(bob_.take(), (Lines{":carol!~carol@users.test NOTICE +#a :voices and up"}));
    EXPECT_EQ(carol_.ask("PRIVMSG @#none :x"), (Lines{":irc.test 403 carol @#none :No such channel"}));
}

TEST_F(IrcMessageTest, WhoIsAwaySaysSo) {
    bob_.send("AWAY :gone fishing");
    take_all();
    EXPECT_EQ(ana_.ask("PRIVMSG bob :hi"), (Lines{":irc.test 301 ana bob :gone fishing"}));
    EXPECT_EQ(ana_.ask("NOTICE bob :hi"), Lines{});
    EXPECT_EQ(bob_.take().size(), 2U);
}

TEST_F(IrcMessageTest, TextThatFitsExactlyIsRelayedAndOneByteMoreIsRefused) {
    const std::string head = ":ana!~ana@users.test PRIVMSG #a :";
    const std::string fits(510 - head.size(), 'x');
    EXPECT_EQ(ana_.ask("PRIVMSG #a :" + fits), Lines{});
    EXPECT_EQ(bob_.take(), (Lines{head + fits}));
    EXPECT_EQ(ana_.ask("PRIVMSG #a :" + fits + "x"), (Lines{":irc.test 417 ana :Input line was too long"}));
    EXPECT_TRUE(bob_.take().empty());
    EXPECT_EQ(limit_hits(Limit::line_length), 1);
}

TEST_F(IrcMessageTest, TheRelayedLengthCountsTheTargetAsItIsWritten) {
    ana_.send("MODE #a +v bob");
    take_all();
    const std::string head = ":ana!~ana@users.test PRIVMSG +#a :";
    const std::string fits(510 - head.size(), 'x');
    EXPECT_EQ(ana_.ask("PRIVMSG +#a :" + fits), Lines{});
    EXPECT_EQ(bob_.take(), (Lines{head + fits}));
    EXPECT_EQ(commands_of(ana_.ask("PRIVMSG +#a :" + fits + "x")), (Lines{"417"}));
}

TEST_F(IrcMessageTest, OneRenderingIsSharedByReceiversWithTheSameCapabilities) {
    IrcClient dave = join("dave", "server-time");
    IrcClient erin = join("erin", "server-time extended-join chghost");
    IrcClient frank = join("frank", "message-tags");
    for (IrcClient* client : {&bob_, &carol_, &dave, &erin, &frank}) client->transport().take_shared();
    ana_.send("PRIVMSG #a :hi");
    const auto one = [](IrcClient& client) { return client.transport().take_shared().at(0); };
    const chat::WireBytes plain = one(bob_);
    EXPECT_TRUE(one(carol_) == plain);
    const chat::WireBytes timed = one(dave);
    EXPECT_FALSE(timed == plain);
    EXPECT_TRUE(one(erin) == timed) << "capabilities that change no byte of a message do not matter";
    EXPECT_FALSE(one(frank) == timed);
}

TEST_F(IrcMessageTest, AMessageThatTurnsUpWhileTheSenderQuitsIsLast) {
    ana_.send("PRIVMSG #a :last words\r\nQUIT :bye\r\nPRIVMSG #a :from beyond");
    EXPECT_EQ(bob_.take(),
              (Lines{":ana!~ana@users.test PRIVMSG #a :last words", ":ana!~ana@users.test QUIT :Quit: bye"}));
}

TEST_F(IrcMessageTest, OrderIsTheSameForAllMembers) {
    for (int i = 0; i < 10; ++i) {
        (i % 2 == 0 ? ana_ : bob_).send("PRIVMSG #a :" + std::to_string(i));
    }
    const Lines heard = carol_.take();
    ASSERT_EQ(heard.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) EXPECT_TRUE(heard[i].ends_with(":" + std::to_string(i)));
}

TEST_F(IrcMessageTest, DeliveryIsBeforeTheSendersOwnLaterPong) {
    ana_.send("PRIVMSG bob :hi\r\nPING x");
    EXPECT_EQ(bob_.take().size(), 1U);
    EXPECT_EQ(commands_of(ana_.take()), (Lines{"PONG"}));
}

TEST_F(IrcMessageTest, AMessageToAPuppetWithoutAWayToReachItIsReported) {
    service_.create_puppet("paul", {"p", "hotmail.test", "Paul", "", false});
    EXPECT_EQ(ana_.ask("PRIVMSG paul :hi"),
              (Lines{":irc.test NOTICE ana :paul did not get your message: not supported by the receiver's client"}));
    IrcClient dave = connect("dave", "standard-replies");
    EXPECT_EQ(commands_of(dave.ask("PRIVMSG paul :hi")), (Lines{"FAIL"}));
    EXPECT_EQ(dave.ask("NOTICE paul :hi"), Lines{});
}

}  // namespace
}  // namespace patchcord::irc
