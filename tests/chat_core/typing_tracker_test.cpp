#include "chat_core/typing_tracker.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <utility>
#include <vector>

#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Now start{std::chrono::hours(1)};
constexpr TypingTracker::Options three_seconds{milliseconds(3'000), milliseconds(30'000), 4};

TypingTracker::Place place(std::uint32_t who, std::uint64_t where = 1) {
    return {UserId{who, 1}, where};
}

TEST(TypingTrackerTest, ActiveIsPassedOnAtMostOnceAnInterval) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::active, start + milliseconds(2'999)));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start + milliseconds(3'000)));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::active, start + milliseconds(5'999)));
}

TEST(TypingTrackerTest, ANoticeThatWasHeldBackDoesNotProlongTheInterval) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    for (int ms = 500; ms < 3'000; ms += 500) {
        EXPECT_FALSE(tracker.notice(place(1), TypingState::active, start + milliseconds(ms)));
    }
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start + milliseconds(3'000)));
}

TEST(TypingTrackerTest, PeopleAndPlacesAreIndependent) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1, 1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(2, 1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1, 2), TypingState::active, start));
    EXPECT_EQ(tracker.size(), 3U);
}

TEST(TypingTrackerTest, AnotherBearerOfTheSameSlotIsAnotherPerson) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice({UserId{1, 1}, 1}, TypingState::active, start));
    EXPECT_TRUE(tracker.notice({UserId{1, 2}, 1}, TypingState::active, start));
}

TEST(TypingTrackerTest, APauseIsPassedOnAtOnceAfterActive) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::paused, start + milliseconds(1)));
}

TEST(TypingTrackerTest, APauseIsPassedOnOnlyAfterSomethingElse) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::paused, start + milliseconds(1)));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::paused, start + milliseconds(2)));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::paused, start + seconds(10)));
}

TEST(TypingTrackerTest, DoneIsPassedOnOnlyAfterSomethingElse) {
    TypingTracker tracker(three_seconds);
    EXPECT_FALSE(tracker.notice(place(1), TypingState::done, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::done, start + milliseconds(1)));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::done, start + milliseconds(2)));
}

TEST(TypingTrackerTest, DoneIsPassedOnAfterAPause) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::paused, start));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::done, start));
}

int passed_on_within_an_interval(TypingState one, TypingState other, TypingState counted) {
    TypingTracker tracker(three_seconds);
    int passed = 0;
    for (int ms = 0; ms < 3'000; ms += 10) {
        const TypingState state = (ms / 10) % 2 == 0 ? one : other;
        if (tracker.notice(place(1), state, start + milliseconds(ms)) && state == counted) ++passed;
    }
    return passed;
}

TEST(TypingTrackerTest, SwitchingBetweenActiveAndPausedDoesNotGetRoundTheInterval) {
    EXPECT_EQ(passed_on_within_an_interval(TypingState::active, TypingState::paused, TypingState::active), 1);
}

TEST(TypingTrackerTest, SwitchingBetweenActiveAndDoneDoesNotGetRoundTheInterval) {
    EXPECT_EQ(passed_on_within_an_interval(TypingState::active, TypingState::done, TypingState::active), 1);
}

TEST(TypingTrackerTest, SwitchingBetweenPausedAndDoneDoesNotGetRoundTheInterval) {
    EXPECT_LE(passed_on_within_an_interval(TypingState::paused, TypingState::done, TypingState::done), 1);
}

TEST(TypingTrackerTest, AMessageClearsWithoutANoticeSoThatDoneHasNothingToEnd) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1), TypingState::active, start));
    tracker.message_sent(place(1));
    EXPECT_FALSE(tracker.notice(place(1), TypingState::done, start + milliseconds(1)));
}

TEST(TypingTrackerTest, AMessageClearsItsOwnPlaceOnly) {
    TypingTracker tracker(three_seconds);
    EXPECT_TRUE(tracker.notice(place(1, 1), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(1, 2), TypingState::active, start));
    tracker.message_sent(place(1, 1));
    EXPECT_TRUE(tracker.notice(place(1, 2), TypingState::done, start));
}

TEST(TypingTrackerTest, AMessageFromWhoeverDidNotTypeChangesNothing) {
    TypingTracker tracker(three_seconds);
    tracker.message_sent(place(1));
    EXPECT_EQ(tracker.size(), 0U);
}

TEST(TypingTrackerTest, BeyondItsCapacityNewOnesAreRefusedAndKnownOnesGoOn) {
    TypingTracker tracker(three_seconds);
    for (std::uint32_t who = 0; who < 4; ++who) EXPECT_TRUE(tracker.notice(place(who), TypingState::active, start));
    EXPECT_FALSE(tracker.notice(place(4), TypingState::active, start + seconds(1)));
    EXPECT_EQ(tracker.size(), 4U);
    EXPECT_TRUE(tracker.notice(place(0), TypingState::active, start + seconds(3)));
    EXPECT_TRUE(tracker.notice(place(1), TypingState::done, start + seconds(3)));
}

TEST(TypingTrackerTest, AFullTrackerMakesRoomByForgettingWhoFellSilent) {
    TypingTracker tracker(three_seconds);
    for (std::uint32_t who = 0; who < 4; ++who) EXPECT_TRUE(tracker.notice(place(who), TypingState::active, start));
    EXPECT_TRUE(tracker.notice(place(0), TypingState::active, start + seconds(29)));
    EXPECT_TRUE(tracker.notice(place(4), TypingState::active, start + seconds(30)));
    EXPECT_EQ(tracker.size(), 2U);
}

TEST(TypingTrackerTest, PlacesOfGroupsAndUsersDiffer) {
    tests::ManualScheduler scheduler;
    ChatService service(tests::service_options(), scheduler);
    tests::Visitor ana(service, "ana");
    tests::Visitor bob(service, "bob");
    const auto of = [](Group* group, User* user) { return TypingTracker::place_of({group, user, {}}); };
    Group& one = **service.create_group("#one");
    Group& two = **service.create_group("#two");
    EXPECT_EQ(of(&one, nullptr), of(&one, nullptr));
    EXPECT_NE(of(&one, nullptr), of(&two, nullptr));
    EXPECT_NE(of(nullptr, &ana.user()), of(nullptr, &bob.user()));
    EXPECT_NE(of(&one, nullptr), of(nullptr, &ana.user()));
}

RC_GTEST_PROP(TypingTrackerTest, NobodyIsPassedOnAsActiveTwiceWithinAnIntervalUnlessTheySentAMessage, ()) {
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 2'000)));
    TypingTracker tracker(three_seconds);
    Now now = start;
    Now last_active = start - seconds(60);
    for (const auto& [step, pause] : steps) {
        now += milliseconds(pause);
        if (step == 3) {
            tracker.message_sent(place(1));
            last_active = start - seconds(60);
            continue;
        }
        const auto state = static_cast<TypingState>(step);
        const bool passed = tracker.notice(place(1), state, now);
        if (state != TypingState::active || !passed) continue;
        RC_ASSERT(now - last_active >= three_seconds.interval);
        last_active = now;
    }
}

}  // namespace
}  // namespace patchcord::chat
