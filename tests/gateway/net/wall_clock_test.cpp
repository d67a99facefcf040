#include "gateway/net/wall_clock.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto noon = std::chrono::hours(500'000);

class WallClockTest : public ::testing::Test {
  protected:
    /// What it tells, after noon, when the machine tells `told` and has run for `now`.
    std::chrono::milliseconds read(std::chrono::milliseconds told, std::chrono::milliseconds now) {
        return clock_.read(chat::WallTime(noon + told), chat::Now(now)).time_since_epoch() - noon;
    }

    WallClock clock_;
};

TEST_F(WallClockTest, ItTellsWhatTheMachineTells) {
    EXPECT_EQ(read(0s, 0s), 0s);
    EXPECT_EQ(read(10s, 10s), 10s);
    EXPECT_EQ(read(10s + 9h, 11s), 10s + 9h) << "set on, it goes along";
}

TEST_F(WallClockTest, SetBackItGoesAtHalfItsPaceUntilTheMachineHasCaughtUp) {
    EXPECT_EQ(read(1h, 0s), 1h);
    EXPECT_EQ(read(10s, 10s), 1h + 5s);
    EXPECT_EQ(read(20s, 20s), 1h + 10s);
    EXPECT_EQ(read(2h, 2h), 2h);
    EXPECT_EQ(read(2h + 1s, 2h + 1s), 2h + 1s);
}

TEST_F(WallClockTest, AskedOftenItGoesOnAsWell) {
    EXPECT_EQ(read(1h, 0ms), 1h);
    std::chrono::milliseconds last{};
    for (int i = 1; i <= 1001; ++i) last = read(std::chrono::milliseconds(i), std::chrono::milliseconds(i));
    EXPECT_EQ(last, 1h + 500ms);
}

TEST_F(WallClockTest, ItNeverGoesBackHoweverOftenTheClockIsSet) {
    std::chrono::milliseconds last = read(0s, 0s);
    std::chrono::milliseconds told{};
    for (int i = 1; i < 1000; ++i) {
        told += i % 7 == 0 ? std::chrono::milliseconds(-20 * 60'000) : std::chrono::milliseconds(3 * 60'000);
        const std::chrono::milliseconds next = read(told, std::chrono::milliseconds(i));
        EXPECT_GE(next, last);
        last = next;
    }
}

TEST_F(WallClockTest, WhatWasWrongByDaysIsMendedAtOnce) {
    EXPECT_EQ(read(24h * 3650, 0s), 24h * 3650);
    EXPECT_EQ(read(10s, 10s), 10s);
    EXPECT_EQ(read(11s, 11s), 11s);
}

TEST_F(WallClockTest, ItGoesOnFromWhatAnEarlierRunTold) {
    clock_.not_before(chat::WallTime(noon + 1h), chat::Now(0s));
    EXPECT_EQ(read(0s, 0s), 1h);
    EXPECT_EQ(read(2s, 2s), 1h + 1s);
    clock_.not_before(chat::WallTime(noon), chat::Now(2s));
    EXPECT_EQ(read(2s, 2s), 1h + 1s);
}

}  // namespace
}  // namespace patchcord::gateway
