#include "chat_core/token_bucket.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace patchcord::chat {
namespace {

using std::chrono::milliseconds;

constexpr Now start{std::chrono::hours(1)};
constexpr TokenRate three_then_two_a_second{3, 2};

int takes_that_succeed(TokenBucket& bucket, const TokenRate& rate, Now now) {
    int taken = 0;
    while (taken < 1000 && bucket.take(rate, now)) ++taken;
    return taken;
}

TEST(TokenBucketTest, AFullBucketGivesItsBurstAndThenRefuses) {
    TokenBucket bucket(3);
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 3);
}

TEST(TokenBucketTest, LookingForATokenTakesNone) {
    TokenBucket bucket(3);
    EXPECT_TRUE(bucket.has(three_then_two_a_second, start));
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 3);
    EXPECT_FALSE(bucket.has(three_then_two_a_second, start + milliseconds(499)));
    EXPECT_TRUE(bucket.has(three_then_two_a_second, start + milliseconds(500)));
    EXPECT_TRUE(TokenBucket().has({0, 0}, start)) << "no limit";
}

TEST(TokenBucketTest, WhatIsGivenBackCanBeTakenAgainAndIsNeverMoreThanTheBurst) {
    TokenBucket bucket(3);
    ASSERT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 3);
    bucket.give_back(three_then_two_a_second, 1);
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 1);
    bucket.give_back(three_then_two_a_second, 100);
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 3);
}

TEST(TokenBucketTest, ABucketMadeWithoutASizeIsFullAtItsFirstUse) {
    TokenBucket bucket;
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start), 3);
}

TEST(TokenBucketTest, TokensComeBackAtTheRate) {
    TokenBucket bucket(3);
    takes_that_succeed(bucket, three_then_two_a_second, start);
    EXPECT_FALSE(bucket.take(three_then_two_a_second, start + milliseconds(499)));
    EXPECT_TRUE(bucket.take(three_then_two_a_second, start + milliseconds(500)));
    EXPECT_FALSE(bucket.take(three_then_two_a_second, start + milliseconds(999)));
    EXPECT_TRUE(bucket.take(three_then_two_a_second, start + milliseconds(1000)));
}

TEST(TokenBucketTest, ALongRestFillsTheBucketButNotMore) {
    TokenBucket bucket(3);
    takes_that_succeed(bucket, three_then_two_a_second, start);
    EXPECT_EQ(takes_that_succeed(bucket, three_then_two_a_second, start + std::chrono::hours(24)), 3);
}

TEST(TokenBucketTest, ADearThingLeavesADebtThatIsPaidBeforeTheNext) {
    TokenBucket bucket(3);
    EXPECT_TRUE(bucket.take(three_then_two_a_second, start));
    bucket.charge(three_then_two_a_second, start, 5);
    EXPECT_FALSE(bucket.take(three_then_two_a_second, start + milliseconds(1'999)));
    EXPECT_TRUE(bucket.take(three_then_two_a_second, start + milliseconds(2'000)));
}

TEST(TokenBucketTest, ARateOfZeroIsNoLimitAndNoWait) {
    TokenBucket bucket;
    const TokenRate unlimited{0, 0};
    EXPECT_EQ(takes_that_succeed(bucket, unlimited, start), 1000);
    EXPECT_EQ(bucket.wait(unlimited), milliseconds(0));
}

TEST(TokenBucketTest, ThereIsNoWaitWhileATokenIsThere) {
    TokenBucket bucket(3);
    EXPECT_TRUE(bucket.take(three_then_two_a_second, start));
    EXPECT_EQ(bucket.wait(three_then_two_a_second), milliseconds(0));
}

TEST(TokenBucketTest, AClockThatStandsStillOrGoesBackGivesNothing) {
    TokenBucket bucket(3);
    takes_that_succeed(bucket, three_then_two_a_second, start);
    EXPECT_FALSE(bucket.take(three_then_two_a_second, start));
    EXPECT_FALSE(bucket.take(three_then_two_a_second, start - std::chrono::minutes(1)));
}

TEST(TokenBucketTest, AnotherRateHoldsFromTheNextTakeOn) {
    TokenBucket bucket(10);
    const TokenRate strict{1, 1};
    EXPECT_TRUE(bucket.take({10, 10}, start));
    EXPECT_EQ(takes_that_succeed(bucket, strict, start + milliseconds(1)), 1);
}

RC_GTEST_PROP(TokenBucketTest, NeverGivesMoreThanBurstPlusRateTimesTime, ()) {
    const int burst = *rc::gen::inRange(1, 20);
    const int per_second = *rc::gen::inRange(1, 50);
    const auto pauses = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 400));
    const TokenRate rate{static_cast<double>(burst), static_cast<double>(per_second)};
    TokenBucket bucket(rate.burst);
    Now now = start;
    int taken = 0;
    for (const int pause : pauses) {
        now += milliseconds(pause);
        if (bucket.take(rate, now)) ++taken;
        const double seconds = std::chrono::duration<double>(now - start).count();
        RC_ASSERT(taken <= rate.burst + seconds * rate.per_second + 0.01);
    }
}

RC_GTEST_PROP(TokenBucketTest, AfterTheWaitItNamesATokenIsThere, ()) {
    const TokenRate rate{static_cast<double>(*rc::gen::inRange(1, 20)), *rc::gen::inRange(1, 5'000) / 100.0};
    const double cost = *rc::gen::inRange(1, 20);
    TokenBucket bucket(rate.burst);
    while (bucket.take(rate, start)) bucket.charge(rate, start, cost - 1);
    const milliseconds wait = bucket.wait(rate);
    RC_ASSERT(wait.count() > 0);
    RC_ASSERT(bucket.take(rate, start + wait));
}

}  // namespace
}  // namespace patchcord::chat
