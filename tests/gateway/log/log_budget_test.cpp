#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "chat_core/metrics.hpp"
#include "gateway/log/log.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using chat::LogLevel;

std::size_t lines(const std::string& text, std::string_view with) {
    std::size_t count = 0;
    for (std::size_t at = text.find(with); at != std::string::npos; at = text.find(with, at + 1)) ++count;
    return count;
}

class LogBudgetTest : public ::testing::Test {
  protected:
    LogBudgetTest() {
        log_->set_budget({3, 60s});
        log_->set_scheduler(&scheduler_);
        log_->count_in(metrics_);
    }
    void say(int times, std::string_view what = "limit hit", LogLevel level = LogLevel::warn) {
        for (int i = 0; i < times; ++i) log_->log(level, "irc#" + std::to_string(i), what, {{"nick", i}});
    }
    std::int64_t suppressed() { return metrics_.value("patchcord_log_lines_suppressed_total"); }
    std::int64_t dropped() { return metrics_.value("patchcord_log_lines_dropped_total"); }
    /// What `act` has written to standard error.
    template <class Act>
    static std::string written(const Act& act) {
        ::testing::internal::CaptureStderr();
        act();
        return ::testing::internal::GetCapturedStderr();
    }

    tests::ManualScheduler scheduler_;
    chat::MetricRegistry metrics_;
    std::unique_ptr<Log> log_ = std::make_unique<Log>(LogLevel::debug, LogFormat::text);
};

TEST_F(LogBudgetTest, AFloodWritesAFewLinesThenOneWithTheNumberOfTheOthers) {
    const std::string flood = written([&] { say(1'000); });
    EXPECT_EQ(lines(flood, "\n"), 3U);
    EXPECT_EQ(suppressed(), 997);
    const std::string later = written([&] { scheduler_.advance(60s); });
    EXPECT_EQ(lines(later, "\n"), 1U);
    EXPECT_NE(later.find(" warning more lines like this lines=997 like=\"limit hit\"\n"), std::string::npos) << later;
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(LogBudgetTest, WhatPeersSayMakesNoKindOfItsOwn) {
    const std::string flood = written([&] {
        for (int i = 0; i < 100; ++i) log_->log(LogLevel::info, {}, "said", {{"text", "text " + std::to_string(i)}});
    });
    EXPECT_EQ(lines(flood, "\n"), 3U);
}

TEST_F(LogBudgetTest, DebugIsNotRationed) {
    EXPECT_EQ(lines(written([&] { say(100, "request", LogLevel::debug); }), "\n"), 100U);
    EXPECT_EQ(suppressed(), 0);
}

TEST_F(LogBudgetTest, AnErrorGetsThroughAFloodOfTheSameSentence) {
    (void)written([&] { say(100, "session failed"); });
    EXPECT_EQ(lines(written([&] { say(1, "session failed", LogLevel::error); }), " error "), 1U);
}

TEST_F(LogBudgetTest, TheEndOfTheLogTellsWhatWasLeftOut) {
    (void)written([&] { say(10); });
    log_->set_scheduler(nullptr);
    EXPECT_EQ(scheduler_.pending(), 0U);
    EXPECT_NE(written([&] { log_.reset(); }).find("lines=7"), std::string::npos);
}

TEST_F(LogBudgetTest, LinesBelowTheLevelNeitherCountNorAreTold) {
    log_->set(LogLevel::error, LogFormat::text);
    EXPECT_EQ(written([&] {
                  say(100);
                  scheduler_.advance(60s);
              }),
              "");
    EXPECT_EQ(suppressed(), 0);
}

TEST_F(LogBudgetTest, LinesThatStandardErrorDoesNotTakeAreCounted) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    const std::string much(4096, 'x');
    while (::write(ends[1], much.data(), much.size()) > 0) {
    }
    const int standard_error = ::dup(STDERR_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    say(3);
    ::dup2(standard_error, STDERR_FILENO);
    for (const int fd : {ends[0], ends[1], standard_error}) ::close(fd);
    EXPECT_EQ(dropped(), 3);
}

}  // namespace
}  // namespace patchcord::gateway
