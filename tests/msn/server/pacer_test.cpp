#include "msn/server/pacer.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/manual_scheduler.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;

class PacerTest : public testing::Test {
  protected:
    void want(const std::string& whose) {
        if (pacer_.take(whose, interval_)) done_.push_back(whose);
    }
    std::vector<std::string> take() { return std::exchange(done_, {}); }

    using Done = std::vector<std::string>;
    std::chrono::milliseconds interval_ = 1s;
    tests::ManualScheduler scheduler_;
    std::vector<std::string> done_;
    Pacer pacer_{scheduler_, [this](const std::string& whose) { want(whose); }};
};

TEST_F(PacerTest, FirstIsDoneAtOnceAndTheLastAtTheEnd) {
    for (int i = 0; i < 100; ++i) want("ana");
    EXPECT_EQ(take(), (Done{"ana"}));
    scheduler_.advance(999ms);
    EXPECT_EQ(take(), Done{});
    scheduler_.advance(1ms);
    EXPECT_EQ(take(), (Done{"ana"}));
    scheduler_.advance(10s);
    EXPECT_EQ(take(), Done{});
}

TEST_F(PacerTest, OnceAnIntervalHoweverOftenItIsWanted) {
    for (int i = 0; i < 100; ++i) {
        want("ana");
        scheduler_.advance(100ms);
    }
    EXPECT_EQ(take().size(), 11U);
}

TEST_F(PacerTest, WhoeverHasWaitedIsDoneAtOnce) {
    want("ana");
    scheduler_.advance(1s);
    want("ana");
    EXPECT_EQ(take(), (Done{"ana", "ana"}));
}

TEST_F(PacerTest, EachHasAnIntervalOfTheirOwn) {
    want("ana");
    want("bob");
    EXPECT_EQ(take(), (Done{"ana", "bob"}));
}

TEST_F(PacerTest, NothingIsKeptOfWhoIsQuiet) {
    want("ana");
    EXPECT_EQ(pacer_.size(), 1U);
    scheduler_.advance(1s);
    EXPECT_EQ(pacer_.size(), 0U);
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(PacerTest, WithoutAnIntervalEverythingIsDone) {
    interval_ = 0s;
    for (int i = 0; i < 3; ++i) want("ana");
    EXPECT_EQ(take().size(), 3U);
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(PacerTest, ItsEndCancelsWhatWaits) {
    {
        Pacer pacer(scheduler_, [](const std::string&) { FAIL(); });
        EXPECT_TRUE(pacer.take("ana", 1s));
        EXPECT_FALSE(pacer.take("ana", 1s));
    }
    EXPECT_EQ(scheduler_.pending(), 0U);
    scheduler_.advance(2s);
}

}  // namespace
}  // namespace patchcord::msn
