#include <algorithm>
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

class IrcWhoTest : public IrcTest {
  protected:
    IrcWhoTest() { bob_.send("AWAY :out"); }
    // The nicks of RPL_WHOREPLY, in order of the alphabet.
    static std::string nicks(const Lines& lines) {
        Lines found;
        for (const std::string& line : only("352", lines)) {
            const std::size_t end = line.rfind(' ', line.find(" :") - 1);
            const std::size_t begin = line.rfind(' ', end - 1) + 1;
            found.push_back(line.substr(begin, end - begin));
        }
        std::sort(found.begin(), found.end());
        std::string all;
        for (const std::string& nick : found) all += (all.empty() ? "" : " ") + nick;
        return all;
    }

    IrcClient ana_ = join("ana");
    IrcClient bob_ = join("bob");
    IrcClient carol_ = connect("carol");
};

TEST_F(IrcWhoTest, AChannelShowsItsMembersAndTheirFlags) {
    Lines lines = carol_.ask("WHO #A");
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (Lines{":irc.test 315 carol #A :End of WHO list",
                            ":irc.test 352 carol #a ~ana users.test irc.test ana H@ :0 Real ana",
                            ":irc.test 352 carol #a ~bob users.test irc.test bob G :0 Real bob"}));
    EXPECT_EQ(lines.size(), 3U);
}

TEST_F(IrcWhoTest, OperatorsBotsAndAllPrefixesAreShown) {
    make_operator(ana_);
    ana_.send("MODE ana +B\r\nMODE #a +v ana");
    EXPECT_EQ(only("352", carol_.ask("WHO ana")),
              (Lines{":irc.test 352 carol * ~ana users.test irc.test ana H*B :0 Real ana"}));
    IrcClient dave = join("dave", "multi-prefix");
    EXPECT_EQ(only("352", dave.ask("WHO ana")),
              (Lines{":irc.test 352 dave #a ~ana users.test irc.test ana H*B@+ :0 Real ana"}));
    EXPECT_EQ(nicks(dave.ask("WHO * o")), "ana");
    EXPECT_EQ(nicks(dave.ask("WHO #a o")), "ana");
}

TEST_F(IrcWhoTest, MasksMatchNickHostRealNameAccountAndServer) {
    user("bob").set_account("bobby");
    EXPECT_EQ(nicks(carol_.ask("WHO b*")), "bob");
    EXPECT_EQ(nicks(carol_.ask("WHO B?B")), "bob");
    EXPECT_EQ(nicks(carol_.ask("WHO bobby")), "bob");
    EXPECT_EQ(nicks(carol_.ask("WHO ~ana")), "ana");
    EXPECT_EQ(nicks(carol_.ask("WHO *!~ana@users.test")), "ana");
    EXPECT_EQ(nicks(carol_.ask("WHO :Real a*")), "ana");
    EXPECT_EQ(nicks(carol_.ask("WHO users.test")), "ana bob carol");
    EXPECT_EQ(nicks(carol_.ask("WHO irc.test")), "ana bob carol");
    EXPECT_EQ(nicks(carol_.ask("WHO 0")), "ana bob carol");
    EXPECT_EQ(nicks(carol_.ask("WHO nobody")), "");
}

TEST_F(IrcWhoTest, TheInvisibleAreFoundByNickAndByThoseWhoShareAChannel) {
    ana_.send("MODE ana +i");
    EXPECT_EQ(nicks(carol_.ask("WHO *")), "bob carol");
    EXPECT_EQ(nicks(carol_.ask("WHO #a")), "bob");
    EXPECT_EQ(nicks(carol_.ask("WHO ana")), "ana");
    EXPECT_EQ(nicks(bob_.ask("WHO *")), "ana bob carol");
    EXPECT_EQ(nicks(bob_.ask("WHO #a")), "ana bob");
    make_operator(carol_);
    EXPECT_EQ(nicks(carol_.ask("WHO *")), "ana bob carol");
}

TEST_F(IrcWhoTest, ASecretChannelShowsNobodyToOutsiders) {
    ana_.send("MODE #a +s");
    EXPECT_EQ(carol_.ask("WHO #a"), (Lines{":irc.test 315 carol #a :End of WHO list"}));
    EXPECT_EQ(only("352", carol_.ask("WHO ana")).front().substr(0, 21), ":irc.test 352 carol *");
    EXPECT_EQ(commands_of(carol_.ask("WHO #none")), (Lines{"315"}));
}

