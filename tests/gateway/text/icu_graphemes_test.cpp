#include "gateway/text/icu_graphemes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "chat_core/utf8.hpp"
#include "irc/wire/text_split.hpp"

namespace patchcord::gateway {
namespace {

using Clusters = std::vector<std::string>;

const std::string family =
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";  // man, woman, girl
const std::string sweden = "\xF0\x9F\x87\xB8\xF0\x9F\x87\xAA";
const std::string japan = "\xF0\x9F\x87\xAF\xF0\x9F\x87\xB5";
const std::string waving_dark = "\xF0\x9F\x91\x8B\xF0\x9F\x8F\xBF";                      // with a skin tone
const std::string hangul_jamo = "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB";                  // L V T, one syllable
const std::string e_acute = "e\xCC\x81";                                                 // a combining mark
const std::string stacked = "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84";                         // four of them
const std::string devanagari = "\xE0\xA4\xA8\xE0\xA4\xBF";                               // consonant and vowel sign
const std::string rainbow = "\xF0\x9F\x8F\xB3\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x8C\x88";  // flag with a selector

std::string joined(const Clusters& clusters) {
    std::string text;
    for (const std::string& cluster : clusters) text += cluster;
    return text;
}

/// For every limit the boundary must be the last one at or before it.
void expect_clusters(const Clusters& clusters) {
    const IcuGraphemes graphemes;
    const std::string text = joined(clusters);
    std::size_t boundary = 0;
    std::size_t next = 0;
    std::size_t end = 0;
    for (std::size_t limit = 0; limit <= text.size(); ++limit) {
        while (next < clusters.size() && limit >= end + clusters[next].size()) {
            end += clusters[next++].size();
            boundary = end;
        }
        EXPECT_EQ(graphemes.boundary_before(text, limit), boundary) << "limit " << limit << " of " << text;
    }
    EXPECT_EQ(graphemes.boundary_before(text, text.size() + 100), text.size());
}

TEST(IcuGraphemesTest, AsciiCharactersStandAlone) {
    expect_clusters({"a", "b", " ", "c", "!"});
    expect_clusters({});
}

TEST(IcuGraphemesTest, CarriageReturnAndLineFeedBelongTogether) {
    expect_clusters({"a", "\r\n", "b"});
}

TEST(IcuGraphemesTest, CharactersOfSeveralBytesStandAlone) {
    expect_clusters({"\xC3\xA9", "\xE6\x97\xA5", "\xF0\x9F\x91\x8B", "x"});
}

TEST(IcuGraphemesTest, FamilyIsOneCharacter) {
    expect_clusters({"a", family, "b"});
    expect_clusters({family, family});
    expect_clusters({rainbow, waving_dark, "x"});
}

TEST(IcuGraphemesTest, FlagsAreCutBetweenPairs) {
    expect_clusters({sweden, japan, sweden});
    expect_clusters({"a", sweden, "b"});
}

TEST(IcuGraphemesTest, HangulSyllableOfSeveralLettersIsOneCharacter) {
    expect_clusters({hangul_jamo, "\xED\x95\x9C", hangul_jamo});
}

TEST(IcuGraphemesTest, CombiningMarksStayWithTheirLetter) {
    expect_clusters({e_acute, "x", stacked, devanagari, "y"});
}

TEST(IcuGraphemesTest, TextThatEndsInsideACodePointIsNoTrouble) {
    const IcuGraphemes graphemes;
    const std::string text = "abc" + family;
    for (std::size_t size = 4; size < text.size(); ++size) {
        const std::string cut = text.substr(0, size);
        for (std::size_t limit = 0; limit < 3; ++limit) EXPECT_EQ(graphemes.boundary_before(cut, limit), limit);
        const std::size_t boundary = graphemes.boundary_before(cut, size - 1);
        EXPECT_LE(boundary, size - 1);
        EXPECT_GE(boundary, 3U) << size;
    }
}

TEST(IcuGraphemesTest, OneObjectServesManyTexts) {
    const IcuGraphemes graphemes;
    for (int i = 0; i < 100; ++i) {
        const std::string text = std::string(static_cast<std::size_t>(i), 'a') + family + "b";
        EXPECT_EQ(graphemes.boundary_before(text, text.size() - 2), static_cast<std::size_t>(i));
    }
}

TEST(IcuGraphemesTest, SplitTextKeepsCharactersWhole) {
    const IcuGraphemes graphemes;
    std::string text;
    for (int i = 0; i < 20; ++i) text += family + sweden + e_acute;
    for (std::size_t most = family.size(); most < 80; ++most) {
        std::string all;
        for (const std::string_view piece : irc::split_text(text, most, graphemes)) {
            EXPECT_LE(piece.size(), most);
            EXPECT_FALSE(piece.starts_with("\xE2\x80\x8D") || piece.starts_with("\xCC\x81")) << most;
            EXPECT_FALSE(piece.ends_with("\xE2\x80\x8D")) << most;
            all += piece;
        }
        EXPECT_EQ(all, text);
    }
}

RC_GTEST_PROP(IcuGraphemesTest, BoundaryLiesBeforeTheLimitAndOnACodePoint, ()) {
    const auto pieces = *rc::gen::container<Clusters>(rc::gen::elementOf(Clusters{
        "a", " ", e_acute, family, sweden, hangul_jamo, "\xE2\x80\x8D", "\xCC\x81", "\xC3\xA9", "\xF0\x9F\x87\xB8"}));
    const std::string text = joined(pieces);
    const auto limit = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
    const std::size_t boundary = IcuGraphemes().boundary_before(text, limit);
    RC_ASSERT(boundary <= limit);
    RC_ASSERT(boundary <= text.size());
    RC_ASSERT(chat::code_point_border(text, boundary) == boundary);
}

RC_GTEST_PROP(IcuGraphemesTest, AnyBytesGiveABoundaryWithinTheText, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto limit = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
    const std::size_t boundary = IcuGraphemes().boundary_before(text, limit);
    RC_ASSERT(boundary <= limit);
    RC_ASSERT(boundary <= text.size());
}

}  // namespace
}  // namespace patchcord::gateway
