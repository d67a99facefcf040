#include "irc/wire/formatting.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "irc/wire/palette.hpp"

namespace patchcord::irc {
namespace {

using chat::Colour;
using chat::Style;
using chat::StyledText;

const Colour red = palette()[4];
const Colour blue = palette()[2];

StyledText styled(const std::vector<std::pair<std::string, Style>>& pieces) {
    StyledText out;
    for (const auto& [text, style] : pieces) out.append(text, style);
    return out;
}

Style bold() {
    return {.bold = true};
}
Style coloured(Colour colour) {
    return {.colour = colour};
}
Style on(Colour colour, Colour background) {
    return {.colour = colour, .background = background};
}

std::string to_palette(const std::vector<std::pair<std::string, Style>>& pieces) {
    return format_formatting(styled(pieces), ColourForm::palette);
}
std::string to_hex(const std::vector<std::pair<std::string, Style>>& pieces) {
    return format_formatting(styled(pieces), ColourForm::hex);
}

TEST(FormattingTest, EachToggleSwitchesItsOwnPropertyOnAndOff) {
    const std::vector<std::pair<std::string, Style>> cases = {
        {"\x02", {.bold = true}},   {"\x1D", {.italic = true}},    {"\x1F", {.underline = true}},
        {"\x1E", {.strike = true}}, {"\x11", {.monospace = true}}, {"\x16", {.reverse = true}}};
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
              styled({{"a", {.bold = true, .italic = true, .colour = red, .background = blue}}, {"b", {}}}));
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
              styled({{"a", on(red, blue)}, {"b", {.background = blue}}}));
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
              styled({{"hex", on({0xFF, 0x80, 0}, {0, 0, 0xFF})}}));
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
    EXPECT_EQ(to_palette({{"a", {}}, {"b", bold()}, {"c", {.bold = true, .italic = true}}, {"d", {}}}),
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
    EXPECT_EQ(to_palette({{"a", {.background = blue}}}),
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
    EXPECT_EQ(to_palette({{"5", {.bold = true, .colour = red}}}),
              "\x03"
              "4\x02"
              "5");
    EXPECT_EQ(to_palette({{"a", {.bold = true, .colour = red}}, {"5", bold()}}),
              "\x03"
              "4\x02"
              "a\x0F\x02"
              "5");
}

TEST(FormattingTest, HexColoursAreWrittenExactly) {
    EXPECT_EQ(to_hex({{"a", coloured({1, 2, 0xAB})}}),
              "\x04"
              "0102ABa");
    EXPECT_EQ(to_hex({{"a", on({1, 2, 0xAB}, {0, 0, 0})}}),
              "\x04"
              "0102AB,000000a");
    EXPECT_EQ(to_hex({{",f", coloured({0, 0, 0})}}),
              "\x04"
              "000000\x02\x02,f");
    EXPECT_EQ(to_hex({{"a", {.background = Colour{0, 0, 0}}}}),
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
    const std::string text(
        "\x01"
        "ACTION\x01\0\r\n\x02\x03"
        "4\tx\x1B[0m",
        19);
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
    EXPECT_EQ(formatting_state_codes({.bold = true, .colour = red}, ColourForm::palette),
              "\x03"
              "4\x02");
    EXPECT_EQ(formatting_state_codes({.bold = true, .colour = red}, ColourForm::none), "\x02");
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

// ---- properties ----

std::string generated_text(const std::string& alphabet) {
    return *rc::gen::resize(10, rc::gen::container<std::string>(rc::gen::elementOf(alphabet)));
}

std::optional<Colour> generated_colour() {
    return *rc::gen::oneOf(rc::gen::just(std::optional<Colour>()),
                           rc::gen::map(rc::gen::inRange<std::size_t>(0, 99),
                                        [](std::size_t i) { return std::optional<Colour>(palette()[i]); }));
}

Style generated_style() {
    const auto flags = *rc::gen::inRange(0U, 64U);
    return {.bold = (flags & 1U) != 0,
            .italic = (flags & 2U) != 0,
            .underline = (flags & 4U) != 0,
            .strike = (flags & 8U) != 0,
            .monospace = (flags & 16U) != 0,
            .reverse = (flags & 32U) != 0,
            .colour = generated_colour(),
            .background = generated_colour()};
}

StyledText generated_styled_text() {
    StyledText out;
    const int pieces = *rc::gen::inRange(0, 6);
    for (int i = 0; i < pieces; ++i) out.append(generated_text("0159,af x\n"), generated_style());
    return out;
}

// The same to a reader: line feeds have no looks.
bool looks_alike(const StyledText& left, const StyledText& right) {
    if (left.text() != right.text()) return false;
    for (std::size_t i = 0; i < left.text().size(); ++i) {
        if (left.text()[i] != '\n' && left.style_at(i) != right.style_at(i)) return false;
    }
    return true;
}

RC_GTEST_PROP(FormattingTest, WhatIsWrittenReadsBackTheSame, ()) {
    const StyledText text = generated_styled_text();
    RC_ASSERT(looks_alike(parse_formatting(format_formatting(text, ColourForm::palette)), text));
    RC_ASSERT(looks_alike(parse_formatting(format_formatting(text, ColourForm::hex)), text));
    RC_ASSERT(strip_formatting(format_formatting(text, ColourForm::none)) == text.text());
}

RC_GTEST_PROP(FormattingTest, StateCodesBringAnyTextIntoTheStyle, ()) {
    const Style style = generated_style();
    const std::string text = generated_text("0159,af x") + "x";
    for (const ColourForm form : {ColourForm::palette, ColourForm::hex}) {
        const StyledText read = parse_formatting(formatting_state_codes(style, form) + text);
        RC_ASSERT(read.text() == text);
        RC_ASSERT(read.uniform_style() == style);
    }
}

RC_GTEST_PROP(FormattingTest, AnyBytesAreReadWithoutControlsAndWithoutChangeWhenThereAreNone, ()) {
    const std::string text = generated_text("\x01\x02\x03\x04\x0F\x11\x16\x1B\x1D\x1E\x1F[0159,afm x\n\t\r\xC3");
    const StyledText read = parse_formatting(text);
    RC_ASSERT(read.text() == strip_formatting(text));
    for (const char c : read.text()) RC_ASSERT(c == '\n' || static_cast<unsigned char>(c) >= 0x20U);
    RC_ASSERT(has_formatting(text) || read.text() == text);
    RC_ASSERT(!has_formatting(read.text()));
}

RC_GTEST_PROP(FormattingTest, AnyStyledTextIsWrittenWithoutForeignControls, ()) {
    StyledText text;
    text.append(generated_text("\x01\x03\x04\x0F\x1B\r\t5,a"), generated_style());
    text.append(generated_text("\x01\x03\x04\x0F\x1B\r\t5,a"), generated_style());
    const std::string written = format_formatting(text, ColourForm::palette);
    RC_ASSERT(written.find_first_of(std::string_view("\x01\x04\x1B\r\t")) == std::string::npos);
}

RC_GTEST_PROP(FormattingTest, SplittingAtAnyPlaceOutsideACodeAndOpeningAgainChangesNoLooks, ()) {
    const std::string text = format_formatting(generated_styled_text(), ColourForm::palette);
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    for (std::size_t i = 0; i < cut; ++i) RC_PRE(i + colour_code_length(std::string_view(text).substr(i)) <= cut);
    const std::string head = text.substr(0, cut);
    const std::string tail = formatting_state_codes(style_after(head, {}), ColourForm::palette) + text.substr(cut);
    StyledText joined = parse_formatting(head);
    const StyledText rest = parse_formatting(tail);
    for (std::size_t i = 0; i < rest.text().size(); ++i) joined.append(rest.text().substr(i, 1), rest.style_at(i));
    RC_ASSERT(looks_alike(joined, parse_formatting(text)));
}

}  // namespace
}  // namespace patchcord::irc
