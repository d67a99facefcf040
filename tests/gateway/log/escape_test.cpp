#include "gateway/log/escape.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "chat_core/utf8.hpp"
#include "tests/gateway/support/strict_json.hpp"

namespace patchcord::gateway {
namespace {

std::string utf8(char32_t code_point) {
    std::string text;
    chat::append_utf8(text, code_point);
    return text;
}

/// What a reader of JSON should get back: malformed bytes cannot be kept.
std::string repaired(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) chat::append_utf8(out, chat::next_code_point(text, at));
    return out;
}

std::string arbitrary_bytes() {
    const auto byte =
        rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string("\x1B\r\n\"\\\x85\0 =a", 11)),
                       rc::gen::elementOf(std::string("\xE2\x80\xAE\xA8\xC2\x9B\xD8\x9C")));
    return *rc::gen::container<std::string>(byte);
}

bool harmless(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = chat::next_code_point(text, at);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return false;
    }
    return chat::is_valid_utf8(text);
}

TEST(EscapeTest, ReadableTextStaysAsItIs) {
    for (const std::string text : {"", "hello world", "caf\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x91\x8B",
                                   "\xEF\xBF\xBD", "a=b,c;d'e/f<g>&"}) {
        EXPECT_EQ(escape_for_log(text), text);
        EXPECT_EQ(escape_for_json(text), text);
    }
}

TEST(EscapeTest, ControlsBecomeTheirNumbers) {
    EXPECT_EQ(escape_for_log("\x1B]0;pwn\x07\x1B[2J\x1B[31m"), "\\x1b]0;pwn\\x07\\x1b[2J\\x1b[31m");
    EXPECT_EQ(escape_for_json("\x1B]0;pwn\x07"), "\\u001b]0;pwn\\u0007");
    EXPECT_EQ(escape_for_log("a\r\nb\tc\x7F"), "a\\x0d\\x0ab\\x09c\\x7f");
    EXPECT_EQ(escape_for_json("a\r\nb\tc\x7F"), "a\\u000d\\u000ab\\u0009c\\u007f");
    EXPECT_EQ(escape_for_log(std::string("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(escape_for_json(std::string("a\0b", 3)), "a\\u0000b");
}

TEST(EscapeTest, ForPeopleQuotationMarksStayAndControlsDoNot) {
    EXPECT_EQ(escape_controls("say \"hi\" \\ \x1B[2J\xC2\x9B\xFF"), "say \"hi\" \\ \\x1b[2J\\x9b\\xff");
    EXPECT_EQ(escape_controls(escape_controls("a\nb")), "a\\x0ab") << "what is harmless stays as it is";
}

TEST(EscapeTest, EveryControlIsEscapedInBothForms) {
    for (char32_t c = 0; c < 0xA0; ++c) {
        if (c >= 0x20 && c < 0x7F) continue;
        EXPECT_EQ(escape_for_log(utf8(c)).size(), 4U) << static_cast<unsigned>(c);
        EXPECT_EQ(escape_for_json(utf8(c)).size(), 6U) << static_cast<unsigned>(c);
    }
}

TEST(EscapeTest, C1ControlIsEscapedWhetherEncodedOrBare) {
    EXPECT_EQ(escape_for_log("\xC2\x9B"
                             "31m"),
              "\\x9b31m");
    EXPECT_EQ(escape_for_log("\x9B"
                             "31m"),
              "\\x9b31m");
    EXPECT_EQ(escape_for_json("\xC2\x85"), "\\u0085");
}

TEST(EscapeTest, WhatTurnsTextAroundOrBreaksTheLineIsEscaped) {
    for (const char32_t c : {0x061CU, 0x200EU, 0x200FU, 0x2028U, 0x2029U, 0x202AU, 0x202BU, 0x202CU, 0x202DU, 0x202EU,
                             0x2066U, 0x2067U, 0x2068U, 0x2069U}) {
        EXPECT_EQ(escape_for_log(utf8(c)).substr(0, 2), "\\u") << std::hex << static_cast<unsigned>(c);
        EXPECT_EQ(escape_for_json(utf8(c)).substr(0, 2), "\\u") << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_EQ(escape_for_log("\xE2\x80\xAE"
                             "ecila"),
              "\\u202eecila");
}

TEST(EscapeTest, WhatCannotBeSeenIsEscaped) {
    for (const char32_t c : {0x200BU, 0x200CU, 0x200DU, 0x2060U, 0x2061U, 0xFEFFU}) {
        EXPECT_EQ(escape_for_log(utf8(c)).size(), 6U) << std::hex << static_cast<unsigned>(c);
    }
}

TEST(EscapeTest, MalformedBytesShowTheirValueAndInJsonThatTheyWereMalformed) {
    EXPECT_EQ(escape_for_log("a\xFFz"), "a\\xffz");
    EXPECT_EQ(escape_for_log("\xED\xA0\x80"), "\\xed\\xa0\\x80");
    EXPECT_EQ(escape_for_log("\xC0\xAF"), "\\xc0\\xaf");
    EXPECT_EQ(escape_for_log("caf\xC3"), "caf\\xc3");
    EXPECT_EQ(escape_for_json("a\xFFz"), "a\\ufffdz");
}

TEST(EscapeTest, WrittenEscapeIsToldFromARealOne) {
    EXPECT_EQ(escape_for_log("\\x1b"), "\\\\x1b");
    EXPECT_NE(escape_for_log("\\x1b"), escape_for_log("\x1B"));
    EXPECT_EQ(escape_for_log("\""), "\\\"");
    EXPECT_EQ(escape_for_json("\"\\"), "\\\"\\\\");
}

RC_GTEST_PROP(EscapeTest, AnyBytesBecomeHarmless, ()) {
    const std::string text = arbitrary_bytes();
    RC_ASSERT(harmless(escape_for_log(text)));
    RC_ASSERT(harmless(escape_for_json(text)));
}

RC_GTEST_PROP(EscapeTest, JsonReaderGetsTheTextBack, ()) {
    const std::string text = arbitrary_bytes();
    const auto read = tests::StrictJson::parse("{\"text\":\"" + escape_for_json(text) + "\"}");
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->at("text") == repaired(text));
}

}  // namespace
}  // namespace patchcord::gateway
