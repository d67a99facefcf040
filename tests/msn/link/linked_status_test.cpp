#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;
using State = LinkedAccount::State;

TEST_F(LinkTest, SinceWhenAnAccountIsInItsStateIsKnown) {
    LinkedAccount& account = link();
    EXPECT_EQ(account.state(), State::idle);
    const Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ASSERT_EQ(account.state(), State::signed_in);
    const chat::WallTime since = account.since();
    advance(100s);
    EXPECT_EQ(account.since(), since);
    account.disconnect();
    EXPECT_EQ(account.state(), State::stopped);
    EXPECT_EQ(account.since(), scheduler_.wall_now());
}

TEST_F(LinkTest, TheLastTroubleAndWhatWaitsAreKnown) {
    befriend("ana@example.com", "bob@example.com");
    const MsnClient bob = come_online("bob@example.com", 12);
    LinkedAccount& account = link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    EXPECT_EQ(account.last_trouble(), "");
    EXPECT_EQ(account.held_messages(), 0U);
    connector_.failure = std::make_error_code(std::errc::connection_refused);
    connector_.wires.front()->cut();
    advance(1s);
    ASSERT_EQ(account.state(), State::waiting);
    const std::string trouble = account.trouble();
    EXPECT_NE(trouble, "");
    EXPECT_EQ(account.last_trouble(), trouble);
    say(ana, "bob", "are you there?");
    EXPECT_EQ(account.held_messages(), 1U);
    connector_.failure = {};
    advance(20s);
    ASSERT_EQ(account.state(), State::signed_in);
    EXPECT_NE(account.last_trouble(), "") << "it stays known";
}

}  // namespace
}  // namespace patchcord::msn
