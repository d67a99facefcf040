#include "gateway/net/timer_wheel.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace patchcord::gateway {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr chat::Now start{hours(1)};
constexpr milliseconds round{4096 * TimerWheel::tick};

class TimerWheelTest : public ::testing::Test {
  protected:
    std::function<void()> note(std::string name) {
        return [this, name] { fired_.push_back(name); };
    }

    TimerWheel wheel_{start};
    std::vector<std::string> fired_;
};

using Names = std::vector<std::string>;

TEST_F(TimerWheelTest, FiresAtItsDeadlineAndNotBefore) {
    wheel_.add(start + seconds(1), note("a"));
    wheel_.advance(start + milliseconds(999));
    EXPECT_TRUE(fired_.empty());
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(fired_, Names{"a"});
}

TEST_F(TimerWheelTest, DeadlineInsideATickIsRoundedUp) {
    wheel_.add(start + milliseconds(101), note("a"));
    wheel_.advance(start + milliseconds(149));
    EXPECT_TRUE(fired_.empty());
    wheel_.advance(start + milliseconds(150));
    EXPECT_EQ(fired_, Names{"a"});
}

TEST_F(TimerWheelTest, DeadlineInThePastFiresAtTheNextTick) {
    wheel_.add(start - hours(1), note("a"));
    wheel_.advance(start);
    EXPECT_TRUE(fired_.empty());
    wheel_.advance(start + TimerWheel::tick);
    EXPECT_EQ(fired_, Names{"a"});
}

TEST_F(TimerWheelTest, FiresOnce) {
    wheel_.add(start + seconds(1), note("a"));
    wheel_.advance(start + seconds(1));
    wheel_.advance(start + seconds(1) + round);
    wheel_.advance(start + seconds(1) + 3 * round);
    EXPECT_EQ(fired_, Names{"a"});
    EXPECT_EQ(wheel_.size(), 0U);
}

TEST_F(TimerWheelTest, FiresInOrderOfTicks) {
    wheel_.add(start + seconds(3), note("c"));
    wheel_.add(start + seconds(1), note("a"));
    wheel_.add(start + seconds(2), note("b"));
    wheel_.advance(start + seconds(4));
    EXPECT_EQ(fired_, (Names{"a", "b", "c"}));
}

TEST_F(TimerWheelTest, FiresInOrderOfTicksAfterASleepOfSeveralRounds) {
    wheel_.add(start + milliseconds(500), note("first"));
    wheel_.add(start + round + seconds(80), note("second"));
    wheel_.advance(start + 2 * round + seconds(60));
    EXPECT_EQ(fired_, (Names{"first", "second"}));
}

TEST_F(TimerWheelTest, WaitLongerThanARoundDoesNotFireEarly) {
    wheel_.add(start + hours(1), note("a"));
    for (seconds at(1); at < hours(1); at += seconds(1)) wheel_.advance(start + at);
    EXPECT_TRUE(fired_.empty());
    wheel_.advance(start + hours(1));
    EXPECT_EQ(fired_, Names{"a"});
}

TEST_F(TimerWheelTest, CancelledTimerDoesNotFire) {
    const chat::TimerId a = wheel_.add(start + seconds(1), note("a"));
    wheel_.add(start + seconds(1), note("b"));
    wheel_.cancel(a);
    EXPECT_EQ(wheel_.size(), 1U);
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(fired_, Names{"b"});
}

TEST_F(TimerWheelTest, CancellingWhatIsNotThereIsIgnored) {
    wheel_.cancel({});
    wheel_.cancel({17, 3});
    const chat::TimerId cancelled = wheel_.add(start + seconds(1), note("a"));
    wheel_.cancel(cancelled);
    wheel_.cancel(cancelled);
    const chat::TimerId fired = wheel_.add(start + seconds(1), note("b"));
    wheel_.advance(start + seconds(1));
    wheel_.cancel(fired);
    EXPECT_EQ(fired_, Names{"b"});
    EXPECT_EQ(wheel_.size(), 0U);
}

TEST_F(TimerWheelTest, OldIdDoesNotCancelTheTimerThatTookItsPlace) {
    const chat::TimerId old = wheel_.add(start + seconds(1), note("old"));
    wheel_.cancel(old);
    const chat::TimerId next = wheel_.add(start + seconds(1), note("new"));
    ASSERT_EQ(next.slot, old.slot) << "the place is used again";
    wheel_.cancel(old);
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(fired_, Names{"new"});
}