TEST_F(IrcWhoTest, WhoxAnswersTheAskedFieldsInTheOneOrder) {
    user("ana").set_account("ana@example.test");
    advance(10s);
    EXPECT_EQ(carol_.ask("WHO ana %tcuihsnfdlaor,123"),
              (Lines{":irc.test 354 carol 123 * ~ana 255.255.255.255 users.test irc.test ana H 0 10 ana@example.test "
                     "n/a :Real ana",
                     ":irc.test 315 carol ana :End of WHO list"}));
    EXPECT_EQ(carol_.ask("WHO ana %roaldfnshiuct,1").front(),
              ":irc.test 354 carol 1 * ~ana 255.255.255.255 users.test irc.test ana H 0 10 ana@example.test n/a "
              ":Real ana");
    EXPECT_EQ(carol_.ask("WHO bob %na").front(), ":irc.test 354 carol bob 0");
    EXPECT_EQ(ana_.ask("WHO bob %cnf").front(), ":irc.test 354 ana #a bob G");
}

TEST_F(IrcWhoTest, AWhoxTokenHasAtMostThreeDigits) {
    EXPECT_EQ(carol_.ask("WHO ana %tn").front(), ":irc.test 354 carol 0 ana");
    for (const std::string token : {"", "1234", "x", "-1"}) {
        EXPECT_EQ(carol_.ask("WHO ana %tn," + token).front(), ":irc.test 354 carol 0 ana") << token;
    }
}

TEST_F(IrcWhoTest, WhoxWithoutAFieldOrWithUnknownOnesIsHarmless) {
    EXPECT_EQ(commands_of(carol_.ask("WHO ana %")), (Lines{"354", "315"}));
    EXPECT_EQ(commands_of(carol_.ask("WHO ana %xyz")), (Lines{"354", "315"}));
    EXPECT_EQ(only("352", carol_.ask("WHO ana %n")), Lines{});
}

TEST_F(IrcWhoTest, ManyPeopleAreListedInSlicesWithOneEnd) {
    for (int i = 0; i < 250; ++i) {
        ASSERT_FALSE((*service_.create_puppet("p" + std::to_string(i), {"u", "h", "P", "", false}))->join(group("#a")));
    }
    for (const std::string mask : {"#a", "*"}) {
        carol_.send("WHO " + mask + "\r\nPING x");
        service_.remove_puppet(user("p" + std::string(mask == "*" ? "200" : "201")).id(), "gone");
        advance(1s);
        const Lines lines = carol_.take();
        EXPECT_GE(only("352", lines).size(), 248U);
        EXPECT_EQ(commands_of(lines).end()[-2], "315");
        EXPECT_EQ(commands_of(lines).back(), "PONG");
    }
}

TEST_F(IrcWhoTest, AChannelThatEndsInTheMiddleIsTheEndOfItsList) {
    carol_.send("JOIN #big");
    for (int i = 0; i < 250; ++i) {
        ASSERT_FALSE(
            (*service_.create_puppet("p" + std::to_string(i), {"u", "h", "P", "", false}))->join(group("#big")));
    }
    carol_.take();
    ana_.take();
    ana_.send("WHO #big");
    carol_.send("PART #big");
    for (int i = 0; i < 250; ++i) service_.remove_puppet(user("p" + std::to_string(i)).id(), "gone");
    advance(1s);
    EXPECT_EQ(commands_of(ana_.take()).back(), "315");
}

// ISON, USERHOST

TEST_F(IrcWhoTest, IsonNamesThoseWhoAreOnline) {
    EXPECT_EQ(carol_.ask("ISON ANA nobody bob"), (Lines{":irc.test 303 carol :ana bob"}));
    EXPECT_EQ(carol_.ask("ISON :ana  nobody carol"), (Lines{":irc.test 303 carol :ana carol"}));
    EXPECT_EQ(carol_.ask("ISON nobody"), (Lines{":irc.test 303 carol :"}));
}

TEST_F(IrcWhoTest, AnIsonThatFillsTheLineNamesNobodyWrongly) {
    std::string names;
    for (int i = 0; i < 16; ++i) {
        const std::string name = "n" + std::string(28, static_cast<char>('a' + i)) + "x";
        service_.create_puppet(name, {"u", "h", "P", "", false});
        names += " " + name;
    }
    std::string answered;
    for (const std::string& line : carol_.ask("ISON" + names)) answered += line.substr(line.rfind(':')) + " ";
    EXPECT_EQ(std::count(answered.begin(), answered.end(), 'x'), 16);
}

TEST_F(IrcWhoTest, UserhostTellsOfFivePeople) {
    make_operator(ana_);
    EXPECT_EQ(carol_.ask("USERHOST ana BOB nobody"),
              (Lines{":irc.test 302 carol :ana*=+~ana@users.test bob=-~bob@users.test"}));
    EXPECT_EQ(carol_.ask("USERHOST x x x x x ana"), (Lines{":irc.test 302 carol :"}));
}

}  // namespace
}  // namespace patchcord::irc
