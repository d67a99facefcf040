#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "irc/server/whowas.hpp"
#include "irc/wire/casemap.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcWhoisTest : public IrcTest {
  protected:
    IrcClient ana_ = join("ana");
    IrcClient bob_ = connect("bob");
};

TEST_F(IrcWhoisTest, ItTellsWhoSomebodyIsAndEndsWith318) {
    advance(10s);
    ana_.send("PRIVMSG bob :hi");
    advance(5s);
    EXPECT_EQ(bob_.ask("WHOIS ana"), (Lines{":irc.test 311 bob ana ~ana users.test * :Real ana",
                                            ":irc.test 319 bob ana :@#a", ":irc.test 312 bob ana irc.test :A test",
                                            ":irc.test 317 bob ana 5 1700000000 :seconds idle, signon time",
                                            ":irc.test 318 bob ana :End of /WHOIS list"}));
}

TEST_F(IrcWhoisTest, WhatSomebodyIsBesideIsTold) {
    make_operator(ana_);
    ana_.send("AWAY :lunch\r\nMODE ana +B");
    user("ana").set_account("ana@example.test");
    const Lines lines = bob_.ask("WHOIS ana");
    EXPECT_EQ(commands_of(lines), (Lines{"311", "319", "312", "301", "313", "335", "330", "317", "318"}));
    EXPECT_EQ(only("301", lines), (Lines{":irc.test 301 bob ana :lunch"}));
    EXPECT_EQ(only("313", lines), (Lines{":irc.test 313 bob ana :is an IRC operator"}));
    EXPECT_EQ(only("335", lines), (Lines{":irc.test 335 bob ana :is a Bot on Test"}));
    EXPECT_EQ(only("330", lines), (Lines{":irc.test 330 bob ana ana@example.test :is logged in as"}));
}

TEST_F(IrcWhoisTest, ASecureConnectionIsToldOf) {
    IrcClient dave(server_, {"192.0.2.2", "", true});
    dave.send("NICK dave\r\nUSER d 0 * :d");
    EXPECT_EQ(only("671", bob_.ask("WHOIS dave")), (Lines{":irc.test 671 bob dave :is using a secure connection"}));
    EXPECT_EQ(only("671", bob_.ask("WHOIS ana")), Lines{});
}

TEST_F(IrcWhoisTest, ACertificateIsForItsOwnerAndOperators) {
    IrcClient dave(server_, {"192.0.2.2", "abcd", true});
    dave.send("NICK dave\r\nUSER d 0 * :d");
    dave.take();
    EXPECT_EQ(only("276", dave.ask("WHOIS dave")),
              (Lines{":irc.test 276 dave dave :has client certificate fingerprint abcd"}));
    EXPECT_EQ(only("276", bob_.ask("WHOIS dave")), Lines{});
    make_operator(bob_);
    EXPECT_EQ(only("276", bob_.ask("WHOIS dave")),
              (Lines{":irc.test 276 bob dave :has client certificate fingerprint abcd"}));
    EXPECT_EQ(only("276", bob_.ask("WHOIS bob")), Lines{});
}

TEST_F(IrcWhoisTest, TheAddressIsNeverTold) {
    for (const std::string command : {"WHOIS ana", "WHO ana", "WHO ana %i", "USERHOST ana", "WHOWAS ana"}) {
        for (const std::string& line : bob_.ask(command)) EXPECT_EQ(line.find("192.0.2"), std::string::npos) << line;
    }
}

TEST_F(IrcWhoisTest, AnUnknownNickIsNamedAndTheEndFollows) {
    EXPECT_EQ(bob_.ask("WHOIS nobody"), (Lines{":irc.test 401 bob nobody :No such nick/channel",
                                               ":irc.test 318 bob nobody :End of /WHOIS list"}));
    EXPECT_EQ(bob_.ask("WHOIS"), (Lines{":irc.test 431 bob :No nickname given"}));
}

TEST_F(IrcWhoisTest, AServerMayBeNamedFirst) {
    EXPECT_EQ(commands_of(bob_.ask("WHOIS irc.test ana")).front(), "311");
    EXPECT_EQ(commands_of(bob_.ask("WHOIS ana ana")).front(), "311");
    EXPECT_EQ(commands_of(bob_.ask("WHOIS irc.* ana")).front(), "311");
    EXPECT_EQ(bob_.ask("WHOIS other.test ana"), (Lines{":irc.test 402 bob other.test :No such server"}));
}

