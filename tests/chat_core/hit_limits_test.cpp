#include "chat_core/hit_limits.hpp"

#include <cstdint>
#include <gtest/gtest.h>

#include "tests/support/recording_log.hpp"

namespace patchcord::chat {
namespace {

enum class Limit : std::uint8_t { lines, bytes, count_ };

/// An operator who wants to see errors only.
class QuietLog final : public LogSink {
  public:
    [[nodiscard]] bool enabled(LogLevel level) const override { return level == LogLevel::error; }
    void log(LogLevel, std::string_view, std::string_view, std::initializer_list<LogField>) override {}
};

class HitLimitsTest : public testing::Test {
  protected:
    MetricRegistry registry_;
    Metric& lines_ = registry_.counter("patchcord_lines_total", "lines");
    Metric& bytes_ = registry_.counter("patchcord_bytes_total", "bytes");
    HitLimits<Limit> hit_;
};

TEST_F(HitLimitsTest, EachLimitIsCountedEachTimeAndLoggedOnce) {
    const tests::RecordingLog log;
    EXPECT_TRUE(hit_.note(Limit::lines, lines_, log));
    EXPECT_FALSE(hit_.note(Limit::lines, lines_, log));
    EXPECT_TRUE(hit_.note(Limit::bytes, bytes_, log));
    EXPECT_FALSE(hit_.note(Limit::lines, lines_, log));
    EXPECT_EQ(lines_.value(), 3);
    EXPECT_EQ(bytes_.value(), 1);
}

TEST_F(HitLimitsTest, ItIsCountedWhenWarningsAreNotLogged) {
    const QuietLog log;
    EXPECT_FALSE(hit_.note(Limit::lines, lines_, log));
    EXPECT_EQ(lines_.value(), 1);
}

TEST_F(HitLimitsTest, ItIsKnownWhichWereHit) {
    const QuietLog log;
    EXPECT_FALSE(hit_.has(Limit::lines));
    (void)hit_.note(Limit::lines, lines_, log);
    EXPECT_TRUE(hit_.has(Limit::lines));
    EXPECT_FALSE(hit_.has(Limit::bytes));
}

}  // namespace
}  // namespace patchcord::chat
