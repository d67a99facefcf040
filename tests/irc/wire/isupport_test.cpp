#include "irc/wire/isupport.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace patchcord::irc {
namespace {

using Lines = std::vector<std::string>;

TEST(IsupportTest, TokensStandInTheOrderTheyWereSetBareOrWithTheirValue) {
    Isupport isupport;
    isupport.set("NETWORK", "Patchcord");
    isupport.set("WHOX");
    isupport.set("SILENCE", "");
    EXPECT_EQ(isupport.lines(400), (Lines{"NETWORK=Patchcord WHOX SILENCE="}));
}

TEST(IsupportTest, NoTokensMakeNoLines) {
    EXPECT_TRUE(Isupport().lines(400).empty());
}

TEST(IsupportTest, ATokenSetAgainKeepsItsPlaceAndTakesTheNewValue) {
    Isupport isupport;
    isupport.set("NICKLEN", "30");
    isupport.set("WHOX");
    isupport.set("NICKLEN", "9");
    EXPECT_EQ(isupport.lines(400), (Lines{"NICKLEN=9 WHOX"}));
}

TEST(IsupportTest, SpaceBackslashEqualsAndControlsInValuesAreEscaped) {
    Isupport isupport;
    isupport.set("NETWORK", "My Net\\=\r\n");
    EXPECT_EQ(isupport.lines(400), (Lines{"NETWORK=My\\x20Net\\x5C\\x3D\\x0D\\x0A"}));
}

TEST(IsupportTest, ALineHoldsAtMostThirteenTokens) {
    Isupport isupport;
    for (int i = 0; i < 27; ++i) isupport.set("T" + std::to_string(i));
    const Lines lines = isupport.lines(400);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), ' '), 12);
    EXPECT_EQ(std::count(lines[1].begin(), lines[1].end(), ' '), 12);
    EXPECT_EQ(lines[2], "T26");
}

TEST(IsupportTest, ALineHoldsAtMostTheBytesAllowed) {
    Isupport isupport;
    isupport.set("AB");
    isupport.set("CD");
    isupport.set("EF");
    EXPECT_EQ(isupport.lines(5), (Lines{"AB CD", "EF"}));
    EXPECT_EQ(isupport.lines(4), (Lines{"AB", "CD", "EF"}));
}

TEST(IsupportTest, ATokenLongerThanALineStandsAlone) {
    Isupport isupport;
    isupport.set("A");
    isupport.set("LONG", "123456789");
    isupport.set("B");
    EXPECT_EQ(isupport.lines(8), (Lines{"A", "LONG=123456789", "B"}));
}

}  // namespace
}  // namespace patchcord::irc