TEST_F(TimerWheelTest, TimerCancelledByAnotherOfItsTickDoesNotFire) {
    chat::TimerId a;
    chat::TimerId b;
    a = wheel_.add(start + seconds(1), [&] {
        fired_.push_back("one");
        wheel_.cancel(b);
    });
    b = wheel_.add(start + seconds(1), [&] {
        fired_.push_back("one");
        wheel_.cancel(a);
    });
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(fired_, Names{"one"}) << "each cancels the other";
    EXPECT_EQ(wheel_.size(), 0U);
}

TEST_F(TimerWheelTest, FiringTimerMayCancelItself) {
    chat::TimerId id;
    id = wheel_.add(start + seconds(1), [&] {
        wheel_.cancel(id);
        fired_.push_back("a");
    });
    wheel_.add(start + seconds(2), note("b"));
    wheel_.advance(start + seconds(2));
    EXPECT_EQ(fired_, (Names{"a", "b"}));
}

TEST_F(TimerWheelTest, TimerAddedByAFiringOneFiresAtItsOwnTime) {
    wheel_.add(start + seconds(1), [&] { wheel_.add(start + seconds(2), note("later")); });
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(wheel_.size(), 1U);
    wheel_.advance(start + milliseconds(1950));
    EXPECT_TRUE(fired_.empty());
    wheel_.advance(start + seconds(2));
    EXPECT_EQ(fired_, Names{"later"});
}

TEST_F(TimerWheelTest, TimerAddedByAFiringOneForEarlierWaitsForTheNextCall) {
    const chat::Now now = start + seconds(5);
    wheel_.add(start + seconds(1), [&] { wheel_.add(start, note("earlier")); });
    wheel_.advance(now);
    EXPECT_TRUE(fired_.empty()) << "or one that adds itself again would fire once for every tick slept through";
    wheel_.advance(now + TimerWheel::tick);
    EXPECT_EQ(fired_, Names{"earlier"});
}

TEST_F(TimerWheelTest, FiringTimersMayAddSoManyThatTheWheelHasToGrow) {
    for (int i = 0; i < 10; ++i) {
        wheel_.add(start + seconds(1), [&] {
            for (int j = 0; j < 100; ++j) wheel_.add(start + seconds(2), note("x"));
        });
    }
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(wheel_.size(), 1000U);
    wheel_.advance(start + seconds(2));
    EXPECT_EQ(fired_.size(), 1000U);
}

TEST_F(TimerWheelTest, TimerThatThrowsDoesNotDelayTheOthersOfItsTick) {
    wheel_.add(start + seconds(1), note("x"));
    wheel_.add(start + seconds(1), [] { throw std::runtime_error("x"); });
    wheel_.add(start + seconds(1), note("x"));
    EXPECT_THROW(wheel_.advance(start + seconds(1)), std::runtime_error);
    wheel_.advance(start + seconds(1) + TimerWheel::tick);
    EXPECT_EQ(fired_, (Names{"x", "x"}));
}

TEST_F(TimerWheelTest, WhatATimerOwnsMayUseTheWheelWhenItIsCancelled) {
    const auto add_many = [this](void*) {
        for (int i = 0; i < 1000; ++i) wheel_.add(start + seconds(1), note("x"));
    };
    std::shared_ptr<void> owned(this, add_many);
    const chat::TimerId id = wheel_.add(start + seconds(9), [kept = std::move(owned)] {});
    wheel_.cancel(id);
    wheel_.advance(start + seconds(1));
    EXPECT_EQ(fired_.size(), 1000U);
}

TEST_F(TimerWheelTest, NextIsNeverWithoutTimers) {
    EXPECT_EQ(wheel_.next(), chat::Now::max());
    const chat::TimerId id = wheel_.add(start + seconds(1), note("a"));
    EXPECT_EQ(wheel_.next(), start + seconds(1));
    wheel_.cancel(id);
    EXPECT_EQ(wheel_.next(), chat::Now::max());
}

TEST_F(TimerWheelTest, NextIsTheFirstDeadlineWhereverTheWheelStands) {
    for (milliseconds turned(0); turned <= round + seconds(10); turned += milliseconds(3'350)) {
        wheel_.advance(start + turned);
        for (const milliseconds delay : {TimerWheel::tick, milliseconds(3'200), milliseconds(100'000), round}) {
            const chat::TimerId id = wheel_.add(start + turned + delay, note("a"));
            EXPECT_EQ(wheel_.next(), start + turned + delay);
            wheel_.cancel(id);
        }
    }
}

}  // namespace
}  // namespace patchcord::gateway
