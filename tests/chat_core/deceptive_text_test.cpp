#include "chat_core/deceptive_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "chat_core/utf8.hpp"

namespace patchcord::chat {
namespace {

std::string utf8(char32_t c) {
    std::string out;
    append_utf8(out, c);
    return out;
}

TEST(DeceptiveTextTest, OrdinaryTextStays) {
    for (const std::string text : {"", "Ana Bee, 100% & <more>", "\u00DCmit \u0130nce", "\u05D3\u05E0\u05D4",
                                   "\u0645\u0631\u064A\u0645", "\u65E5\u672C", "\u2615 a\u0301", "a\u00A0b"}) {
        EXPECT_EQ(without_deceptive(text), text);
    }
}

TEST(DeceptiveTextTest, WhatTurnsTheDirectionGoes) {
    for (const char32_t c :
         {0x061CU, 0x200EU, 0x200FU, 0x202AU, 0x202BU, 0x202CU, 0x202DU, 0x202EU, 0x2066U, 0x2067U, 0x2068U, 0x2069U}) {
        EXPECT_EQ(without_deceptive("ec" + utf8(c) + "ila"), "ecila") << std::hex << static_cast<unsigned>(c);
    }
}

TEST(DeceptiveTextTest, WhatCannotBeSeenGoes) {
    for (const char32_t c : {0x00ADU, 0x115FU, 0x1160U, 0x180EU, 0x200BU, 0x2028U, 0x2029U, 0x2060U, 0x2064U, 0x206FU,
                             0x3164U, 0xFEFFU, 0xFFA0U}) {
        EXPECT_EQ(without_deceptive(utf8(c) + "al" + utf8(c) + utf8(c) + "ice" + utf8(c)), "alice")
            << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_EQ(without_deceptive("\u200B\u200B"), "");
}

TEST(DeceptiveTextTest, NonJoinerStays) {
    EXPECT_EQ(without_deceptive("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"),
              "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645");
}

TEST(DeceptiveTextTest, JoinerStaysInsideAnEmojiOnly) {
    for (const std::string emoji :
         {"\U0001F469\u200D\U0001F467", "\U0001F469\U0001F3FD\u200D\U0001F4BB", "\u2764\uFE0F\u200D\U0001F525",
          "\U0001F3F3\uFE0F\u200D\U0001F308", "\U0001F9D1\u200D\u2695\uFE0F", "\U0001F408\u200D\u2B1B"}) {
        EXPECT_EQ(without_deceptive("a" + emoji), "a" + emoji);
    }
    EXPECT_EQ(without_deceptive("al\u200Dice"), "alice");
    EXPECT_EQ(without_deceptive("\u200D\U0001F467"), "\U0001F467");
    EXPECT_EQ(without_deceptive("\U0001F469\u200D"), "\U0001F469");
    EXPECT_EQ(without_deceptive("\U0001F469\u200Da"), "\U0001F469a");
    EXPECT_EQ(without_deceptive("\U0001F469\u200D\u200D\U0001F467"), "\U0001F469\u200D\U0001F467")
        << "one joins, two do not";
}

TEST(DeceptiveTextTest, JoinerIsJudgedByWhatStaysBeforeIt) {
    EXPECT_EQ(without_deceptive("\U0001F469\u200B\u200D\U0001F467"), "\U0001F469\u200D\U0001F467");
    EXPECT_EQ(without_deceptive("a\u200B\u202E\u200Db"), "ab");
}

RC_GTEST_PROP(DeceptiveTextTest, OnceIsEnough, ()) {
    const auto character = rc::gen::elementOf(std::u32string(U"\u200D\u200B\u200C\U0001F469\uFE0Fa\u202E"));
    std::string text;
    for (const char32_t c : *rc::gen::container<std::vector<char32_t>>(character)) append_utf8(text, c);
    const std::string once = without_deceptive(text);
    RC_ASSERT(without_deceptive(once) == once);
    RC_ASSERT(once.find("\u200B") == std::string::npos && once.find("\u202E") == std::string::npos);
}

}  // namespace
}  // namespace patchcord::chat
