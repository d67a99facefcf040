#include "irc/wire/text_split.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "chat_core/utf8.hpp"
#include "irc/wire/formatting.hpp"

namespace patchcord::irc {
namespace {

using Pieces = std::vector<std::string_view>;

// Takes a base letter and the combining accents U+0300 to U+033F (0xCC, then 0x80 to 0xBF) behind it for one character.
class AccentBreaker final : public chat::GraphemeBreaker {
  public:
    std::size_t boundary_before(std::string_view text, std::size_t limit) const override {
        std::size_t border = chat::code_point_border(text, limit);
        while (border > 0 && border < text.size() && text[border] == '\xCC') {
            border = chat::code_point_border(text, border - 1);
        }
        return border;
    }
};

const chat::CodePointBreaker code_points;
const AccentBreaker accents;
const std::string accent = "\xCC\x81";
const std::string smile = "\xF0\x9F\x98\x80";

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

std::string joined(const Pieces& pieces) {
    std::string out;
    for (const std::string_view piece : pieces) out += piece;
    return out;
}

TEST(TextSplitTest, TextThatFitsIsOnePieceAndNoTextIsNone) {
    EXPECT_EQ(split_text("hello", 5, code_points), (Pieces{"hello"}));
    EXPECT_EQ(split_text("", 5, code_points), Pieces{});
}

TEST(TextSplitTest, APieceEndsBehindTheLastSpaceOfItsSecondHalf) {
    EXPECT_EQ(split_text("one two three", 10, code_points), (Pieces{"one two ", "three"}));
    EXPECT_EQ(split_text("one two", 4, code_points), (Pieces{"one ", "two"}));
}

TEST(TextSplitTest, ASpaceInTheFirstHalfIsNotWorthHalfAPiece) {
    EXPECT_EQ(split_text("a bcdefghijklm", 10, code_points), (Pieces{"a bcdefghi", "jklm"}));
}

TEST(TextSplitTest, AUtf8SequenceIsNeverCut) {
    const std::string text = "a" + repeated(smile, 3);
    EXPECT_EQ(split_text(text, 8, code_points), (Pieces{"a\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80"}));
}

TEST(TextSplitTest, AClusterStaysInOnePiece) {
    const std::string text = "abcde" + accent + accent + "f";
    EXPECT_EQ(split_text(text, 8, accents), (Pieces{"abcd",
                                                    "e\xCC\x81\xCC\x81"
                                                    "f"}));
}

TEST(TextSplitTest, ASpaceWithAnAccentOnItIsNoPlaceToBreak) {
    const std::string text = "abcdef " + accent + "ghij";
    EXPECT_EQ(split_text(text, 8, accents), (Pieces{"abcdef", " \xCC\x81ghij"}));
    EXPECT_EQ(split_text(text, 10, accents), (Pieces{"abcdef \xCC\x81g", "hij"}));
}

TEST(TextSplitTest, AClusterLongerThanAPieceIsCutBetweenItsCodePoints) {
    const std::string text = "e" + repeated(accent, 10);
    const Pieces pieces = split_text(text, 8, accents);
    EXPECT_EQ(joined(pieces), text);
    EXPECT_EQ(pieces.size(), 3U);
    for (const std::string_view piece : pieces) {
        EXPECT_LE(piece.size(), 8U);
        EXPECT_TRUE(chat::is_valid_utf8(piece));
    }
}

TEST(TextSplitTest, AColourCodeStaysInOnePiece) {
    EXPECT_EQ(split_text("abcdef\x03"
                         "04,02x",
                         10, code_points),
              (Pieces{"abcdef",
                      "\x03"
                      "04,02x"}));
    EXPECT_EQ(split_text("abcdef\x03"
                         "04,02x",
                         12, code_points),
              (Pieces{"abcdef\x03"
                      "04,02",
                      "x"}));
    EXPECT_EQ(split_text("abcdef\x04"
                         "00ff00,123456x",
                         19, code_points),
              (Pieces{"abcdef",
                      "\x04"
                      "00ff00,123456x"}));
    EXPECT_EQ(split_text("abcdef\x03"
                         "04,x",
                         9, code_points),
              (Pieces{"abcdef\x03"
                      "04",
                      ",x"}));
}

TEST(TextSplitTest, AColourCodeLongerThanAPieceDoesNotStopTheSplit) {
    const std::string text =
        "\x04"
        "00ff00,123456x";
    const Pieces pieces = split_text(text, 5, code_points);
    EXPECT_EQ(joined(pieces), text);
    for (const std::string_view piece : pieces) EXPECT_LE(piece.size(), 5U);
}

TEST(TextSplitTest, ALimitBelowTheLongestSequenceStillMakesProgress) {
    for (std::size_t limit = 0; limit <= 4; ++limit) {
        EXPECT_EQ(split_text(smile + smile, limit, code_points), (Pieces{smile, smile}));
    }
}

TEST(TextSplitTest, MalformedUtf8IsSplitAndKept) {
    const std::string text(100, '\x80');
    const Pieces pieces = split_text(text, 10, code_points);
    EXPECT_EQ(joined(pieces), text);
    EXPECT_EQ(pieces.size(), 10U);
}

// Counts what it is shown: a splitter that showed the whole rest for each piece would be quadratic with a breaker that
// reads all it gets.
class CountingBreaker final : public chat::GraphemeBreaker {
  public:
    std::size_t boundary_before(std::string_view text, std::size_t limit) const override {
        shown += text.size();
        return chat::code_point_border(text, limit);
    }
    mutable std::size_t shown = 0;
};

TEST(TextSplitTest, WorkGrowsWithTheTextAndNotWithItsSquare) {
    const CountingBreaker breaker;
    const std::string text(1'000'000, ' ');
    EXPECT_EQ(split_text(text, 100, breaker).size(), 10'000U);
    EXPECT_LE(breaker.shown, 2 * text.size());
}

RC_GTEST_PROP(TextSplitTest, PiecesAreShortEnoughKeepCodesWholeAndJoinToTheText, ()) {
    const auto words = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "b", " ", " ", accent, smile, "\x02",
                                      "\x03"
                                      "4",
                                      "\x03"
                                      "04,12",
                                      "\x04"
                                      "00ff00",
                                      ",", "7", "word", "\xC3\xA9"));
    std::string text;
    for (const std::string& word : words) text += word;
    const auto limit = *rc::gen::inRange<std::size_t>(14, 40);
    const Pieces pieces = split_text(text, limit, accents);
    RC_ASSERT(joined(pieces) == text);
    std::size_t end = 0;
    for (const std::string_view piece : pieces) {
        RC_ASSERT(!piece.empty());
        RC_ASSERT(piece.size() <= limit);
        RC_ASSERT(chat::is_valid_utf8(piece));
        end += piece.size();
        for (std::size_t i = 0; i < end; ++i) {
            RC_ASSERT(i + colour_code_length(std::string_view(text).substr(i)) <= end);
        }
    }
}

}  // namespace
}  // namespace patchcord::irc
