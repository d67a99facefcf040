#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using Answer = chat::PasswordVerifier::Answer;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

const std::string caps = "labeled-response batch";

class IrcLabelTest : public IrcTest {
  protected:
    IrcClient ana_ = connect("ana", caps);
};

TEST_F(IrcLabelTest, OneLineCarriesTheLabel) {
    EXPECT_EQ(ana_.ask("@label=x PING y"), (Lines{"@label=x :irc.test PONG irc.test :y"}));
}

TEST_F(IrcLabelTest, NoLineIsAnAck) {
    EXPECT_EQ(ana_.ask("@label=x PONG y"), (Lines{"@label=x :irc.test ACK"}));
    IrcClient bob = connect("bob");
    EXPECT_EQ(ana_.ask("@label=x PRIVMSG bob :hi"), (Lines{"@label=x :irc.test ACK"}));
    EXPECT_EQ(ana_.ask("@label=x NOTICE nobody :hi"), (Lines{"@label=x :irc.test ACK"}));
}

TEST_F(IrcLabelTest, ManyLinesAreABatchThatBeginsAndEndsOnce) {
    const Lines lines = ana_.ask("@label=x JOIN #a");
    EXPECT_EQ(lines, (Lines{"@label=x :irc.test BATCH +l1 labeled-response", "@batch=l1 :ana!~ana@users.test JOIN #a",
                            "@batch=l1 :irc.test 353 ana = #a :@ana",
                            "@batch=l1 :irc.test 366 ana #a :End of /NAMES list", ":irc.test BATCH -l1"}));
}

TEST_F(IrcLabelTest, AnErrorCarriesTheLabel) {
    EXPECT_EQ(ana_.ask("@label=x FOO"), (Lines{"@label=x :irc.test 421 ana FOO :Unknown command"}));
    EXPECT_EQ(ana_.ask("@label=x TOPIC"), (Lines{"@label=x :irc.test 461 ana TOPIC :Not enough parameters"}));
    EXPECT_EQ(ana_.ask("@label=x REHASH").front().substr(0, 28), "@label=x :irc.test 481 ana :");
}

TEST_F(IrcLabelTest, ALabelMayHave64BytesAndALongerOneIsIgnored) {
    const std::string longest(64, 'l');
    EXPECT_EQ(ana_.ask("@label=" + longest + " PING y"), (Lines{"@label=" + longest + " :irc.test PONG irc.test :y"}));
    EXPECT_EQ(ana_.ask("@label=" + longest + "l PING y"), (Lines{":irc.test PONG irc.test :y"}));
}

TEST_F(IrcLabelTest, AnEmptyLabelIsNone) {
    EXPECT_EQ(ana_.ask("@label= PING y"), (Lines{":irc.test PONG irc.test :y"}));
    EXPECT_EQ(ana_.ask("@label PONG y"), Lines{});
}

TEST_F(IrcLabelTest, OfSeveralLabelsTheLastCountsAndItsEscapesSurvive) {
    EXPECT_EQ(ana_.ask("@label=a;label=b\\:c\\s PING y"), (Lines{"@label=b\\:c\\s :irc.test PONG irc.test :y"}));
}

TEST_F(IrcLabelTest, WithoutBothCapabilitiesThereIsNoLabel) {
    IrcClient bob = connect("bob", "labeled-response");
    IrcClient carol = connect("carol", "batch");
    EXPECT_EQ(bob.ask("@label=x PING y"), (Lines{":irc.test PONG irc.test :y"}));
    EXPECT_EQ(carol.ask("@label=x PING y"), (Lines{":irc.test PONG irc.test :y"}));
}

TEST_F(IrcLabelTest, ALabelIsForItsSenderAlone) {
    IrcClient bob = connect("bob", caps + " message-tags");
    ana_.send("@label=x PRIVMSG bob :hi");
    EXPECT_EQ(bob.take(), (Lines{"@msgid=boot-1 :ana!~ana@users.test PRIVMSG bob :hi"}));
}

