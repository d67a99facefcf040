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

class IrcPresenceTest : public IrcTest {
  protected:
    IrcPresenceTest() { take_all(); }
    void take_all() {
        for (IrcClient* client : {&ana_, &bob_, &plain_}) client->take();
    }

    IrcClient ana_ = join("ana");
    IrcClient bob_ = join("bob", "away-notify setname account-notify chghost invite-notify");
    IrcClient plain_ = join("plain");
};

// AWAY

TEST_F(IrcPresenceTest, AwayAndBackAreConfirmedAndToldToThoseWhoAsked) {
    EXPECT_EQ(ana_.ask("AWAY :lunch"), (Lines{":irc.test 306 ana :You have been marked as being away"}));
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test AWAY :lunch"}));
    EXPECT_EQ(ana_.ask("AWAY :dinner").size(), 1U);
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test AWAY :dinner"}));
    EXPECT_EQ(ana_.ask("AWAY"), (Lines{":irc.test 305 ana :You are no longer marked as being away"}));
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test AWAY"}));
    EXPECT_TRUE(plain_.take().empty());
}

TEST_F(IrcPresenceTest, WhatChangesNothingIsToldToNobody) {
    EXPECT_EQ(commands_of(ana_.ask("AWAY :")), (Lines{"305"}));
    EXPECT_TRUE(bob_.take().empty());
    ana_.send("AWAY :lunch\r\nAWAY :lunch");
    EXPECT_EQ(bob_.take().size(), 1U);
}

TEST_F(IrcPresenceTest, WhoSharesSeveralChannelsIsToldOnce) {
    ana_.send("JOIN #b");
    bob_.send("JOIN #b");
    take_all();
    ana_.send("AWAY :x");
    EXPECT_EQ(bob_.take().size(), 1U);
}

TEST_F(IrcPresenceTest, AnAwayMessageIsCutAtACodePoint) {
    change_options([](ServerOptions& options) { options.topic_length = 10; });
    take_all();
    ana_.send("AWAY :123456789\xE2\x82\xACx");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test AWAY :123456789"}));
}

// SETNAME

TEST_F(IrcPresenceTest, ANewRealNameIsToldToThoseWhoAsked) {
    EXPECT_EQ(bob_.ask("SETNAME :Bob the Builder"), (Lines{":bob!~bob@users.test SETNAME :Bob the Builder"}));
    EXPECT_TRUE(ana_.take().empty());
    ana_.send("SETNAME :Ana of Lisbon");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test SETNAME :Ana of Lisbon"}));
    EXPECT_EQ(user("ana").profile().real_name, "Ana of Lisbon");
    EXPECT_EQ(only("311", bob_.ask("WHOIS ana")), (Lines{":irc.test 311 bob ana ~ana users.test * :Ana of Lisbon"}));
}

TEST_F(IrcPresenceTest, ARealNameThatIsNoneIsRefused) {
    IrcClient dave = connect("dave", "standard-replies");
    EXPECT_EQ(dave.ask("SETNAME :"), (Lines{":irc.test FAIL SETNAME INVALID_REALNAME :Realname is not valid"}));
    EXPECT_EQ(commands_of(dave.ask("SETNAME :" + std::string(151, 'x'))), (Lines{"FAIL"}));
    EXPECT_EQ(dave.ask("SETNAME :" + std::string(150, 'x')), Lines{});
    EXPECT_EQ(ana_.ask("SETNAME :"), (Lines{":irc.test NOTICE ana :Realname is not valid"}));
    EXPECT_EQ(commands_of(ana_.ask("SETNAME")), (Lines{"461"}));
}

// ACCOUNT

TEST_F(IrcPresenceTest, LoggingInAndOutIsToldToThoseWhoAsked) {
    user("ana").set_account("ana@example.test");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test ACCOUNT ana@example.test"}));
    user("ana").set_account("");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test ACCOUNT *"}));
    EXPECT_TRUE(plain_.take().empty());
}

// CHGHOST

TEST_F(IrcPresenceTest, ANewHostIsToldInOneLineToThoseWhoAsked) {
    user("ana").set_host("aa", "new.test");
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test CHGHOST aa new.test"}));
    ana_.send("PRIVMSG #a :hi");
    EXPECT_EQ(bob_.take(), (Lines{":ana!aa@new.test PRIVMSG #a :hi"}));
}

TEST_F(IrcPresenceTest, OthersSeeAQuitAndAReturnWithTheSameRoles) {
    ana_.send("JOIN #b\r\nMODE #a +v ana");
    plain_.send("JOIN #b");
    take_all();
    user("ana").set_host("aa", "new.test");
    Lines lines = plain_.take();
    EXPECT_EQ(lines.front(), ":ana!~ana@users.test QUIT :Changing hostname");
    lines.erase(lines.begin());
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (Lines{":ana!aa@new.test JOIN #a", ":ana!aa@new.test JOIN #b", ":irc.test MODE #a +ov ana ana",
                            ":irc.test MODE #b +o ana"}));
}

TEST_F(IrcPresenceTest, TheReturnComesBeforeItsRoles) {
    ana_.send("AWAY :x");
    take_all();
    user("ana").set_host("aa", "new.test");
    EXPECT_EQ(commands_of(plain_.take()), (Lines{"QUIT", "JOIN", "MODE"}));
}

TEST_F(IrcPresenceTest, ChannelsThatAreNotSharedAreNotShown) {
    ana_.send("JOIN #secret");
    take_all();
    user("ana").set_host("aa", "new.test");
    for (const std::string& line : plain_.take()) EXPECT_EQ(line.find("#secret"), std::string::npos) << line;
}

TEST_F(IrcPresenceTest, StrangersHearOfNoneOfIt) {
    IrcClient dave = connect("dave", "away-notify setname account-notify chghost");
    ana_.send("AWAY :x\r\nSETNAME :y\r\nNICK anna");
    user("anna").set_account("z");
    user("anna").set_host("aa", "new.test");
    EXPECT_TRUE(dave.take().empty());
}

}  // namespace
}  // namespace patchcord::irc
