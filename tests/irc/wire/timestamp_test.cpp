#include "irc/wire/timestamp.hpp"

#include <gtest/gtest.h>

namespace patchcord::irc {
namespace {

long long milliseconds_of(std::string_view text) {
    const auto at = parse_timestamp(text);
    return at ? at->time_since_epoch().count() : -1;
}

TEST(TimestampTest, ReadsTheFormOfServerTime) {
    EXPECT_EQ(milliseconds_of("1970-01-01T00:00:00.000Z"), 0);
    EXPECT_EQ(milliseconds_of("2026-01-31T12:34:56.789Z"), 1769862896789);
    EXPECT_EQ(milliseconds_of("2024-02-29T23:59:59.001Z"), 1709251199001);
}

TEST(TimestampTest, TheFractionMayBeShorterOrMissing) {
    EXPECT_EQ(milliseconds_of("1970-01-01T00:00:01Z"), 1000);
    EXPECT_EQ(milliseconds_of("1970-01-01T00:00:01.5Z"), 1500);
    EXPECT_EQ(milliseconds_of("1970-01-01T00:00:01.05Z"), 1050);
}

TEST(TimestampTest, AnythingElseIsNone) {
    for (const std::string_view text :
         {"", "Z", "2026", "2026-01-31", "2026-01-31T12:34:56.789", "2026-01-31T12:34:56.Z",
          "2026-01-31T12:34:56.1234Z", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
          "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31 12:34:56Z", "+026-01-31T12:34:56Z",
          "2026-1-31T12:34:56Z", "2026-01-31T12:34:56+00:00", "1969-12-31T23:59:59Z", "2026-01-31T-1:34:56Z",
          "99999-01-31T12:34:56Z"}) {
        EXPECT_FALSE(parse_timestamp(text)) << text;
    }
}

}  // namespace
}  // namespace patchcord::irc