TEST_F(IrcLabelTest, TheEchoIsTheReply) {
    IrcClient bob = connect("bob", caps + " echo-message");
    EXPECT_EQ(bob.ask("@label=x PRIVMSG ana :hi"), (Lines{"@label=x :bob!~bob@users.test PRIVMSG ana :hi"}));
}

TEST_F(IrcLabelTest, AMessageToOneselfComesTwiceAndOnlyTheEchoIsLabelled) {
    IrcClient bob = connect("bob", caps + " echo-message");
    EXPECT_EQ(bob.ask("@label=x PRIVMSG bob :hi"),
              (Lines{":bob!~bob@users.test PRIVMSG bob :hi", "@label=x :bob!~bob@users.test PRIVMSG bob :hi"}));
    EXPECT_EQ(ana_.ask("@label=x PRIVMSG ana :hi"),
              (Lines{":ana!~ana@users.test PRIVMSG ana :hi", "@label=x :irc.test ACK"}));
}

TEST_F(IrcLabelTest, AnAwayReplyAndAnEchoAreOneBatch) {
    IrcClient bob = connect("bob", caps + " echo-message");
    ana_.send("AWAY :lunch");
    EXPECT_EQ(bob.ask("@label=x PRIVMSG ana :hi"),
              (Lines{"@label=x :irc.test BATCH +l2 labeled-response", "@batch=l2 :bob!~bob@users.test PRIVMSG ana :hi",
                     "@batch=l2 :irc.test 301 bob ana :lunch", ":irc.test BATCH -l2"}));
}

TEST_F(IrcLabelTest, OnesOwnModeChangeIsLabelledAlsoWhenItTakesSeveralLines) {
    ana_.send("JOIN #a");
    EXPECT_EQ(ana_.ask("@label=x MODE #a +m"), (Lines{"@label=x :ana!~ana@users.test MODE #a +m"}));
    std::string masks;
    for (const char letter : {'w', 'x', 'y', 'z'}) masks += " " + std::string(100, letter) + "!*@*";
    const Lines lines = ana_.ask("@label=x MODE #a +bbbb" + masks);
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "MODE", "MODE", "BATCH"}));
    EXPECT_TRUE(lines[1].starts_with("@batch=l1 :ana"));
    EXPECT_TRUE(lines[2].starts_with("@batch=l1 :ana"));
}

TEST_F(IrcLabelTest, AnAnswerThatWaitsKeepsItsLabelAndOthersLinesStayOutside) {
    IrcClient bob = connect("bob");
    ana_.send("@label=x OPER admin right");
    EXPECT_TRUE(ana_.take().empty());
    bob.send("PRIVMSG ana :meanwhile");
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test PRIVMSG ana :meanwhile"}));
    passwords_.answer(Answer::right);
    EXPECT_EQ(ana_.take(), (Lines{"@label=x :irc.test BATCH +l1 labeled-response",
                                  "@batch=l1 :irc.test 381 ana :You are now an IRC operator",
                                  "@batch=l1 :ana!~ana@users.test MODE ana :+o", ":irc.test BATCH -l1"}));
    ana_.send("@label=y OPER admin wrong\r\n@label=z PING 1");
    passwords_.answer(Answer::wrong);
    EXPECT_EQ(ana_.take(),
              (Lines{"@label=y :irc.test 464 ana :Password incorrect", "@label=z :irc.test PONG irc.test :1"}));
}

TEST_F(IrcLabelTest, ALongListIsOneBatchHoweverManySlices) {
    for (int i = 0; i < 250; ++i) (*service_.create_group("#c" + std::to_string(i)))->set_permanent(true);
    IrcClient bob = connect("bob");
    ana_.send("@label=x LIST\r\n@label=y PING 1");
    EXPECT_TRUE(ana_.take().empty());
    bob.send("PRIVMSG ana :meanwhile");
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test PRIVMSG ana :meanwhile"}));
    advance(1s);
    const Lines lines = ana_.take();
    ASSERT_EQ(lines.size(), 1U + 1 + 250 + 1 + 1 + 1);
    EXPECT_EQ(lines.front(), "@label=x :irc.test BATCH +l1 labeled-response");
    for (std::size_t i = 1; i <= 252; ++i) EXPECT_TRUE(lines[i].starts_with("@batch=l1 :irc.test 32")) << lines[i];
    EXPECT_EQ(lines[253], ":irc.test BATCH -l1");
    EXPECT_EQ(lines[254], "@label=y :irc.test PONG irc.test :1");
}

