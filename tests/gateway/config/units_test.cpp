#include "gateway/config/units.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(UnitsTest, TimesAreRead) {
    EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
    EXPECT_EQ(parse_duration("90s"), seconds(90));
    EXPECT_EQ(parse_duration("10m"), minutes(10));
    EXPECT_EQ(parse_duration("2h"), hours(2));
    EXPECT_EQ(parse_duration("2 h"), hours(2));
    EXPECT_EQ(parse_duration("7d"), hours(7 * 24));
    EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(UnitsTest, WhatIsNoTimeIsRefused) {
    for (const char* text :
         {"",     " ",    "s",  "90",    "-1s",   "+1s",  "1.5h", "1,5h", "1e3s", " 1s",  "1s ", "1  s", "1\ts", "1S",
          "1 Ms", "1min", "1D", "1h30m", "0x10s", "1s1s", "ms",   "1m s", "1s\n", "1mss", "nan", "inf",  "infs"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
    EXPECT_FALSE(parse_duration(std::string_view("1s\0", 3)));
}

TEST(UnitsTest, TimesEndAtAYear) {
    EXPECT_EQ(parse_duration("8784h"), hours(8784));
    EXPECT_FALSE(parse_duration("8785h"));
    EXPECT_FALSE(parse_duration("18446744073709551615ms"));
    EXPECT_FALSE(parse_duration("18446744073709551616ms"));
    EXPECT_FALSE(parse_duration("5124095576030431h")) << "would wrap around to 0.03 s";
    EXPECT_FALSE(parse_duration("99999999999999999999999999999999h"));
}

TEST(UnitsTest, SizesAreRead) {
    EXPECT_EQ(parse_size("1000 B"), 1000U);
    EXPECT_EQ(parse_size("1000B"), 1000U);
    EXPECT_EQ(parse_size("512 KiB"), 512U * 1024);
    EXPECT_EQ(parse_size("1MiB"), 1024U * 1024);
    EXPECT_EQ(parse_size("4 GiB"), std::size_t{4} * 1024 * 1024 * 1024);
    EXPECT_EQ(parse_size("0 B"), 0U);
}

TEST(UnitsTest, WhatIsNoSizeIsRefused) {
    for (const char* text : {"",
                             "B",
                             "1",
                             "1 ",
                             "-1 B",
                             "+1 B",
                             "1.5 KiB",
                             "1 KB",
                             "1 kib",
                             "1k",
                             "1 K",
                             "1  KiB",
                             " 1 B",
                             "1 B ",
                             "1 KiBB",
                             "0x1 B",
                             "1e6 B",
                             "1 TiB",
                             "18446744073709551616 B",
                             "9223372036854775808 B",
                             "17179869184 GiB",
                             "99999999999 GiB"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
}

RC_GTEST_PROP(UnitsTest, NumberOfSecondsIsThatManySeconds, ()) {
    const auto number = *rc::gen::inRange(0, 366 * 24 * 3600 + 1);
    RC_ASSERT(parse_duration(std::to_string(number) + "s") == seconds(number));
}

RC_GTEST_PROP(UnitsTest, SizeWithinRangeIsNotRounded, ()) {
    const auto number = *rc::gen::inRange<std::int64_t>(0, INT64_MAX / 1024);
    RC_ASSERT(parse_size(std::to_string(number) + " KiB") == static_cast<std::size_t>(number) * 1024);
}

}  // namespace
}  // namespace patchcord::gateway
