#include "irc/wire/line_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/utf8.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"

namespace patchcord::irc {
namespace {

TEST(LineBuilderTest, PutsThePartsOfALineInOrder) {
    std::string out;
    LineBuilder(out)
        .tag("time", "now")
        .tag("bot")
        .raw_tags("+a=b;+c")
        .source("ana", "a", "host")
        .command("MODE")
        .param("#a")
        .words("+ov bob carol")
        .param(-42)
        .trailing("the end")
        .finish();
    EXPECT_EQ(out, "@time=now;bot;+a=b;+c :ana!a@host MODE #a +ov bob carol -42 :the end\r\n");
}

TEST(LineBuilderTest, NumbersAreWrittenInFull) {
    std::string out;
    LineBuilder(out).command("X").param(std::uint64_t{18446744073709551615U}).param(INT64_MIN).finish();
    EXPECT_EQ(out, "X 18446744073709551615 -9223372036854775808\r\n");
}

TEST(LineBuilderTest, AppendsToWhatIsThereAlready) {
    std::string out = "PING a\r\n";
    LineBuilder(out).command("PING").param("b").finish();
    EXPECT_EQ(out, "PING a\r\nPING b\r\n");
}

TEST(LineBuilderTest, LineEndsAndNulsInAnyPartBecomeSpaces) {
    std::string out;
    LineBuilder(out).source("irc.test").command("NOTICE").param("ana").trailing("a\r\nQUIT :x\nb").finish();
    EXPECT_EQ(out, ":irc.test NOTICE ana :a  QUIT :x b\r\n");
    out.clear();
    LineBuilder(out).command("TOPIC").param("#a").trailing(std::string_view("a\0b", 3)).finish();
    EXPECT_EQ(out, "TOPIC #a :a b\r\n");
}

TEST(LineBuilderTest, AMiddleParameterCannotBecomeTwoOrTheLast) {
    std::string out;
    LineBuilder(out).command("MODE").param("a b").param(":x").param("").param("\n").param("c").finish();
    EXPECT_EQ(out, "MODE a_b _x * _ c\r\n");
}

TEST(LineBuilderTest, WordsAreSafeOneByOne) {
    std::string out;
    LineBuilder(out).command("MODE").words("+b :x y").finish();
    EXPECT_EQ(out, "MODE +b _x y\r\n");
}

TEST(LineBuilderTest, ATagValueCannotEndTheTag) {
    std::string out;
    LineBuilder(out).tag("label", "a;b c\r\n").command("ACK").finish();
    EXPECT_EQ(out, "@label=a\\:b\\sc\\r\\n ACK\r\n");
}

TEST(LineBuilderTest, ASourceCannotBecomeACommand) {
    std::string out;
    LineBuilder(out).source("ana", "a QUIT", "host").command("PRIVMSG").param("#a").trailing("x").finish();
    const auto message = parse_message(std::string_view(out).substr(0, out.size() - 2));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->command, "PRIVMSG") << out;
    out.clear();
    LineBuilder(out).source("irc test").command("PRIVMSG").param("#a").trailing("x").finish();
    EXPECT_EQ(parse_message(std::string_view(out).substr(0, out.size() - 2))->command, "PRIVMSG") << out;
}

TEST(LineBuilderTest, TagsCannotBecomeACommand) {
    for (const char* tags : {"+a=b QUIT", "+a=b\nQUIT", "+a b;c d"}) {
        std::string out;
        LineBuilder(out).raw_tags(tags).source("ana").command("PRIVMSG").param("#a").trailing("x").finish();
        const auto message = parse_message(std::string_view(out).substr(0, out.size() - 2));
        ASSERT_TRUE(message);
        EXPECT_EQ(message->command, "PRIVMSG") << out;
    }
}

TEST(LineBuilderTest, ABodyOf512BytesIsLeftAloneAndALongerOneCut) {
    std::string out;
    const std::string head = "PRIVMSG #a :";
    LineBuilder(out).command("PRIVMSG").param("#a").trailing(std::string(510 - head.size(), 'x')).finish();
    EXPECT_EQ(out, head + std::string(510 - head.size(), 'x') + "\r\n");
    const std::string longest = out;
    out.clear();
    LineBuilder(out).command("PRIVMSG").param("#a").trailing(std::string(511 - head.size(), 'x')).finish();
    EXPECT_EQ(out, longest);
}

TEST(LineBuilderTest, TagsDoNotCountAgainstTheBody) {
    std::string out;
    LineBuilder(out).tag("a", std::string(1000, 't')).command("PING").param(std::string(505, 'x')).finish();
    EXPECT_EQ(out, "@a=" + std::string(1000, 't') + " PING " + std::string(505, 'x') + "\r\n");
}

TEST(LineBuilderTest, TheCutIsNotInsideACodePoint) {
    std::string text;
    while (text.size() < 600) text += "\xF0\x9F\x98\x80";
    std::string out;
    LineBuilder(out).command("AWAY").trailing(text).finish();
    EXPECT_LE(out.size(), max_body_bytes);
    EXPECT_GT(out.size(), max_body_bytes - 4);
    EXPECT_TRUE(chat::is_valid_utf8(out));
}

TEST(LineBuilderTest, ABodyOverTheLimitIsCutBehindOtherLinesToo) {
    std::string out = std::string(300, 'p') + "\r\n";
    LineBuilder(out).command("X").trailing(std::string(600, 'x')).finish();
    EXPECT_EQ(out.size(), 302U + max_body_bytes);
}

TEST(LineBuilderTest, BodySizeCountsWithoutTagsAndLineEnd) {
    std::string out;
    LineBuilder line(out);
    line.tag("time", "now").command("PING").param("x");
    EXPECT_EQ(line.body_size(), 6U);
}

TEST(UnsafeByteTest, CrLfAndNulAreUnsafeAndNothingElse) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        EXPECT_EQ(has_unsafe_byte(std::string_view(&c, 1)), c == '\r' || c == '\n' || c == '\0') << byte;
    }
    EXPECT_FALSE(has_unsafe_byte(""));
}