TEST_F(IrcLabelTest, BigAndSmallChannelsJoinedTogetherAreOneBatch) {
    for (const char* name : {"#big", "#huge"}) {
        chat::Group& big = **service_.create_group(name);
        for (int i = 0; i < 1000; ++i) {
            const std::string nick = std::string(20, name[1]) + std::to_string(i);
            ASSERT_FALSE((*service_.create_puppet(nick, {"u", "h", "P", "", false}))->join(big));
        }
    }
    ana_.send("@label=x JOIN #big,#small,#huge\r\n@label=y PING 1");
    advance(1s);
    const Lines lines = ana_.take();
    ASSERT_GT(lines.size(), 100U);
    EXPECT_EQ(lines.front(), "@label=x :irc.test BATCH +l1 labeled-response");
    EXPECT_EQ(lines.end()[-2], ":irc.test BATCH -l1");
    EXPECT_EQ(lines.back(), "@label=y :irc.test PONG irc.test :1");
    for (std::size_t i = 1; i + 2 < lines.size(); ++i) EXPECT_TRUE(lines[i].starts_with("@batch=l1 :")) << lines[i];
    EXPECT_EQ(only("JOIN", lines).size(), 3U);
    EXPECT_EQ(only("366", lines).size(), 3U);
    std::size_t names = 0;
    for (const std::string& line : only("353", lines)) {
        names += 1 + static_cast<std::size_t>(
                         std::count(line.begin() + static_cast<long>(line.rfind(':')), line.end(), ' '));
    }
    EXPECT_EQ(names, 1001U + 1001U + 1U);
}

TEST_F(IrcLabelTest, ABatchOfAClientWithServerTimeHasTheTimeOnEveryLine) {
    IrcClient bob = connect("bob", caps + " server-time");
    for (const std::string& line : bob.ask("@label=x JOIN #b")) {
        EXPECT_NE(line.find("time=2023-11-14T22:13:20.000Z"), std::string::npos) << line;
    }
    EXPECT_EQ(bob.ask("@label=x PONG y"), (Lines{"@label=x;time=2023-11-14T22:13:20.000Z :irc.test ACK"}));
}

TEST_F(IrcLabelTest, QuitWithALabelEndsTheConnectionAllTheSame) {
    const Lines lines = ana_.ask("@label=q QUIT :x");
    EXPECT_EQ(only("ERROR", lines).size(), 1U);
    EXPECT_TRUE(ana_.closed());
}

TEST_F(IrcLabelTest, DroppingTheCapabilityIsStillAnsweredWithTheLabel) {
    EXPECT_EQ(ana_.ask("@label=x CAP REQ :-labeled-response"),
              (Lines{"@label=x :irc.test CAP ana ACK :-labeled-response"}));
    EXPECT_EQ(ana_.ask("@label=x PING y"), (Lines{":irc.test PONG irc.test :y"}));
}

TEST_F(IrcLabelTest, RegistrationItselfCanBeLabelled) {
    IrcClient bob = open();
    bob.send("CAP REQ :" + caps + "\r\nNICK bob\r\nUSER b 0 * :b");
    bob.take();
    const Lines lines = bob.ask("@label=x CAP END");
    EXPECT_EQ(lines.front(), "@label=x :irc.test BATCH +l2 labeled-response");
    EXPECT_EQ(lines.back(), ":irc.test BATCH -l2");
}

TEST_F(IrcLabelTest, ATagmsgWithoutItsCapabilityIsUnknownAndLabelled) {
    EXPECT_EQ(ana_.ask("@label=x TAGMSG #a"), (Lines{"@label=x :irc.test 421 ana TAGMSG :Unknown command"}));
}

}  // namespace
}  // namespace patchcord::irc
