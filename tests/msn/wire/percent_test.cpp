#include "msn/wire/percent.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"

namespace patchcord::msn {
namespace {

TEST(PercentTest, AllButUnreservedBytesAreEncoded) {
    EXPECT_EQ(percent_encode("Ana-b_c.d~9"), "Ana-b_c.d~9");
    EXPECT_EQ(percent_encode("a b%c\r\n\t"), "a%20b%25c%0D%0A%09");
    EXPECT_EQ(percent_encode("\xC3\xA9\x7F"), "%C3%A9%7F");
    EXPECT_EQ(percent_encode(std::string_view("\0", 1)), "%00");
    EXPECT_EQ(percent_encode("<a+b/>"), "%3Ca%2Bb%2F%3E");
}

TEST(PercentTest, HexIsReadInAnyCase) {
    EXPECT_EQ(percent_decode("%c3%A9%c3%a9"), "\xC3\xA9\xC3\xA9");
    EXPECT_EQ(percent_decode("%41%62"), "Ab") << "what needed no encoding";
}

TEST(PercentTest, APlusIsAPlus) {
    EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(PercentTest, AnInvalidSequenceIsKept) {
    EXPECT_EQ(percent_decode("%"), "%");
    EXPECT_EQ(percent_decode("100%"), "100%");
    EXPECT_EQ(percent_decode("%2"), "%2");
    EXPECT_EQ(percent_decode("%zz%4g%g4"), "%zz%4g%g4");
    EXPECT_EQ(percent_decode("%%41"), "%A");
    EXPECT_EQ(percent_decode("%+1%-1"), "%+1%-1");
}

TEST(PercentTest, DecodingHappensOnce) {
    EXPECT_EQ(percent_decode("%250D%250A"), "%0D%0A");
}

TEST(NameTest, ANameIsDecodedUtf8) {
    EXPECT_EQ(parse_name("Other%20Contacts"), "Other Contacts");
    EXPECT_EQ(parse_name("Al%20Bundy%20%25%20\xC3\xA9"), "Al Bundy % \xC3\xA9") << "raw UTF-8 is accepted";
}

TEST(NameTest, ControlCharactersAreLeftOut) {
    EXPECT_EQ(parse_name("a%0D%0AQUIT%00%09%01%1F%7F"), "aQUIT");
    EXPECT_EQ(parse_name("a%C2%80%C2%85%C2%9Fb%C2%A1"), "ab\xC2\xA1") << "C1, too";
    EXPECT_EQ(format_name("a\r\nb\tc"), "abc");
    EXPECT_EQ(parse_name("%0D%0A"), "");
}

TEST(NameTest, MalformedUtf8BecomesTheReplacementCharacter) {
    EXPECT_EQ(parse_name("a%FFb%C3"),
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD");
    EXPECT_EQ(parse_name("%ED%A0%80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate";
    EXPECT_EQ(format_name("\xFF"), "%EF%BF%BD");
}

TEST(NameTest, ALongNameIsCutBetweenCodePoints) {
    EXPECT_EQ(parse_name(std::string(387, 'a')).size(), 387U);
    EXPECT_EQ(parse_name(std::string(388, 'a')).size(), 387U);
    std::string grins;
    while (grins.size() < 1000) grins += "\xF0\x9F\x98\x80";
    EXPECT_EQ(parse_name(grins), grins.substr(0, 384));
    EXPECT_EQ(format_name(grins).size(), 384U) << "32 of 12 bytes each";
    EXPECT_EQ(format_name(std::string(388, 'a')), std::string(387, 'a'));
    EXPECT_EQ(format_name(std::string(386, 'a') + "\xC3\xA9z"), std::string(386, 'a')) << "nothing behind the cut";
}

RC_GTEST_PROP(PercentTest, WhatIsEncodedDecodesToTheSameBytes, (const std::string& bytes)) {
    RC_ASSERT(percent_decode(percent_encode(bytes)) == bytes);
}

RC_GTEST_PROP(PercentTest, DecodingIsTotalAndNeverLonger, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::element('%', '4', '1', 'a', 'F', 'g', '+', '\0'));
    RC_ASSERT(percent_decode(text).size() <= text.size());
}

// Bytes that matter to names: encoded and raw controls, halves of UTF-8, and letters.
rc::Gen<std::string> hostile_name() {
    const auto byte = rc::gen::oneOf(rc::gen::element('%', '0', 'D', 'A', '8', 'C', '2', '\r', '\n', '\0', ' '),
                                     rc::gen::arbitrary<char>());
    return rc::gen::container<std::string>(byte);
}

bool is_clean(std::string_view name) {
    for (std::size_t i = 0; i < name.size();) {
        const char32_t c = chat::next_code_point(name, i);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return false;
    }
    return chat::is_valid_utf8(name) && name.size() <= max_name_bytes;
}

RC_GTEST_PROP(NameTest, AnyParameterReadsAsACleanName, ()) {
    RC_ASSERT(is_clean(parse_name(*hostile_name())));
}

RC_GTEST_PROP(NameTest, ANameIsAWordOfUnreservedBytes, ()) {
    const std::string word = format_name(*hostile_name());
    RC_ASSERT(word.size() <= max_encoded_name_bytes);
    for (const char c : word) RC_ASSERT(c > ' ' && c < 0x7F);
    RC_ASSERT(format_name(parse_name(word)) == word);
}

RC_GTEST_PROP(NameTest, ACleanNameThatFitsComesBack, ()) {
    const std::string name = parse_name(*hostile_name());
    RC_PRE(percent_encode(name).size() <= max_encoded_name_bytes);
    RC_ASSERT(parse_name(format_name(name)) == name);
}

}  // namespace
}  // namespace patchcord::msn