TEST(UnsafeByteTest, ItIsFoundAtEachPlaceInTextOfEachLength) {
    for (std::size_t length = 1; length <= 40; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            std::string text(length, '\x80');
            for (int byte = 0; byte < 256; ++byte) {
                text[at] = static_cast<char>(byte);
                const bool unsafe = byte == '\r' || byte == '\n' || byte == '\0';
                ASSERT_EQ(has_unsafe_byte(text), unsafe) << byte << " at " << at << " of " << length;
            }
        }
    }
}

TEST(UnsafeByteTest, FormattingCodesAreNotMistaken) {
    EXPECT_FALSE(has_unsafe_byte("\x02\x02\x03\x04\x01\x05\x0b\x0c\x0e\x0f\x11\x1d\x1e\x1f and more"));
    EXPECT_TRUE(has_unsafe_byte("\x02\x02\x03\x04\x01\x05\x0b\x0c\x0e\x0f\x11\x1d\x1e\x1f\r"));
}

// Text of any bytes, often with those that matter here, up to longer than a line.
rc::Gen<std::string> hostile_text() {
    const auto byte = rc::gen::oneOf(rc::gen::element('\r', '\n', '\0', ' ', ':', ';', '@', '\xF0', '\x80', 'a'),
                                     rc::gen::arbitrary<char>());
    return rc::gen::oneOf(rc::gen::container<std::string>(byte), rc::gen::map(rc::gen::inRange(400, 700), [](int size) {
                              return std::string(static_cast<std::size_t>(size), 'x');
                          }));
}

RC_GTEST_PROP(LineBuilderTest, WhateverIsPutInOneLineWithinTheLimitComesOut, ()) {
    std::string out;
    LineBuilder line(out);
    if (*rc::gen::arbitrary<bool>()) line.tag(*hostile_text(), *hostile_text());
    if (*rc::gen::arbitrary<bool>()) line.raw_tags(*hostile_text());
    if (*rc::gen::arbitrary<bool>()) line.source(*hostile_text());
    line.command(*hostile_text());
    const int middles = *rc::gen::inRange(0, 4);
    for (int i = 0; i < middles; ++i) line.param(*hostile_text());
    if (*rc::gen::arbitrary<bool>()) line.words(*hostile_text());
    if (*rc::gen::arbitrary<bool>()) line.trailing(*hostile_text());
    line.finish();
    RC_ASSERT(out.ends_with("\r\n"));
    const std::string_view text = std::string_view(out).substr(0, out.size() - 2);
    RC_ASSERT(!has_unsafe_byte(text));
    std::size_t body = 0;
    if (text.starts_with('@')) body = std::min(text.find(' '), text.size());
    RC_ASSERT(text.size() - body <= max_body_bytes - 1);  // the space between them is neither's
}

RC_GTEST_PROP(LineBuilderTest, WhatGoesInAsParametersComesOutAsThatMany, ()) {
    const auto middles = *rc::gen::resize(
        8, rc::gen::container<std::vector<std::string>>(rc::gen::resize(20, rc::gen::string<std::string>())));
    std::string out;
    LineBuilder line(out);
    line.source("irc.test").command("X");
    for (const std::string& middle : middles) line.param(middle);
    line.trailing("end").finish();
    RC_PRE(out.size() < max_body_bytes);
    const auto message = parse_message(std::string_view(out).substr(0, out.size() - 2));
    RC_ASSERT(message.has_value());
    RC_ASSERT(message->command == "X");
    RC_ASSERT(message->params().size() == middles.size() + 1);
    RC_ASSERT(message->param(middles.size()) == "end");
}

}  // namespace
}  // namespace patchcord::irc
