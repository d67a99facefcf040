#include "msn/wire/charset.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"

namespace patchcord::msn {
namespace {

using namespace std::string_literals;

const std::string replacement = "\xEF\xBF\xBD";

TEST(CharsetTest, Utf8StaysAsItIs) {
    EXPECT_EQ(to_utf8("caf\xC3\xA9", "UTF-8"), "caf\xC3\xA9");
    EXPECT_EQ(to_utf8("caf\xC3\xA9", ""), "caf\xC3\xA9");
    EXPECT_EQ(to_utf8("caf\xC3\xA9", "gb2312"), "caf\xC3\xA9");
}

TEST(CharsetTest, MalformedUtf8ThatCallsItselfUtf8IsReplaced) {
    EXPECT_EQ(to_utf8("caf\xE9!", "utf-8"), "caf" + replacement + "!");
    EXPECT_EQ(to_utf8("\xED\xA0\x80", "UTF-8"), replacement + replacement + replacement);
}

TEST(CharsetTest, MalformedUtf8WithoutACharsetIsWindows1252) {
    EXPECT_EQ(to_utf8("caf\xE9 \x80", ""), "caf\xC3\xA9 \xE2\x82\xAC");
    EXPECT_EQ(to_utf8("caf\xE9", "x-unheard-of"), "caf\xC3\xA9");
}

TEST(CharsetTest, WesternCharsetsAreConvertedEvenWhenTheyLookLikeUtf8) {
    for (const std::string_view charset : {"windows-1252", "ISO-8859-1", "iso-8859-1", "us-ascii"}) {
        EXPECT_EQ(to_utf8("\xC3\xA9", charset), "\xC3\x83\xC2\xA9") << charset;
    }
    EXPECT_EQ(to_utf8("\x93hi\x94 \x81", "windows-1252"), "\xE2\x80\x9Chi\xE2\x80\x9D " + replacement);
}

TEST(CharsetTest, LineEndsBecomeLineFeeds) {
    EXPECT_EQ(clean_text("a\r\nb\rc\nd\r\r\ne\r"), "a\nb\nc\nd\n\ne\n");
}

TEST(CharsetTest, ControlsOtherThanTabAndLineFeedAreRemoved) {
    EXPECT_EQ(clean_text("a\0b\x01"
                         "c\td\x1B[1m\x7F"
                         "e"s),
              "abc\td[1me");
    EXPECT_EQ(clean_text("a\xC2\x85"
                         "b\xC2\x9B"
                         "c\xC2\xA0"),
              "abc\xC2\xA0");
}

RC_GTEST_PROP(CharsetTest, AnyBytesBecomeWellFormedTextWithoutControls, (const std::string& bytes)) {
    for (const std::string_view charset : {"", "utf-8", "windows-1252", "koi8-r"}) {
        const std::string text = clean_text(to_utf8(bytes, charset));
        RC_ASSERT(chat::is_valid_utf8(text));
        RC_ASSERT(clean_text(text) == text);
        for (const char c : text) RC_ASSERT(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20U);
    }
}

}  // namespace
}  // namespace patchcord::msn