TEST_F(IrcWhoisTest, SecretChannelsAndThoseOfTheInvisibleAreForThoseWhoShareThem) {
    ana_.send("JOIN #b\r\nMODE #b +s");
    EXPECT_EQ(only("319", bob_.ask("WHOIS ana")), (Lines{":irc.test 319 bob ana :@#a"}));
    ana_.send("MODE ana +i");
    EXPECT_EQ(only("319", bob_.ask("WHOIS ana")), Lines{});
    bob_.send("JOIN #b");
    EXPECT_EQ(only("319", bob_.ask("WHOIS ana")), (Lines{":irc.test 319 bob ana :@#b"}));
    EXPECT_EQ(only("319", ana_.ask("WHOIS ana")), (Lines{":irc.test 319 ana ana :@#a @#b"}));
    IrcClient carol = connect("carol");
    make_operator(carol);
    EXPECT_EQ(only("319", carol.ask("WHOIS ana")), (Lines{":irc.test 319 carol ana :@#a @#b"}));
}

TEST_F(IrcWhoisTest, ManyChannelsTakeSeveralLines) {
    ana_.send("PART #a");
    for (char c = 'a'; c < 'a' + 20; ++c) ana_.send("JOIN #" + std::string(63, c));
    const Lines lines = only("319", bob_.ask("WHOIS ana"));
    EXPECT_GT(lines.size(), 1U);
    std::size_t channels = 0;
    for (const std::string& line : lines)
        channels += static_cast<std::size_t>(std::count(line.begin(), line.end(), '#'));
    EXPECT_EQ(channels, 20U);
}

// WHOWAS

TEST_F(IrcWhoisTest, WhowasRemembersThoseWhoLeftNewestFirst) {
    ana_.send("QUIT");
    advance(1s);
    {
        IrcClient again = open();
        again.send("NICK Ana\r\nUSER second 0 * :Second");
    }
    EXPECT_EQ(bob_.ask("WHOWAS ANA"), (Lines{":irc.test 314 bob Ana ~second users.test * :Second",
                                             ":irc.test 312 bob Ana irc.test :2023-11-14T22:13:21.000Z",
                                             ":irc.test 314 bob ana ~ana users.test * :Real ana",
                                             ":irc.test 312 bob ana irc.test :2023-11-14T22:13:20.000Z",
                                             ":irc.test 369 bob ANA :End of WHOWAS"}));
    EXPECT_EQ(only("314", bob_.ask("WHOWAS ana 1")).size(), 1U);
    for (const std::string all : {"0", "-1", "x", "2", "99999999999999"}) {
        EXPECT_EQ(only("314", bob_.ask("WHOWAS ana " + all)).size(), 2U) << all;
    }
}

TEST_F(IrcWhoisTest, WhowasRemembersFormerNames) {
    ana_.send("NICK anna");
    EXPECT_EQ(commands_of(bob_.ask("WHOWAS ana")), (Lines{"314", "312", "369"}));
    EXPECT_EQ(bob_.ask("WHOWAS anna"),
              (Lines{":irc.test 406 bob anna :There was no such nickname", ":irc.test 369 bob anna :End of WHOWAS"}));
    EXPECT_EQ(bob_.ask("WHOWAS"), (Lines{":irc.test 431 bob :No nickname given"}));
}

TEST(WhowasHistoryTest, ItForgetsTheOldest) {
    const chat::FoldTable& fold = fold_table(Casemapping::ascii);
    WhowasHistory history(2);
    for (const char* user : {"1", "2", "3"}) history.add({"ana", user, "h", "r", {}});
    const auto found = history.find("ANA", 0, fold);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0]->username, "3");
    EXPECT_EQ(found[1]->username, "2");
    EXPECT_EQ(history.find("ana", 1, fold).size(), 1U);
    EXPECT_TRUE(history.find("bob", 0, fold).empty());
    history.set_capacity(0);
    EXPECT_EQ(history.size(), 0U);
    history.add({"ana", "4", "h", "r", {}});
    EXPECT_EQ(history.size(), 0U);
}

}  // namespace
}  // namespace patchcord::irc
