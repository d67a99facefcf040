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

ServerOptions options_with_password() {
    ServerOptions options = tests::irc_options();
    options.password_hash = "server-hash";
    return options;
}

class IrcServerPasswordTest : public IrcTest {
  protected:
    IrcServerPasswordTest() : IrcTest(options_with_password()) {}
};

class IrcOperPasswordTest : public IrcTest {};

TEST_F(IrcServerPasswordTest, TheRightOneLetsIn) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a");
    EXPECT_TRUE(ana.take().empty());
    ASSERT_EQ(passwords_.pending(), 1U);
    EXPECT_EQ(passwords_.next().password, "secret");
    EXPECT_EQ(passwords_.next().hash, "server-hash");
    passwords_.answer(Answer::right);
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
}

TEST_F(IrcServerPasswordTest, AWrongOneEndsTheConnection) {
    IrcClient ana = open();
    ana.send("PASS wrong\r\nNICK ana\r\nUSER a 0 * :a");
    passwords_.answer(Answer::wrong);
    EXPECT_EQ(ana.take(), (Lines{":irc.test 464 ana :Password incorrect", "ERROR :Closing Link: ana (Bad password)"}));
    EXPECT_TRUE(ana.closed());
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcServerPasswordTest, NoneAtAllEndsTheConnectionWithoutAQuestion) {
    IrcClient ana = open();
    ana.send("NICK ana\r\nUSER a 0 * :a");
    EXPECT_EQ(commands_of(ana.take()), (Lines{"464", "ERROR"}));
    EXPECT_EQ(passwords_.pending(), 0U);
}

TEST_F(IrcServerPasswordTest, ABusyVerifierLetsNobodyInAndDoesNotCallThePasswordWrong) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a");
    passwords_.answer(Answer::busy);
    const Lines lines = ana.take();
    EXPECT_TRUE(only("001", lines).empty());
    EXPECT_TRUE(only("464", lines).empty());
    EXPECT_TRUE(ana.closed());
}

TEST_F(IrcServerPasswordTest, NothingElseIsRunWhileTheQuestionIsOpen) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a\r\nNICK other\r\nJOIN #a\r\nPING x");
    EXPECT_TRUE(ana.take().empty());
    EXPECT_EQ(passwords_.pending(), 1U);
    passwords_.answer(Answer::right);
    const Lines lines = ana.take();
    EXPECT_EQ(lines.back(), ":irc.test PONG irc.test :x");
    EXPECT_EQ(only("NICK", lines), (Lines{":ana!~a@users.test NICK :other"}));
    EXPECT_EQ(only("JOIN", lines), (Lines{":other!~a@users.test JOIN #a"}));
}

TEST_F(IrcServerPasswordTest, AnAnswerForSomebodyWhoIsGoneIsForgotten) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a");
    ana.hang_up();
    passwords_.answer(Answer::right);
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcServerPasswordTest, AnAnswerAfterTheTimeForRegistrationIsForgotten) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a");
    advance(61s);
    EXPECT_TRUE(ana.closed());
    passwords_.answer(Answer::right);
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcServerPasswordTest, ItIsNeverLogged) {
    IrcClient ana = open();
    ana.send("PASS secret\r\nNICK ana\r\nUSER a 0 * :a");
    passwords_.answer(Answer::wrong);
    EXPECT_EQ(log_.count("secret"), 0U);
}

TEST_F(IrcOperPasswordTest, TheRightOneMakesAnOperator) {
    IrcClient ana = connect("ana");
    ana.send("OPER admin right");
    ASSERT_EQ(passwords_.pending(), 1U);
    EXPECT_EQ(passwords_.next().hash, "admin-hash");
    passwords_.answer(Answer::right);
    EXPECT_EQ(ana.take(),
              (Lines{":irc.test 381 ana :You are now an IRC operator", ":ana!~ana@users.test MODE ana :+o"}));
    EXPECT_TRUE(user("ana").flags().gateway_operator);
    EXPECT_EQ(service_.counts().operators, 1U);
    EXPECT_EQ(log_.count("irc#1 operator nick=ana"), 1U);
}

TEST_F(IrcOperPasswordTest, AWrongOneIsRefusedAndLoggedWithoutThePassword) {
    IrcClient ana = connect("ana");
    ana.send("OPER admin hunter2");
    passwords_.answer(Answer::wrong);
    EXPECT_EQ(ana.take(), (Lines{":irc.test 464 ana :Password incorrect"}));
    EXPECT_EQ(log_.count("OPER refused nick=ana address=192.0.2.1"), 1U);
    EXPECT_EQ(log_.count("hunter2"), 0U);
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcOperPasswordTest, AnUnknownNameTakesTheSameWay) {
    IrcClient ana = connect("ana");
    ana.send("OPER nobody x");
    ASSERT_EQ(passwords_.pending(), 1U);
    EXPECT_EQ(passwords_.next().hash, "");
    passwords_.answer(Answer::wrong);
    EXPECT_EQ(ana.take(), (Lines{":irc.test 464 ana :Password incorrect"}));
}

TEST_F(IrcOperPasswordTest, ABusyVerifierIsSaidToBeBusy) {
    IrcClient ana = connect("ana");
    ana.send("OPER admin right");
    passwords_.answer(Answer::busy);
    EXPECT_EQ(ana.take(), (Lines{":irc.test 400 ana OPER :Too many logins at the moment, try again"}));
}

TEST_F(IrcOperPasswordTest, CommandsWaitBehindItInTheirOrderAndOthersAreHeardMeanwhile) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    ana.take();
    ana.send("OPER admin right\r\nPING 1\r\nPRIVMSG bob :hi");
    EXPECT_TRUE(ana.take().empty());
    bob.send("PRIVMSG ana :hello");
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test PRIVMSG ana :hello"}));
    passwords_.answer(Answer::right);
    EXPECT_EQ(commands_of(ana.take()), (Lines{"381", "MODE", "PONG"}));
    EXPECT_EQ(only("PRIVMSG", bob.take()).size(), 1U);
}

TEST_F(IrcOperPasswordTest, AnAnswerForSomebodyWhoIsGoneIsForgotten) {
    IrcClient ana = connect("ana");
    ana.send("OPER admin right");
    ana.hang_up();
    IrcClient other = connect("ana");
    passwords_.answer(Answer::right);
    EXPECT_FALSE(user("ana").flags().gateway_operator);
}

TEST_F(IrcOperPasswordTest, TheModeIsGivenBackButNotTaken) {
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask("MODE ana +o"), Lines{});
    EXPECT_FALSE(user("ana").flags().gateway_operator);
    make_operator(ana);
    EXPECT_EQ(ana.ask("MODE ana"), (Lines{":irc.test 221 ana +o"}));
    EXPECT_EQ(ana.ask("MODE ana -o"), (Lines{":ana!~ana@users.test MODE ana :-o"}));
    EXPECT_EQ(commands_of(ana.ask("REHASH")), (Lines{"481"}));
}

TEST_F(IrcOperPasswordTest, TooMuchInputWhileWaitingStopsTheReader) {
    IrcClient ana = connect("ana");
    ana.send("OPER admin right");
    std::string lines;
    while (lines.size() <= server_.options().readq) lines += "PING x\r\n";
    ana.send_raw(lines);
    EXPECT_TRUE(ana.transport().reading_paused());
    passwords_.answer(Answer::right);
    EXPECT_FALSE(ana.transport().reading_paused());
    EXPECT_EQ(only("PONG", ana.take()).size(), lines.size() / 8);
}

}  // namespace
}  // namespace patchcord::irc
