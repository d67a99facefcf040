#include "msn/wire/im_format.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::msn {
namespace {

using chat::Colour;
using chat::Style;

ImFormat with_colour(Colour colour) {
    ImFormat format;
    format.colour = colour;
    return format;
}

TEST(ImFormatTest, EveryFieldOfARealHeaderIsRead) {
    const ImFormat format = parse_im_format("FN=Courier%20New; EF=BI; CO=ff; CS=a1; PF=31; RL=1");
    EXPECT_EQ(format.font, "Courier New");
    EXPECT_TRUE(format.bold && format.italic && !format.underline && !format.strike);
    EXPECT_EQ(format.colour, (Colour{255, 0, 0}));
    EXPECT_EQ(format.charset, 0xA1);
    EXPECT_EQ(format.pitch_family, 0x31);
    EXPECT_TRUE(format.right_to_left);
}

TEST(ImFormatTest, HeadersThatClientsSentAreWrittenBackToTheByte) {
    for (const std::string_view value :
         {"FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0", "FN=Courier%20New; EF=BI; CO=ff; CS=0; PF=31",
          "FN=Arial; EF=B; CO=0; CS=0; PF=22"}) {
        EXPECT_EQ(format_im_format(parse_im_format(value)), value);
    }
}

TEST(ImFormatTest, OrderCaseAndSpacingDoNotMatter) {
    const ImFormat expected = parse_im_format("FN=Arial; EF=US; CO=ff0000; CS=0; PF=22");
    EXPECT_EQ(parse_im_format("pf=22;co=FF0000;  ef=su ; Fn = Arial;;"), expected);
}

TEST(ImFormatTest, WhatIsUnknownOrWrongCountsAsNotSaid) {
    EXPECT_EQ(parse_im_format(""), ImFormat());
    EXPECT_EQ(parse_im_format("FN=; EF=<script>; CO=zz; CS=100; PF=-1; RL=0; XX=1; noise"), [] {
        ImFormat format;
        format.italic = format.strike = true;
        return format;
    }());
    EXPECT_EQ(parse_im_format("CO=1000000").colour, Colour());
}

TEST(ImFormatTest, AColourIsBlueGreenRedWithLeadingZerosCut) {
    const std::vector<std::pair<std::string, Colour>> cases = {
        {"0", {0, 0, 0}},     {"ff", {255, 0, 0}},       {"ff0000", {0, 0, 255}},    {"9300", {0, 0x93, 0}},
        {"f00", {0, 0xF, 0}}, {"7ffc", {0xFC, 0x7F, 0}}, {"ffffff", {255, 255, 255}}};
    for (const auto& [text, colour] : cases) {
        EXPECT_EQ(parse_im_format("CO=" + text).colour, colour) << text;
        EXPECT_NE(format_im_format(with_colour(colour)).find("; CO=" + text + ";"), std::string::npos) << text;
    }
    EXPECT_EQ(parse_im_format("CO=0000ff").colour, (Colour{255, 0, 0}));
    EXPECT_EQ(parse_im_format("CO=").colour, Colour());
}

TEST(ImFormatTest, TheFontComesFirstAndCannotEndItsField) {
    ImFormat format;
    format.font = "a;EF=B: 100%\r\nX";
    EXPECT_EQ(format_im_format(format), "FN=a%3BEF%3DB%3A%20100%25%20%20X; EF=; CO=0; CS=0; PF=0");
    format.font = "";
    EXPECT_EQ(format_im_format(format), "FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0");
}

TEST(ImFormatTest, ALongFontIsCutBetweenCodePoints) {
    std::string name;
    for (int i = 0; i < 50; ++i) name += "\xE3\x81\x82";
    EXPECT_EQ(parse_im_format("FN=" + name).font, name.substr(0, 63));
}

TEST(ImFormatTest, AFontOfBrokenBytesIsReadAsText) {
    EXPECT_EQ(parse_im_format("FN=a%FF%0D%0Ab").font, "a\xEF\xBF\xBD  b");
}

TEST(ImFormatTest, BlackWithoutEffectsIsPlain) {
    EXPECT_EQ(style_of(parse_im_format("FN=Arial; EF=; CO=0")), Style());
    EXPECT_EQ(style_of(parse_im_format("CO=ff")).colour, (Colour{255, 0, 0}));
}

TEST(ImFormatTest, WhatMsnDoesNotHaveDoesNotCross) {
    Style style;
    style.monospace = style.reverse = true;
    style.background = Colour{1, 2, 3};
    EXPECT_EQ(im_format_of(style), ImFormat());
}

RC_GTEST_PROP(ImFormatPropertiesTest, WhatIsWrittenReadsBackTheSame, ()) {
    ImFormat format;
    const auto font = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab %;=:\"")));
    format.font = "x" + font.substr(0, 40) + "y";
    for (bool ImFormat::*flag :
         {&ImFormat::bold, &ImFormat::italic, &ImFormat::underline, &ImFormat::strike, &ImFormat::right_to_left}) {
        format.*flag = *rc::gen::arbitrary<bool>();
    }
    for (std::uint8_t Colour::*part : {&Colour::red, &Colour::green, &Colour::blue}) {
        format.colour.*part = *rc::gen::arbitrary<std::uint8_t>();
    }
    format.charset = *rc::gen::arbitrary<std::uint8_t>();
    format.pitch_family = *rc::gen::arbitrary<std::uint8_t>();
    RC_ASSERT(parse_im_format(format_im_format(format)) == format);
    const Style style = style_of(format);
    RC_ASSERT(style_of(im_format_of(style)) == style);
}

RC_GTEST_PROP(ImFormatPropertiesTest, AnyValueIsReadAndWrittenInOneLine, (const std::string& value)) {
    for (const std::string& text : {value, "FN=" + value, "FN=%" + value + ";CO=" + value}) {
        const std::string written = format_im_format(parse_im_format(text));
        RC_ASSERT(written.find_first_of(std::string_view("\r\n\0:", 4)) == std::string::npos);
        RC_ASSERT(format_im_format(parse_im_format(written)) == written);
    }
}

TEST(ImFormatTest, TheStyleAloneIsThatOfTheWholeFormat) {
    for (const std::string_view value :
         {"", "FN=Arial; EF=BIUS; CO=ff", "ef = sb ;co= 00ff7f", "EF=; CO=0", "CO=x; EF=B; EF=I", ";;EF", "RL=1"}) {
        EXPECT_EQ(parse_im_style(value), style_of(parse_im_format(value))) << value;
    }
}

}  // namespace
}  // namespace patchcord::msn
