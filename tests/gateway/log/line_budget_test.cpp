#include "gateway/log/line_budget.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using chat::LogLevel;

constexpr chat::Now start{std::chrono::hours(1)};

class LineBudgetTest : public ::testing::Test {
  protected:
    LineBudgetTest() { budget_.set_options({3, 60s}); }

    /// How many of so many lines may be written.
    std::size_t written(std::size_t lines, std::string_view kind, LogLevel level = LogLevel::info) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < lines; ++i) {
            if (budget_.take(level, kind, now_)) ++count;
        }
        return count;
    }

    LineBudget budget_;
    chat::Now now_ = start;
};

TEST_F(LineBudgetTest, AFloodOfOneKindGetsItsFirstLinesAndOthersTheirs) {
    EXPECT_EQ(written(100, "limit hit"), 3U);
    EXPECT_EQ(written(2, "signed in"), 2U);
}

TEST_F(LineBudgetTest, WhatWasLeftOutIsToldOnceWhenTheIntervalIsOver) {
    (void)written(100, "limit hit");
    EXPECT_EQ(budget_.next_end(), start + 60s);
    EXPECT_TRUE(budget_.settle(start + 59'999ms).empty());
    const auto left_out = budget_.settle(start + 60s);
    ASSERT_EQ(left_out.size(), 1U);
    EXPECT_EQ(left_out.front().kind, "limit hit");
    EXPECT_EQ(left_out.front().lines, 97U);
    EXPECT_TRUE(budget_.settle(start + 60s).empty());
    EXPECT_EQ(budget_.next_end(), std::nullopt);
}

TEST_F(LineBudgetTest, TheNextIntervalHasABudgetOfItsOwn) {
    (void)written(4, "limit hit");
    now_ += 60s;
    (void)budget_.settle(now_);
    EXPECT_EQ(written(4, "limit hit"), 3U);
}

TEST_F(LineBudgetTest, AnIntervalInWhichNothingWasLeftOutEndsByItself) {
    EXPECT_EQ(written(3, "limit hit"), 3U);
    now_ += 60s;
    EXPECT_EQ(written(3, "limit hit"), 3U);
    EXPECT_TRUE(budget_.settle(now_ + 60s).empty());
}

TEST_F(LineBudgetTest, ErrorsHaveABudgetOfTheirOwn) {
    EXPECT_EQ(written(100, "session failed", LogLevel::warn), 3U);
    EXPECT_EQ(written(100, "session failed", LogLevel::error), 3U);
    const auto left_out = budget_.settle(start + 60s);
    ASSERT_EQ(left_out.size(), 2U);
    EXPECT_EQ(left_out.back().level, LogLevel::error);
}

TEST_F(LineBudgetTest, TheNumberHasTheHighestLevelOfItsLines) {
    (void)written(3, "limit hit");
    (void)written(2, "limit hit", LogLevel::info);
    (void)written(1, "limit hit", LogLevel::warn);
    (void)written(1, "limit hit", LogLevel::info);
    EXPECT_EQ(budget_.settle_all().front().level, LogLevel::warn);
}

TEST_F(LineBudgetTest, WithoutALimitEverythingIsWrittenAndNothingRemembered) {
    budget_.set_options({0, 60s});
    EXPECT_EQ(written(1'000, "limit hit"), 1'000U);
    EXPECT_EQ(budget_.kinds(), 0U);
}

TEST_F(LineBudgetTest, KindsBeyondTheMostShareOneBudget) {
    for (std::size_t i = 0; i < 10'000; ++i) (void)written(1, "kind " + std::to_string(i));
    EXPECT_LE(budget_.kinds(), LineBudget::max_kinds + 1);
    EXPECT_EQ(written(1, "yet another"), 0U);
    const auto left_out = budget_.settle(start + 60s);
    ASSERT_EQ(left_out.size(), 1U);
    EXPECT_EQ(left_out.front().kind, LineBudget::other_kinds);
    EXPECT_EQ(budget_.kinds(), 0U);
}

TEST_F(LineBudgetTest, KindsAreForgottenWhenOthersNeedTheRoom) {
    for (std::size_t i = 0; i < LineBudget::max_kinds; ++i) (void)written(1, "kind " + std::to_string(i));
    now_ += 60s;
    EXPECT_EQ(written(5, "new"), 3U);
    EXPECT_EQ(budget_.kinds(), 1U);
}

RC_GTEST_PROP(LineBudgetPropertyTest, EveryLineIsWrittenOrCountedAndNoIntervalHasTooMany, ()) {
    LineBudget budget;
    budget.set_options({3, 1s});
    chat::Now now = start;
    std::uint64_t asked = 0;
    std::uint64_t written = 0;
    std::uint64_t told = 0;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 700));
    for (const int step : steps) {
        now += std::chrono::milliseconds(step);
        for (const auto& left_out : budget.settle(now)) told += left_out.lines;
        ++asked;
        if (budget.take(LogLevel::info, step % 2 == 0 ? "even" : "odd", now)) ++written;
    }
    for (const auto& left_out : budget.settle_all()) told += left_out.lines;
    RC_ASSERT(written + told == asked);
    const auto intervals = static_cast<std::uint64_t>((now - start) / std::chrono::milliseconds(1'000) + 1);
    RC_ASSERT(written <= 2 * 3 * intervals);
}

}  // namespace
}  // namespace patchcord::gateway
