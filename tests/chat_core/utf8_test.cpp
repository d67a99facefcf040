#include "chat_core/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace patchcord::chat {
namespace {

constexpr char32_t replacement = 0xFFFD;

std::string utf8(char32_t code_point) {
    std::string out;
    append_utf8(out, code_point);
    return out;
}

struct IllFormed {
    const char* what;
    std::string bytes;
};

// Unicode 15, table 3-7: what is not in it is ill-formed.
const std::vector<IllFormed>& ill_formed() {
    static const std::vector<IllFormed> all{
        {"a continuation byte alone", "\x80"},
        {"the last continuation byte alone", "\xBF"},
        {"overlong slash in two bytes", "\xC0\xAF"},
        {"overlong in two bytes, highest", "\xC1\xBF"},
        {"overlong NUL in three bytes", std::string("\xE0\x80\x80", 3)},
        {"overlong in three bytes, highest", "\xE0\x9F\xBF"},
        {"overlong in four bytes, highest", "\xF0\x8F\xBF\xBF"},
        {"the first surrogate", "\xED\xA0\x80"},
        {"the last surrogate", "\xED\xBF\xBF"},
        {"a surrogate pair", "\xED\xA0\xBD\xED\xB8\x80"},
        {"the first above U+10FFFF", "\xF4\x90\x80\x80"},
        {"a lead byte no code point has", "\xF5\x80\x80\x80"},
        {"five bytes", "\xF8\x88\x80\x80\x80"},
        {"six bytes", "\xFC\x84\x80\x80\x80\x80"},
        {"0xFE", "\xFE"},
        {"0xFF", "\xFF"},
        {"two bytes, cut short", "\xC3"},
        {"three bytes, cut after one", "\xE2"},
        {"three bytes, cut after two", "\xE2\x82"},
        {"four bytes, cut after one", "\xF0"},
        {"four bytes, cut after three", "\xF0\x9F\x98"},
        {"two bytes, second is ASCII", "\xC3("},
        {"three bytes, third is ASCII", "\xE2\x82("},
        {"four bytes, fourth is a lead byte", "\xF0\x9F\x98\xC3"},
    };
    return all;
}

TEST(Utf8Test, TheFirstAndLastCodePointOfEachLengthAreWellFormed) {
    const std::vector<char32_t> borders{0x00, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    for (const char32_t code_point : borders)
        EXPECT_TRUE(is_valid_utf8(utf8(code_point))) << static_cast<std::uint32_t>(code_point);
    EXPECT_TRUE(is_valid_utf8(""));
}

TEST(Utf8Test, EveryIllFormedClassIsRefusedAloneAndAtEveryPlaceInLongText) {
    for (const IllFormed& bad : ill_formed()) {
        EXPECT_FALSE(is_valid_utf8(bad.bytes)) << bad.what;
        for (std::size_t before = 0; before < 18; ++before) {
            const std::string text = std::string(before, 'a') + bad.bytes + std::string(17 - before, 'b');
            EXPECT_FALSE(is_valid_utf8(text)) << bad.what << " after " << before << " bytes";
        }
    }
}

TEST(Utf8Test, WellFormedTextIsAcceptedAtEveryPlaceInLongText) {
    for (const char* good : {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
        for (std::size_t before = 0; before < 18; ++before) {
            EXPECT_TRUE(is_valid_utf8(std::string(before, 'a') + good + std::string(17 - before, 'b'))) << before;
        }
    }
}

TEST(Utf8Test, EachCodePointIsEncodedAsTheStandardSays) {
    EXPECT_EQ(utf8(0x24), "$");
    EXPECT_EQ(utf8(0xA3), "\xC2\xA3");
    EXPECT_EQ(utf8(0x20AC), "\xE2\x82\xAC");
    EXPECT_EQ(utf8(0x10348), "\xF0\x90\x8D\x88");
}

TEST(Utf8Test, WhatIsNoCodePointIsAppendedAsTheReplacementCharacter) {
    for (const std::uint32_t bad : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU}) {
        EXPECT_EQ(utf8(static_cast<char32_t>(bad)), "\xEF\xBF\xBD") << bad;
    }
}

TEST(Utf8Test, ReadingMovesBehindTheCodePoint) {
    const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
    std::size_t offset = 0;
    EXPECT_EQ(next_code_point(text, offset), U'a');
    EXPECT_EQ(next_code_point(text, offset), U'\u00E4');
    EXPECT_EQ(next_code_point(text, offset), U'\u20AC');
    EXPECT_EQ(next_code_point(text, offset), U'\U0001F600');
    EXPECT_EQ(offset, text.size());
}

TEST(Utf8Test, AMalformedByteReadsAsOneReplacementCharacterAndTheNextByteIsLookedAtAfresh) {
    const std::string text = "\xE2\x82(\xFF";
    std::vector<char32_t> read;
    for (std::size_t offset = 0; offset < text.size();) read.push_back(next_code_point(text, offset));
    EXPECT_EQ(read, (std::vector<char32_t>{replacement, replacement, U'(', replacement}));
}

TEST(Utf8Test, EveryIllFormedClassReadsAsAtLeastOneReplacementCharacterAndEnds) {
    for (const IllFormed& bad : ill_formed()) {
        std::size_t replaced = 0;
        for (std::size_t offset = 0; offset < bad.bytes.size();) {
            if (next_code_point(bad.bytes, offset) == replacement) ++replaced;
        }
        EXPECT_GE(replaced, 1U) << bad.what;
    }
}

TEST(Utf8Test, ABorderNeverFallsInsideACodePoint) {
    const std::string text = "a\xE2\x82\xAC";
    EXPECT_EQ(code_point_border(text, 0), 0U);
    EXPECT_EQ(code_point_border(text, 1), 1U);
    EXPECT_EQ(code_point_border(text, 2), 1U);
    EXPECT_EQ(code_point_border(text, 3), 1U);
    EXPECT_EQ(code_point_border(text, 4), 4U);
    EXPECT_EQ(code_point_border(text, 100), 4U);
    EXPECT_EQ(code_point_border("\xF0\x9F\x98\x80", 3), 0U);
    EXPECT_EQ(code_point_border("", 0), 0U);
}

TEST(Utf8Test, ARunOfBytesThatIsNoCodePointIsCutWhereTheLimitIs) {
    const std::string run(20, '\x80');
    EXPECT_EQ(code_point_border(run, 10), 10U);
    EXPECT_EQ(code_point_border("ab" + run, 10), 10U);
}

rc::Gen<std::vector<char32_t>> code_points() {
    const auto one = rc::gen::oneOf(
        rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0x800),
        rc::gen::inRange<std::uint32_t>(0x800, 0xD800), rc::gen::inRange<std::uint32_t>(0x10000, 0x110000));
    return rc::gen::container<std::vector<char32_t>>(
        rc::gen::map(one, [](std::uint32_t value) { return static_cast<char32_t>(value); }));
}

RC_GTEST_PROP(Utf8Test, WhatIsWrittenIsWellFormedAndReadsBack, ()) {
    const auto expected = *code_points();
    std::string text;
    for (const char32_t code_point : expected) append_utf8(text, code_point);
    RC_ASSERT(is_valid_utf8(text));
    std::vector<char32_t> read;
    for (std::size_t offset = 0; offset < text.size();) read.push_back(next_code_point(text, offset));
    RC_ASSERT(read == expected);
}

RC_GTEST_PROP(Utf8Test, TheBorderIsTheLongestWellFormedPrefixWithinTheLimit, ()) {
    std::string text;
    for (const char32_t code_point : *code_points()) append_utf8(text, code_point);
    const auto limit = *rc::gen::inRange<std::size_t>(0, text.size() + 3);
    const std::size_t border = code_point_border(text, limit);
    RC_ASSERT(border <= limit);
    RC_ASSERT(is_valid_utf8(text.substr(0, border)));
    for (std::size_t longer = border + 1; longer <= limit && longer <= text.size(); ++longer) {
        RC_ASSERT(!is_valid_utf8(text.substr(0, longer)));
    }
}

RC_GTEST_PROP(Utf8Test, ReadingAnyBytesEndsAndAgreesWithTheCheck, (const std::string& bytes)) {
    std::string again;
    std::size_t offset = 0;
    while (offset < bytes.size()) {
        const std::size_t before = offset;
        append_utf8(again, next_code_point(bytes, offset));
        RC_ASSERT(offset > before);
        RC_ASSERT(offset <= bytes.size());
    }
    RC_ASSERT(is_valid_utf8(again));
    RC_ASSERT(is_valid_utf8(bytes) == (again == bytes));
}

TEST(Utf8Test, ThePrintablePrefixEndsAtTheFirstControlOrByteBeyondAscii) {
    EXPECT_EQ(printable_prefix(""), 0U);
    EXPECT_EQ(printable_prefix(" ~ printable all along ~ "), 25U);
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = byte >= 0x20 && byte <= 0x7E;
        for (std::size_t at = 0; at < 24; ++at) {
            std::string text(24, '!');
            text[at] = static_cast<char>(byte);
            EXPECT_EQ(printable_prefix(text), printable ? 24U : at) << byte << " at " << at;
        }
    }
}

RC_GTEST_PROP(Utf8Test, ThePrintablePrefixIsTheSameByteByByte, (const std::string& text)) {
    const auto other = std::find_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; });
    RC_ASSERT(printable_prefix(text) == static_cast<std::size_t>(other - text.begin()));
}

}  // namespace
}  // namespace patchcord::chat
