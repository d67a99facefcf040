#include "irc/wire/excerpt.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/text/icu_graphemes.hpp"

namespace patchcord::irc {
namespace {

const std::string more = "\xE2\x80\xA6";

std::string first_words(std::string_view text, std::size_t max_bytes = 10) {
    const gateway::IcuGraphemes graphemes;
    return excerpt(text, max_bytes, graphemes);
}

TEST(ExcerptTest, ShortTextIsShownWhole) {
    EXPECT_EQ(first_words("hello"), "hello");
    EXPECT_EQ(first_words("ten bytes!"), "ten bytes!");
    EXPECT_EQ(first_words(""), "");
}

TEST(ExcerptTest, LongTextIsCutAndSaysSo) {
    EXPECT_EQ(first_words("eleven byte"), "eleven byt" + more);
    EXPECT_EQ(first_words("ends in a  space"), "ends in a" + more);
}

TEST(ExcerptTest, OnlyTheFirstLineThatSaysSomethingIsShown) {
    for (const char* end : {"\n", "\r\n", "\r", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
        EXPECT_EQ(first_words("one" + std::string(end) + "two"), "one" + more);
        EXPECT_EQ(first_words(std::string(end) + "two"), "two");
    }
}

TEST(ExcerptTest, ControlsAreLeftOut) {
    EXPECT_EQ(first_words(std::string_view("a\0b\x01 c\x7F\t\xC2\x9B"
                                           "d\x02",
                                           11)),
              "ab cd");
    EXPECT_EQ(first_words("\x01\x02\x03"), "");
    EXPECT_EQ(first_words("\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02hello"), "hello");
}

TEST(ExcerptTest, CharacterIsNotCut) {
    const std::string accent = "e\xCC\x81";                                     // e and a combining acute
    const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";  // woman, joiner, girl
    EXPECT_EQ(first_words("123456789" + accent), "123456789" + more);
    EXPECT_EQ(first_words("12345" + family), "12345" + more);
    EXPECT_EQ(first_words(accent + accent + accent + accent), accent + accent + accent + more);
    const std::string cut = first_words(family);
    EXPECT_EQ(cut, family.substr(0, 7) + more) << "one that is too long itself ends between code points";
}

TEST(ExcerptTest, BadUtf8BecomesReplacementCharacters) {
    EXPECT_EQ(first_words("a\xFF"), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace patchcord::irc
