#include "chat_core/flap_guard.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::chat {
namespace {

using std::chrono::milliseconds;

constexpr Now start{milliseconds(1'000'000)};

TEST(FlapGuardTest, WhoWasNeverShownMayBeAtOnce) {
    const FlapGuard guard(milliseconds(60'000));
    EXPECT_EQ(guard.next("bob", start), start);
}

TEST(FlapGuardTest, WhoWasShownMayBeAgainWhenTheIntervalIsOver) {
    FlapGuard guard(milliseconds(60'000));
    guard.shown("bob", start);
    EXPECT_EQ(guard.next("bob", start), start + milliseconds(60'000));
    EXPECT_EQ(guard.next("bob", start + milliseconds(59'999)), start + milliseconds(60'000));
    EXPECT_LE(guard.next("bob", start + milliseconds(60'001)), start + milliseconds(60'001));
    EXPECT_EQ(guard.next("carol", start), start);
}

TEST(FlapGuardTest, WithoutAnIntervalEverybodyMayBeShownAlways) {
    FlapGuard guard(milliseconds(0));
    guard.shown("bob", start);
    EXPECT_EQ(guard.next("bob", start), start);
    EXPECT_EQ(guard.size(), 0U);
}

TEST(FlapGuardTest, NewIntervalHoldsForThoseWhoWereShownBefore) {
    FlapGuard guard(milliseconds(60'000));
    guard.shown("bob", start);
    guard.set_interval(milliseconds(10));
    EXPECT_EQ(guard.next("bob", start), start + milliseconds(10));
}

TEST(FlapGuardTest, ThoseOfLongAgoAreForgotten) {
    FlapGuard guard(milliseconds(100));
    for (int i = 0; i < 10'000; ++i) guard.shown("visitor" + std::to_string(i), start + milliseconds(i));
    EXPECT_LT(guard.size(), 400U);
    EXPECT_EQ(guard.next("visitor9999", start + milliseconds(9'999)), start + milliseconds(10'099));
}

}  // namespace
}  // namespace patchcord::chat
