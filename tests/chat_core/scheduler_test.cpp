#include "chat_core/ports/scheduler.hpp"

#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "tests/support/manual_scheduler.hpp"

namespace patchcord::tests {
namespace {

using std::chrono::milliseconds;

// Every other test believes the manual scheduler: here it keeps the promises of the port.

TEST(ManualSchedulerTest, ATimerFiresOnceWhenItsDelayIsOverAndNotBefore) {
    ManualScheduler scheduler;
    int fired = 0;
    scheduler.after(milliseconds(100), [&] { ++fired; });
    scheduler.advance(milliseconds(99));
    EXPECT_EQ(fired, 0);
    scheduler.advance(milliseconds(1));
    EXPECT_EQ(fired, 1);
    scheduler.advance(milliseconds(1'000));
    EXPECT_EQ(fired, 1);
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST(ManualSchedulerTest, ATimerWithoutDelayDoesNotFireFromInsideTheCall) {
    ManualScheduler scheduler;
    bool fired = false;
    scheduler.after(milliseconds(0), [&] { fired = true; });
    EXPECT_FALSE(fired);
    scheduler.advance(milliseconds(0));
    EXPECT_TRUE(fired);
}

TEST(ManualSchedulerTest, TimersFireByTimeThenInTheOrderTheyWereMade) {
    ManualScheduler scheduler;
    std::vector<int> order;
    std::vector<milliseconds> at;
    const auto note = [&](int which) {
        order.push_back(which);
        at.push_back(scheduler.now() - ManualScheduler::start);
    };
    scheduler.after(milliseconds(20), [&] { note(3); });
    scheduler.after(milliseconds(10), [&] { note(1); });
    scheduler.after(milliseconds(10), [&] { note(2); });
    scheduler.advance(milliseconds(50));
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(at, (std::vector<milliseconds>{milliseconds(10), milliseconds(10), milliseconds(20)}));
    EXPECT_EQ(scheduler.now() - ManualScheduler::start, milliseconds(50));
}

TEST(ManualSchedulerTest, TimersMadeFromInsideATimerFireInTheSameAdvanceWhenTheyFallDue) {
    ManualScheduler scheduler;
    int ticks = 0;
    std::function<void()> tick = [&] {
        ++ticks;
        scheduler.after(milliseconds(10), tick);
    };
    scheduler.after(milliseconds(10), tick);
    scheduler.advance(milliseconds(35));
    EXPECT_EQ(ticks, 3);
    EXPECT_EQ(scheduler.pending(), 1U);
}

TEST(ManualSchedulerTest, ATimerCancelledFromInsideAnotherNeverFires) {
    ManualScheduler scheduler;
    bool fired = false;
    const chat::TimerId second = scheduler.after(milliseconds(20), [&] { fired = true; });
    scheduler.after(milliseconds(10), [&] { scheduler.cancel(second); });
    scheduler.advance(milliseconds(100));
    EXPECT_FALSE(fired);
}

TEST(ManualSchedulerTest, CancellingATimerThatFiredWasCancelledOrNeverWasIsIgnored) {
    ManualScheduler scheduler;
    chat::TimerId own;
    own = scheduler.after(milliseconds(10), [&] { scheduler.cancel(own); });
    bool fired = false;
    scheduler.after(milliseconds(20), [&] { fired = true; });
    scheduler.cancel(chat::TimerId{});
    scheduler.advance(milliseconds(10));
    scheduler.cancel(own);
    scheduler.advance(milliseconds(10));
    EXPECT_TRUE(fired);
}

TEST(ManualSchedulerTest, TheWallClockMovesWithTheOther) {
    ManualScheduler scheduler;
    const chat::WallTime before = scheduler.wall_now();
    scheduler.advance(std::chrono::hours(2));
    EXPECT_EQ(scheduler.wall_now() - before, std::chrono::hours(2));
    EXPECT_EQ(chat::unix_seconds(scheduler.wall_now()), 1'700'000'000 + 7'200);
}

}  // namespace
}  // namespace patchcord::tests
