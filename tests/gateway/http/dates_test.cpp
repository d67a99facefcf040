#include "gateway/http/dates.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

constexpr chat::WallTime example{std::chrono::seconds(784111777)};

TEST(DatesTest, TheExampleOfTheStandardReadsAsThere) {
    EXPECT_EQ(format_http_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_xml_date(example), "1994-11-06T08:49:37Z");
}

TEST(DatesTest, MillisecondsAreLeftOut) {
    EXPECT_EQ(format_xml_date(example + std::chrono::milliseconds(999)), "1994-11-06T08:49:37Z");
}

}  // namespace
}  // namespace patchcord::gateway
