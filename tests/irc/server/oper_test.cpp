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

class IrcOperTest : public IrcTest {
  protected:
    IrcOperTest() {
        make_operator(root_);
        bob_.take();
    }
    IrcClient root_ = join("admin");
    IrcClient bob_ = join("bob");
};

TEST_F(IrcOperTest, OnlyOperatorsMayUseTheirCommands) {
    for (const std::string command : {"KILL admin :x", "REHASH", "WALLOPS :x", "KILL"}) {
        EXPECT_EQ(bob_.ask(command), (Lines{":irc.test 481 bob :Permission Denied- You're not an IRC operator"}));
    }
    EXPECT_EQ(rehashes_, 0);
}

// KILL

TEST_F(IrcOperTest, AKillEndsTheConnectionAndTheOthersSeeWhy) {
    IrcClient carol = join("carol");
    root_.take();
    bob_.take();
    EXPECT_EQ(root_.ask("KILL BOB :spam"), (Lines{":bob!~bob@users.test QUIT :Killed (admin (spam))"}));
    EXPECT_EQ(bob_.take(),
              (Lines{":admin!~admin@users.test KILL bob :spam", "ERROR :Closing Link: bob (Killed (admin (spam)))"}));
    EXPECT_TRUE(bob_.closed());
    EXPECT_EQ(only("QUIT", carol.take()), (Lines{":bob!~bob@users.test QUIT :Killed (admin (spam))"}));
    EXPECT_FALSE(service_.lookup_user("bob"));
    EXPECT_EQ(log_.count("KILL by=admin nick=bob"), 1U);
}

TEST_F(IrcOperTest, AKillOfNobodyIsRefused) {
    EXPECT_EQ(root_.ask("KILL nobody :x"), (Lines{":irc.test 401 admin nobody :No such nick/channel"}));
    EXPECT_EQ(commands_of(root_.ask("KILL bob")), (Lines{"461"}));
}

TEST_F(IrcOperTest, AnOperatorMayKillThemselves) {
    root_.send("KILL admin :enough\r\nPRIVMSG #a :ghost");
    EXPECT_TRUE(root_.closed());
    EXPECT_EQ(bob_.take(), (Lines{":admin!~admin@users.test QUIT :Killed (admin (enough))"}));
}

TEST_F(IrcOperTest, AKillOfAPuppetIsAnswered) {
    service_.create_puppet("paul", {"p", "hotmail.test", "Paul", "", false});
    EXPECT_FALSE(root_.ask("KILL paul :x").empty());
}

// WALLOPS

TEST_F(IrcOperTest, WallopsReachOperatorsOnly) {
    IrcClient second = connect("second");
    make_operator(second);
    root_.send("WALLOPS :attention please");
    EXPECT_EQ(second.take(), (Lines{":admin!~admin@users.test WALLOPS :attention please"}));
    EXPECT_EQ(only("WALLOPS", root_.take()).size(), 1U);
    EXPECT_TRUE(bob_.take().empty());
}

// REHASH

TEST_F(IrcOperTest, RehashReadsTheConfigurationAgain) {
    EXPECT_EQ(root_.ask("REHASH"), (Lines{":irc.test 382 admin gateway.toml :Rehashing"}));
    EXPECT_EQ(rehashes_, 1);
}

TEST_F(IrcOperTest, AConfigurationThatIsWrongIsReported) {
    rehash_error_ = "line 3: no such key";
    EXPECT_EQ(root_.ask("REHASH").back(), ":irc.test NOTICE admin :line 3: no such key");
    IrcClient second = connect("second", "standard-replies");
    make_operator(second);
    EXPECT_EQ(second.ask("REHASH").back(), ":irc.test FAIL REHASH CONFIG_BAD :line 3: no such key");
}

}  // namespace
}  // namespace patchcord::irc
