#include "chat_core/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace patchcord::chat {
namespace {

using std::chrono::milliseconds;

Backoff without_luck(BackoffOptions options) {
    return {options, [] { return 0.0; }};
}

TEST(BackoffTest, WaitsDoubleFromTheFirstToTheLongestAndStayThere) {
    Backoff backoff = without_luck({milliseconds(100), milliseconds(500), 0.2});
    EXPECT_EQ(backoff.next(), milliseconds(100));
    EXPECT_EQ(backoff.next(), milliseconds(200));
    EXPECT_EQ(backoff.next(), milliseconds(400));
    EXPECT_EQ(backoff.next(), milliseconds(500));
    EXPECT_EQ(backoff.next(), milliseconds(500));
}

TEST(BackoffTest, AfterATryThatHeldItBeginsAgain) {
    Backoff backoff = without_luck({milliseconds(100), milliseconds(500), 0.2});
    for (int i = 0; i < 5; ++i) (void)backoff.next();
    backoff.succeeded();
    EXPECT_EQ(backoff.next(), milliseconds(100));
    EXPECT_EQ(backoff.next(), milliseconds(200));
}

TEST(BackoffTest, JitterShortensAWaitByItsShareAndDoesNotAddUp) {
    Backoff backoff({milliseconds(100), milliseconds(10'000), 0.5}, [] { return 0.5; });
    EXPECT_EQ(backoff.next(), milliseconds(75));
    EXPECT_EQ(backoff.next(), milliseconds(150));
    EXPECT_EQ(backoff.next(), milliseconds(300));
}

TEST(BackoffTest, EveryWaitAsksForItsOwnRandomNumber) {
    double random = 0;
    Backoff backoff({milliseconds(1'000), milliseconds(1'000), 0.4}, [&] { return random; });
    EXPECT_EQ(backoff.next(), milliseconds(1'000));
    random = 0.25;
    EXPECT_EQ(backoff.next(), milliseconds(900));
}

TEST(BackoffTest, AThousandTriesNeitherOverflowNorPassTheLongest) {
    Backoff backoff = without_luck({});
    for (int i = 0; i < 1000; ++i) {
        const milliseconds wait = backoff.next();
        ASSERT_GE(wait, BackoffOptions{}.first);
        ASSERT_LE(wait, BackoffOptions{}.longest);
    }
    EXPECT_EQ(backoff.next(), BackoffOptions{}.longest);
}

RC_GTEST_PROP(BackoffTest, EveryWaitLiesWithinTheShareBelowItsFullLength, ()) {
    const long long first = *rc::gen::inRange(1LL, 10'000LL);
    const long long longest = *rc::gen::inRange(first, 1'000'000LL);
    const double jitter = *rc::gen::inRange(0, 101) / 100.0;
    const double random = *rc::gen::inRange(0, 1000) / 1000.0;
    const int tries = *rc::gen::inRange(1, 40);
    Backoff backoff({milliseconds(first), milliseconds(longest), jitter}, [&] { return random; });
    long long full = first;
    for (int i = 0; i < tries; ++i) {
        const long long wait = backoff.next().count();
        RC_ASSERT(wait <= full);
        RC_ASSERT(static_cast<double>(wait) >= static_cast<double>(full) * (1 - jitter) - 1);
        full = std::min(full * 2, longest);
    }
}

}  // namespace
}  // namespace patchcord::chat
