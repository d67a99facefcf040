#include "msn/wire/field_text.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace patchcord::msn {
namespace {

using namespace std::string_literals;

TEST(FieldTextTest, TrimTakesSpacesAndTabsFromBothEndsOnly) {
    EXPECT_EQ(trim(" \ta b\t "), "a b");
    EXPECT_EQ(trim(" \t "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(FieldTextTest, WordsAreComparedWithoutCaseOfAsciiLetters) {
    EXPECT_TRUE(same_word("Content-TYPE", "content-type"));
    EXPECT_FALSE(same_word("content-type", "content-typ"));
    EXPECT_FALSE(same_word("content-typ", "content-type"));
    EXPECT_FALSE(same_word("[", "{"));
    EXPECT_TRUE(starts_with_word("Passport1.4 x", "passport1.4"));
    EXPECT_FALSE(starts_with_word("Pass", "passport"));
}

TEST(FieldTextTest, FieldsAreTakenOneByOneAndTheLastNeedsNoSeparator) {
    std::string_view rest = "a;;b";
    EXPECT_EQ(take_field(rest, ';'), "a");
    EXPECT_EQ(take_field(rest, ';'), "");
    EXPECT_EQ(take_field(rest, ';'), "b");
    EXPECT_EQ(rest, "");
}

TEST(FieldTextTest, ANumberIsDigitsAndNothingElse) {
    EXPECT_EQ(parse_digits("007", 10, 3), 7U);
    EXPECT_EQ(parse_digits("fF", 16, 2), 255U);
    EXPECT_EQ(parse_digits("4294967295", 10, 10), 4294967295U);
    for (const std::string_view wrong : {"", "+5", "-1", " 1", "1 ", "0x10", "1a", "1000", "1.0"}) {
        EXPECT_EQ(parse_digits(wrong, 10, 3), std::nullopt) << wrong;
    }
    EXPECT_EQ(parse_digits("4294967296", 10, 10), std::nullopt);
}

TEST(FieldTextTest, HexadecimalHasNoLeadingZeros) {
    EXPECT_EQ(format_hex(0), "0");
    EXPECT_EQ(format_hex(0xff), "ff");
    EXPECT_EQ(format_hex(0xFFFFFFFF), "ffffffff");
}

TEST(FieldTextTest, OneLineTurnsEveryControlIntoASpace) {
    EXPECT_EQ(one_line("a\r\nb\0c\td\x7F"s), "a  b c d ");
    EXPECT_EQ(one_line("\xC3\xA9"), "\xC3\xA9");
}

}  // namespace
}  // namespace patchcord::msn
