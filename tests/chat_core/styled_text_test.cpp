#include "chat_core/styled_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace patchcord::chat {
namespace {

Style bold() {
    Style style;
    style.bold = true;
    return style;
}

Style red() {
    Style style;
    style.colour = Colour{255, 0, 0};
    return style;
}

TEST(StyledTextTest, PlainTextHasNoRunsAndOnePlainStyle) {
    const StyledText text("hello");
    EXPECT_EQ(text.text(), "hello");
    EXPECT_TRUE(text.runs().empty());
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.style_at(0), Style{});
    EXPECT_EQ(text.uniform_style(), Style{});
}

TEST(StyledTextTest, EmptyTextIsEmptyAndUniformlyPlain) {
    EXPECT_TRUE(StyledText().empty());
    EXPECT_EQ(StyledText().uniform_style(), Style{});
}

TEST(StyledTextTest, AppendingPlainTextToPlainTextMakesNoRun) {
    StyledText text("a");
    text.append("b", Style{});
    EXPECT_EQ(text, StyledText("ab"));
}

TEST(StyledTextTest, TextInTheStyleOfTheEndProlongsTheLastRun) {
    StyledText text;
    text.append("a", bold());
    text.append("b", bold());
    ASSERT_EQ(text.runs().size(), 1U);
    EXPECT_EQ(text.runs()[0], (StyleRun{0, bold()}));
    EXPECT_EQ(text.uniform_style(), bold());
}

TEST(StyledTextTest, ARunBeginsWhereTheStyleChanges) {
    StyledText text("plain ");
    text.append("bold", bold());
    text.append(" red", red());
    text.append(" plain", Style{});
    EXPECT_EQ(text.text(), "plain bold red plain");
    EXPECT_EQ(text.runs(), (std::vector<StyleRun>{{6, bold()}, {10, red()}, {14, Style{}}}));
}

TEST(StyledTextTest, AppendingNothingInAnotherStyleChangesNothing) {
    StyledText text("a");
    text.append("", bold());
    text.append("b", Style{});
    EXPECT_EQ(text, StyledText("ab"));
}

TEST(StyledTextTest, StyleAtKnowsBothSidesOfEachBorderAndTheEnd) {
    StyledText text("ab");
    text.append("cd", bold());
    EXPECT_EQ(text.style_at(1), Style{});
    EXPECT_EQ(text.style_at(2), bold());
    EXPECT_EQ(text.style_at(3), bold());
    EXPECT_EQ(text.style_at(1000), bold());
}

TEST(StyledTextTest, TextThatChangesStyleOnTheWayHasNoUniformStyle) {
    StyledText late("plain ");
    late.append("bold", bold());
    EXPECT_EQ(late.uniform_style(), std::nullopt);
    StyledText early;
    early.append("bold", bold());
    early.append(" plain", Style{});
    EXPECT_EQ(early.uniform_style(), std::nullopt);
}

TEST(StyledTextTest, StylesDifferInColourAndInBackground) {
    Style background;
    background.background = Colour{255, 0, 0};
    EXPECT_NE(red(), background);
    EXPECT_NE(red(), Style{});
    EXPECT_EQ(red(), red());
}

RC_GTEST_PROP(StyledTextTest, EveryByteHasTheStyleItWasAppendedInAndRunsAreMinimal, ()) {
    const std::vector<Style> styles{Style{}, bold(), red()};
    const auto parts = *rc::gen::container<std::vector<std::pair<std::size_t, std::size_t>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, 3), rc::gen::inRange<std::size_t>(0, 4)));
    StyledText text;
    std::vector<Style> expected;
    for (const auto& [style, length] : parts) {
        text.append(std::string(length, 'x'), styles[style]);
        expected.insert(expected.end(), length, styles[style]);
    }
    RC_ASSERT(text.text().size() == expected.size());
    std::size_t changes = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        RC_ASSERT(text.style_at(i) == expected[i]);
        if (expected[i] != (i == 0 ? Style{} : expected[i - 1])) ++changes;
    }
    RC_ASSERT(text.runs().size() == changes);
}

TEST(StyledTextTest, TextInOneStyleIsTheSameAsAppendedToNothing) {
    for (const std::string text : {"", "a", "two words"}) {
        for (const Style& style : {Style{}, bold(), red()}) {
            StyledText appended;
            appended.append(text, style);
            EXPECT_EQ(StyledText(text, style), appended) << text;
        }
    }
}

}  // namespace
}  // namespace patchcord::chat
