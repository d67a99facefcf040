#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_account_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::Lines;
using tests::only;

class IrcAccountExtbanTest : public tests::IrcAccountTest {};

TEST_F(IrcAccountExtbanTest, ABanOfAnAccountMeetsWhoHasLoggedInToIt) {
    for (const std::string mask : {"~a:ANA", "~account:ana", "~a:a?a", "~a:*"}) {
        IrcClient bob = connect("bob");
        bob.send("JOIN #a\r\nMODE #a +b " + mask);
        IrcClient ana = connect_ana();
        EXPECT_EQ(commands_of(ana.ask("JOIN #a")), (Lines{"474"})) << mask;
        bob.send("MODE #a -b " + mask);
        EXPECT_EQ(only("JOIN", ana.ask("JOIN #a")).size(), 1U) << mask;
    }
}

TEST_F(IrcAccountExtbanTest, ANickIsNoAccount) {
    IrcClient bob = connect("bob");
    bob.send("JOIN #a\r\nMODE #a +b ~a:carol\r\nMODE #a +b ~a:*");
    IrcClient carol = connect("carol");
    EXPECT_EQ(only("JOIN", carol.ask("JOIN #a")).size(), 1U);
}

TEST_F(IrcAccountExtbanTest, ExemptionsTakeAccountsToo) {
    IrcClient bob = connect("bob");
    bob.send("JOIN #a\r\nMODE #a +bi *!*@*\r\nMODE #a +eI ~a:ana ~a:ana");
    IrcClient ana = connect_ana();
    EXPECT_EQ(only("JOIN", ana.ask("JOIN #a")).size(), 1U);
    IrcClient carol = connect("carol");
    EXPECT_EQ(commands_of(carol.ask("JOIN #a")), (Lines{"474"}));
}

TEST_F(IrcAccountExtbanTest, TheMaskIsShownInItsShortFormAndNeedsAnAccount) {
    IrcClient bob = connect("bob");
    bob.send("JOIN #a");
    EXPECT_EQ(bob.ask("MODE #a +b ~account:mal"), (Lines{":bob!~bob@users.test MODE #a +b ~a:mal"}));
    for (const std::string mask : {"~a:", "~account:"}) {
        EXPECT_EQ(bob.ask("MODE #a +b " + mask), (Lines{":irc.test 696 bob #a b " + mask + " :Not an account"}));
    }
    EXPECT_EQ(bob.ask("MODE #a b").size(), 2U);
}

TEST_F(IrcAccountExtbanTest, IsupportTellsIt) {
    std::string all;
    for (const std::string& line : server_.isupport()) all += line + " ";
    EXPECT_NE(all.find(" EXTBAN=~,a "), std::string::npos);
    EXPECT_NE(all.find(" ACCOUNTEXTBAN=a,account "), std::string::npos);
}

}  // namespace
}  // namespace patchcord::irc
