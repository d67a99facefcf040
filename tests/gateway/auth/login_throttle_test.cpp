#include "gateway/auth/login_throttle.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr chat::Now start{std::chrono::hours(1)};
constexpr chat::TokenRate three_and_one_in_ten_seconds{3, 0.1};

/// How many tries of this many are let through.
int tries(LoginThrottle& throttle, const char* address, int count, chat::Now now = start) {
    int passed = 0;
    for (int i = 0; i < count; ++i) passed += throttle.begin(address, now) ? 1 : 0;
    return passed;
}

TEST(LoginThrottleTest, AnAddressHasItsTriesAndThenWaits) {
    LoginThrottle throttle(three_and_one_in_ten_seconds, 10);
    EXPECT_EQ(throttle.wait("192.0.2.1"), milliseconds(0));
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9), 3);
    EXPECT_GT(throttle.wait("192.0.2.1"), seconds(9));
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9, start + seconds(21)), 2);
    EXPECT_EQ(tries(throttle, "192.0.2.2", 9), 3) << "another address has its own";
}

TEST(LoginThrottleTest, WhatWasNoFailureIsGivenBack) {
    LoginThrottle throttle(three_and_one_in_ten_seconds, 10);
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(throttle.begin("192.0.2.1", start)) << i;
        throttle.forgive("192.0.2.1", start);
    }
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9), 3) << "and no more than that";
}

TEST(LoginThrottleTest, AnIpv6NetworkIsOneAddress) {
    LoginThrottle throttle(three_and_one_in_ten_seconds, 10);
    EXPECT_EQ(tries(throttle, "2001:db8:0:1::1", 2), 2);
    EXPECT_EQ(tries(throttle, "2001:db8:0:1:ffff::2", 2), 1);
    EXPECT_EQ(tries(throttle, "2001:db8:0:2::1", 2), 2);
}

TEST(LoginThrottleTest, AnotherRateHoldsFromThenOn) {
    LoginThrottle throttle(three_and_one_in_ten_seconds, 10);
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9), 3);
    throttle.set_rate({3, 1});
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9, start + seconds(2)), 2);
    throttle.set_rate({});
    EXPECT_EQ(tries(throttle, "192.0.2.1", 9, start + seconds(2)), 9) << "a rate of 0 is no limit";
}

TEST(LoginThrottleTest, RemembersSoManyAddressesAndForgetsTheOneUnusedLongest) {
    LoginThrottle throttle(three_and_one_in_ten_seconds, 2);
    EXPECT_EQ(tries(throttle, "192.0.2.1", 3), 3);
    EXPECT_EQ(tries(throttle, "192.0.2.2", 3), 3);
    EXPECT_EQ(tries(throttle, "192.0.2.1", 1), 0);
    EXPECT_EQ(tries(throttle, "192.0.2.3", 1), 1);
    EXPECT_EQ(throttle.addresses(), 2U);
    EXPECT_EQ(tries(throttle, "192.0.2.1", 1), 0) << "used later than the other";
    EXPECT_EQ(tries(throttle, "192.0.2.2", 1), 1) << "forgotten";
}

}  // namespace
}  // namespace patchcord::gateway
