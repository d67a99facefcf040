#include "irc/wire/palette.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace patchcord::irc {
namespace {

TEST(PaletteTest, KnownNumbersHaveTheirColours) {
    EXPECT_EQ(palette()[0], (chat::Colour{0xFF, 0xFF, 0xFF}));
    EXPECT_EQ(palette()[4], (chat::Colour{0xFF, 0, 0}));
    EXPECT_EQ(palette()[15], (chat::Colour{0xD2, 0xD2, 0xD2}));
    EXPECT_EQ(palette()[16], (chat::Colour{0x47, 0, 0}));
    EXPECT_EQ(palette()[53], (chat::Colour{0xFF, 0x8C, 0}));
    EXPECT_EQ(palette()[98], (chat::Colour{0xFF, 0xFF, 0xFF}));
}

TEST(PaletteTest, ColoursThatOccurTwiceGetTheNumberEveryClientKnows) {
    EXPECT_EQ(nearest_palette_index({0, 0, 0}), 1U);
    EXPECT_EQ(nearest_palette_index({0xFF, 0xFF, 0xFF}), 0U);
    EXPECT_EQ(nearest_palette_index({0xFF, 0, 0}), 4U);
    EXPECT_EQ(nearest_palette_index({0xFF, 0, 0xFF}), 13U);
}

TEST(PaletteTest, AColourBetweenGetsTheNearestNumber) {
    EXPECT_EQ(nearest_palette_index({0xFE, 2, 1}), 4U);
    EXPECT_EQ(nearest_palette_index({0x12, 0x14, 0x13}), 89U);
}

TEST(PaletteTest, EveryNumberIsNearestToItsOwnColour) {
    for (const chat::Colour& colour : palette()) EXPECT_EQ(palette()[nearest_palette_index(colour)], colour);
}

RC_GTEST_PROP(PaletteTest, NoNumberIsNearerThanTheOneChosen,
              (std::uint8_t red, std::uint8_t green, std::uint8_t blue)) {
    const auto distance = [&](const chat::Colour& c) {
        return (c.red - red) * (c.red - red) + (c.green - green) * (c.green - green) +
               (c.blue - blue) * (c.blue - blue);
    };
    const int chosen = distance(palette()[nearest_palette_index({red, green, blue})]);
    for (const chat::Colour& colour : palette()) RC_ASSERT(chosen <= distance(colour));
}

}  // namespace
}  // namespace patchcord::irc
