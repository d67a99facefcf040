#include "gateway/control/text_table.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

TEST(TextTableTest, ColumnsStandUnderEachOther) {
    EXPECT_EQ(format_table({{"a", "bb", "c"}, {"long", "b", "ccc"}}), "a     bb  c\nlong  b   ccc\n");
}

TEST(TextTableTest, WidthIsThatOfCharacters) {
    EXPECT_EQ(format_table({{"\u00e9\u00e9", "x"}, {"e", "y"}}), "\u00e9\u00e9  x\ne   y\n");
}

TEST(TextTableTest, ControlsAreShownAndMoveNothing) {
    EXPECT_EQ(format_table({{"a\nb", "\x1b[2J"}}), "a\\x0ab  \\x1b[2J\n");
}

TEST(TextTableTest, NothingFollowsTheLastTextOfALine) {
    EXPECT_EQ(format_table({{"a", ""}, {"b", "c"}}), "a\nb  c\n");
}

}  // namespace
}  // namespace patchcord::gateway
