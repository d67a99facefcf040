#include "irc/wire/formatting.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "irc/wire/palette.hpp"

namespace patchcord::irc {
namespace {

using chat::Colour;
using chat::Style;
using chat::StyledText;
using namespace std::string_literals;

const Colour red = palette()[4];
const Colour blue = palette()[2];

StyledText styled(const std::vector<std::pair<std::string, Style>>& pieces) {
    StyledText out;
    for (const auto& [text, style] : pieces) out.append(text, style);
    return out;
}

Style with(bool Style::*flag, Style style = {}) {
    style.*flag = true;
    return style;
}
Style bold(const Style& style = {}) {
    return with(&Style::bold, style);
}
Style italic(const Style& style = {}) {
    return with(&Style::italic, style);
}
Style on(std::optional<Colour> colour, std::optional<Colour> background) {
    Style style;
    style.colour = colour;
    style.background = background;
    return style;
}
Style coloured(Colour colour) {
    return on(colour, std::nullopt);
}

std::string to_palette(const std::vector<std::pair<std::string, Style>>& pieces) {
    return format_formatting(styled(pieces), ColourForm::palette);
}
std::string to_hex(const std::vector<std::pair<std::string, Style>>& pieces) {
    return format_formatting(styled(pieces), ColourForm::hex);
}

TEST(FormattingTest, EachToggleSwitchesItsOwnPropertyOnAndOff) {
    const std::vector<std::pair<std::string, Style>> cases = {
        {"\x02", with(&Style::bold)},   {"\x1D", with(&Style::italic)},    {"\x1F", with(&Style::underline)},
        {"\x1E", with(&Style::strike)}, {"\x11", with(&Style::monospace)}, {"\x16", with(&Style::reverse)}};
    for (const auto& [code, style] : cases) {
        const std::string text = "a" + code + "b" + code + "c";
        const StyledText expected = styled({{"a", {}}, {"b", style}, {"c", {}}});
        EXPECT_EQ(parse_formatting(text), expected);
        EXPECT_EQ(format_formatting(expected, ColourForm::none), text);
    }
}

TEST(FormattingTest, ResetEndsEverything) {
    EXPECT_EQ(parse_formatting("\x02\x1D\x03"
                               "4,2a\x0F"
                               "b"),
              styled({{"a", bold(italic(on(red, blue)))}, {"b", {}}}));
}

TEST(FormattingTest, AColourTakesAtMostTwoDigitsForEachHalf) {
    EXPECT_EQ(parse_formatting("\x03"
                               "4a"),
              styled({{"a", coloured(red)}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "045"),
              styled({{"5", coloured(red)}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "04,025"),
              styled({{"5", on(red, blue)}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2,5"),
              styled({{",5", on(red, blue)}}));
}

TEST(FormattingTest, ACommaWithoutADigitBehindItIsText) {
    EXPECT_EQ(parse_formatting("\x03"
                               "4,text"),
              styled({{",text", coloured(red)}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "4,"),
              styled({{",", coloured(red)}}));
    EXPECT_EQ(strip_formatting("\x03,5"), ",5");
}

TEST(FormattingTest, ABareColourCodeAndNinetyNineAreTheDefaultColour) {
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2a\x03"
                               "b"),
              styled({{"a", on(red, blue)}, {"b", {}}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2a\x04"
                               "x"),
              styled({{"a", on(red, blue)}, {"x", {}}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "99,99text"),
              styled({{"text", {}}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2a\x03"
                               "99b"),
              styled({{"a", on(red, blue)}, {"b", on(std::nullopt, blue)}}));
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2a\x03"
                               "4,99b"),
              styled({{"a", on(red, blue)}, {"b", coloured(red)}}));
}

TEST(FormattingTest, AColourWithoutABackgroundKeepsTheBackground) {
    EXPECT_EQ(parse_formatting("\x03"
                               "4,2a\x03"
                               "2b"),
              styled({{"a", on(red, blue)}, {"b", on(blue, blue)}}));
}

TEST(FormattingTest, AHexColourNeedsAllSixDigits) {
    EXPECT_EQ(parse_formatting("\x04"
                               "FF8000hex"),
              styled({{"hex", coloured({0xFF, 0x80, 0})}}));
    EXPECT_EQ(parse_formatting("\x04"
                               "ff8000,0000ffhex"),
              styled({{"hex", on(Colour{0xFF, 0x80, 0}, Colour{0, 0, 0xFF})}}));
    EXPECT_EQ(parse_formatting("\x04"
                               "FF8000,0000f"),
              styled({{",0000f", coloured({0xFF, 0x80, 0})}}));
    EXPECT_EQ(parse_formatting("\x04"
                               "FF80"),
              styled({{"FF80", {}}}));
}

TEST(FormattingTest, OtherControlsAndAnsiSequencesAreDroppedAndATabIsASpace) {
    EXPECT_EQ(strip_formatting(std::string_view("a\x01\0\x05\x07\r\x08"
                                                "b",
                                                8)),
              "ab");
    EXPECT_EQ(strip_formatting("a\tb"), "a b");
    EXPECT_EQ(strip_formatting("\x1B[1;31mred\x1B[0m \x1B[ \x1B"), "red [ ");
}

TEST(FormattingTest, TheVectorsOfTheProtocolReferenceAreStripped) {
    EXPECT_EQ(strip_formatting("\x03"
                               "99,99text"),
              "text");
    EXPECT_EQ(strip_formatting("\x03"
                               "4,text"),
              ",text");
    EXPECT_EQ(strip_formatting("\x03"
                               "04,01red\x03 \x02"
                               "b\x02 \x1d\x11\x1e \x16 \x0f\x04"
                               "FF0000hex"),
              "red b   hex");
}

TEST(FormattingTest, ALineFeedStartsThePlainAgainAndALikeNextLineKeepsTheTextUniform) {
    EXPECT_EQ(parse_formatting("\x02"
                               "a\nb"),
              styled({{"a\n", bold()}, {"b", {}}}));
    EXPECT_EQ(parse_formatting("\x02"
                               "a\n\x02"
                               "b")
                  .uniform_style(),
              bold());
}

TEST(FormattingTest, HasFormattingIsTrueForAnythingParsingWouldChange) {
    EXPECT_FALSE(has_formatting(""));
    EXPECT_FALSE(has_formatting("plain text, longer than eight bytes, caf\xC3\xA9 \x7F"));
    EXPECT_FALSE(has_formatting("two\nlines\n"));
    EXPECT_TRUE(has_formatting("\n\x02"));
    EXPECT_TRUE(has_formatting("twelve bytes\x0F"));
    EXPECT_TRUE(has_formatting("\t"));
}

TEST(FormattingTest, OnlyWhatChangesIsWritten) {
    EXPECT_EQ(to_palette({{"a", {}}, {"b", bold()}, {"c", bold(italic())}, {"d", {}}}),
              "a\x02"
              "b\x1D"
              "c\x0F"
              "d");
    EXPECT_EQ(to_palette({{"a", on(red, blue)}, {"b", on(blue, blue)}}),
              "\x03"
              "4,2a\x03"
              "2b");
    EXPECT_EQ(to_palette({{"a", coloured(red)}, {"b", on(red, blue)}}),
              "\x03"
              "4a\x03"
              "4,2b");
    EXPECT_EQ(to_palette({{"a", on(red, blue)}, {"b", coloured(red)}}),
              "\x03"
              "4,2a\x03\x03"
              "4b");
    EXPECT_EQ(to_palette({{"a", on(std::nullopt, blue)}}),
              "\x03"
              "99,2a");
}

TEST(FormattingTest, ColoursWrittenAlikeAreOneRun) {
    EXPECT_EQ(to_palette({{"a", coloured({0xFF, 0, 0})}, {"b", coloured({0xFE, 0, 0})}}),
              "\x03"
              "4ab");
    EXPECT_EQ(to_palette({{",", coloured({0xFF, 0, 0})}, {"5", coloured({0xFE, 0, 0})}}),
              "\x03"
              "4\x02\x02,5");
    EXPECT_EQ(format_formatting(styled({{"a", coloured(red)}, {"b", bold()}}), ColourForm::none),
              "a\x02"
              "b");
}

TEST(FormattingTest, DigitsAndCommasOfTheTextAreNotReadAsColour) {
    EXPECT_EQ(to_palette({{"5", coloured(red)}}),
              "\x03"
              "045");
    EXPECT_EQ(to_palette({{",5", coloured(red)}}),
              "\x03"
              "4\x02\x02,5");
    EXPECT_EQ(to_palette({{",x", coloured(red)}}),
              "\x03"
              "4,x");
    EXPECT_EQ(to_palette({{"5", on(red, blue)}}),
              "\x03"
              "4,025");
    EXPECT_EQ(to_palette({{"5", bold(coloured(red))}}),
              "\x03"
              "4\x02"
              "5");
    EXPECT_EQ(to_palette({{"a", bold(coloured(red))}, {"5", bold()}}),
              "\x03"
              "4\x02"
              "a\x0F\x02"
              "5");
}

TEST(FormattingTest, HexColoursAreWrittenExactly) {
    EXPECT_EQ(to_hex({{"a", coloured({1, 2, 0xAB})}}),
              "\x04"
              "0102ABa");
    EXPECT_EQ(to_hex({{"a", on(Colour{1, 2, 0xAB}, Colour{0, 0, 0})}}),
              "\x04"
              "0102AB,000000a");
    EXPECT_EQ(to_hex({{",f", coloured({0, 0, 0})}}),
              "\x04"
              "000000\x02\x02,f");
    EXPECT_EQ(to_hex({{"a", on(std::nullopt, Colour{0, 0, 0})}}),
              "\x04"
              "FFFFFF,000000\x03"
              "99a");
}

TEST(FormattingTest, CodesAreOpenedAgainOnEachLineThatHasText) {
    EXPECT_EQ(to_palette({{"a\n\nb", bold()}}),
              "\x02"
              "a\n\n\x02"
              "b");
}

TEST(FormattingTest, ControlsInTheTextItselfAreNotWritten) {
    const std::string text =
        "\x01"
        "ACTION\x01\0\r\n\x02\x03"
        "4\tx\x1B[0m"s;
    EXPECT_EQ(format_formatting(StyledText(text), ColourForm::palette), "ACTION\n4 x[0m");
}

TEST(FormattingTest, StateCodesAreSafeBeforeAnyText) {
    EXPECT_EQ(formatting_state_codes({}, ColourForm::palette), "");
    EXPECT_EQ(formatting_state_codes(coloured(red), ColourForm::palette),
              "\x03"
              "04\x02\x02");
    EXPECT_EQ(formatting_state_codes(on(red, blue), ColourForm::palette),
              "\x03"
              "4,02");
    EXPECT_EQ(formatting_state_codes(bold(coloured(red)), ColourForm::palette),
              "\x03"
              "4\x02");
    EXPECT_EQ(formatting_state_codes(bold(coloured(red)), ColourForm::none), "\x02");
}

TEST(FormattingTest, TheStyleAtTheEndCountsCodesWithoutTextBehindThem) {
    EXPECT_EQ(style_after("a\x02", {}), bold());
    EXPECT_EQ(style_after("plain", bold()), bold());
    EXPECT_EQ(style_after("\x02", bold()), Style{});
    EXPECT_EQ(style_after("a\n", bold()), Style{});
}

TEST(FormattingTest, TheLengthOfAColourCodeIncludesItsNumbers) {
    EXPECT_EQ(colour_code_length(""), 0U);
    EXPECT_EQ(colour_code_length("4"), 0U);
    EXPECT_EQ(colour_code_length("\x03"), 1U);
    EXPECT_EQ(colour_code_length("\x03"
                                 "4,x"),
              2U);
    EXPECT_EQ(colour_code_length("\x03"
                                 "04,123"),
              6U);
    EXPECT_EQ(colour_code_length("\x04"
                                 "12345"),
              1U);
    EXPECT_EQ(colour_code_length("\x04"
                                 "123456,abcdef0"),
              14U);
}

}  // namespace
}  // namespace patchcord::irc
