#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;

/// People who open the window of a room, where those are shown only who speak.
class MsnSwitchboardQuietTest : public tests::MsnSwitchboardTest {
  protected:
    MsnSwitchboardQuietTest() {
        chat::ServiceOptions options = service_.options();
        options.entrances.speakers_only = true;
        service_.set_options(std::move(options));
        EXPECT_FALSE(zoe_->join(room_));
    }

    chat::Group& room_ = make_room();
    const std::string handle_ = "a@rooms.msn.test";
    MsnPerson ana_ = online("ana");
    IrcPerson zoe_{service_, "zoe"};
};

TEST_F(MsnSwitchboardQuietTest, OpeningAndClosingAWindowIsSeenByNobody) {
    MsnPerson bob = online("bob");
    MsnClient other = call(bob, handle_);
    MsnClient window = call(ana_, handle_);
    window.send("OUT");
    EXPECT_EQ(zoe_.take(), Log{});
    EXPECT_EQ(other.take(), Commands{});
    EXPECT_EQ(room_.size(), 2U);
}

TEST_F(MsnSwitchboardQuietTest, WhoSpeaksIsShownToBothSidesFirst) {
    MsnPerson bob = online("bob");
    MsnClient other = call(bob, handle_);
    MsnClient window = call(ana_, handle_);
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(zoe_.take(), (Log{"joined #a ana", "message ana -> #a: hello"}));
    const Commands seen = other.take();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen.front(), "JOI ana@example.com Ana");
}

TEST_F(MsnSwitchboardQuietTest, WhoOnlyListensHearsEverything) {
    MsnClient window = call(ana_, handle_);
    EXPECT_FALSE(zoe_.say(room_, "hi"));
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test: hi"}));
}

TEST_F(MsnSwitchboardQuietTest, WhoOnlyListensIsNotShownToThoseWhoComeLater) {
    MsnClient window = call(ana_, handle_);
    MsnPerson bob = online("bob");
    MsnClient second = enter(bob);
    EXPECT_EQ(ring_up(second, handle_), (Commands{"JOI a@rooms.msn.test %23a", "JOI zoe@irc.msn.test zoe"}));
}

}  // namespace
}  // namespace patchcord::msn
