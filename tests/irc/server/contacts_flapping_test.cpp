#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "tests/support/contacts_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::IrcClient;
using tests::IrcContactsTest;
using tests::Lines;
using tests::only;
using tests::Visitor;

/// Contacts who come and go all the time are not shown each time.
class IrcContactsFlappingTest : public IrcContactsTest {
  protected:
    IrcContactsFlappingTest() {
        change_options([](ServerOptions& options) { options.flap_interval = 60s; });
        list("ana", "bob");
        ana_.send("JOIN &contacts");
        ana_.take();
    }
    /// Bob was seen to come and to go.
    void was_here() {
        visit("bob")->log_out("Signed out");
        ana_.take();
    }
    [[nodiscard]] Lines names() { return only("353", ana_.ask("NAMES &contacts")); }

    const Lines nobody_ = {":irc.test 353 ana @ &contacts :ana"};
    const Lines bob_too_ = {":irc.test 353 ana @ &contacts :ana bob"};
    IrcClient ana_ = connect("ana", "away-notify setname");
};

TEST_F(IrcContactsFlappingTest, WhoComesAgainTooSoonAndGoesIsNotShown) {
    was_here();
    visit("bob")->log_out("Signed out");
    visit("bob")->log_out("Signed out");
    EXPECT_EQ(ana_.take(), Lines{});
    scheduler_.advance(61s);
    EXPECT_EQ(only("JOIN", ana_.take()), Lines{});
}

TEST_F(IrcContactsFlappingTest, WhoComesAgainTooSoonAndStaysIsShownWhenTheIntervalIsOver) {
    was_here();
    scheduler_.advance(20s);
    const auto bob = visit("bob");
    EXPECT_EQ(names(), nobody_);
    scheduler_.advance(39s);
    EXPECT_EQ(only("JOIN", ana_.take()), Lines{});
    scheduler_.advance(2s);
    EXPECT_EQ(only("JOIN", ana_.take()), (Lines{":bob!bob@example.com JOIN &contacts"}));
    EXPECT_EQ(names(), bob_too_);
}

TEST_F(IrcContactsFlappingTest, NothingIsToldOfWhoIsNotShown) {
    was_here();
    auto bob = visit("bob");
    (*bob)->set_presence({chat::Availability::away, "Away"});
    (*bob)->set_real_name("Bob B.");
    ASSERT_FALSE((*bob)->rename("bobby"));
    EXPECT_EQ(ana_.take(), Lines{});
    ASSERT_FALSE(bob->say(user("ana"), "hi"));
    EXPECT_EQ(ana_.take(), (Lines{":bobby!bob@example.com PRIVMSG ana :hi"}));
}

TEST_F(IrcContactsFlappingTest, OthersAreShownAsEver) {
    list("ana", "carol");
    was_here();
    const auto carol = visit("carol");
    EXPECT_EQ(ana_.take(), (Lines{":carol!carol@example.com JOIN &contacts"}));
}

TEST_F(IrcContactsFlappingTest, WhoOpensTheChannelSeesEverybody) {
    was_here();
    const auto bob = visit("bob");
    IrcClient zoe = connect("zoe");
    list("zoe", "bob");
    EXPECT_EQ(only("353", zoe.take()), (Lines{":irc.test 353 zoe @ &contacts :zoe bob"}));
}

TEST_F(IrcContactsFlappingTest, EndOfTheConnectionWithSomebodyHeldBackIsNoHarm) {
    was_here();
    const auto bob = visit("bob");
    ana_.send("QUIT");
    scheduler_.advance(61s);
    EXPECT_FALSE(service_.lookup_user("ana"));
}

}  // namespace
}  // namespace patchcord::irc
