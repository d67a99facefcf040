#include "tools/patchcord_msn/font.hpp"

#include <gtest/gtest.h>

namespace patchcord::tools {
namespace {

TEST(FontTest, ReadsWordsInAnyOrder) {
    const chat::Style expected{.bold = true, .italic = true, .colour = chat::Colour{255, 0, 0}};
    EXPECT_EQ(parse_font("bold italic red"), expected);
    EXPECT_EQ(parse_font("  RED  Italic bold "), expected);
    EXPECT_EQ(parse_font("underline strike"), (chat::Style{.underline = true, .strike = true}));
    EXPECT_EQ(parse_font("#ff8001"), (chat::Style{.colour = chat::Colour{255, 128, 1}}));
}

TEST(FontTest, PlainUndoesWhatIsBeforeIt) {
    EXPECT_EQ(parse_font("bold plain italic"), chat::Style{.italic = true});
    EXPECT_EQ(parse_font("plain"), chat::Style());
}

TEST(FontTest, UnknownWordsAreRefused) {
    for (const char* const words : {"", "  ", "loud", "bold loud", "#ff80", "#gg0000", "ff0000", "#ff00000"}) {
        EXPECT_EQ(parse_font(words), std::nullopt) << words;
    }
}

}  // namespace
}  // namespace patchcord::tools
