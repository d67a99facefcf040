#include "tools/patchcord_msn/printable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "chat_core/utf8.hpp"

namespace patchcord::tools {
namespace {

TEST(PrintableTest, NothingMovesTheCursor) {
    EXPECT_EQ(printable("a\x1B[2Jb\x07"), "a\uFFFD[2Jb\uFFFD");
    EXPECT_EQ(printable("a\r\nb\tc\u2028d"), "a  b c d");
    EXPECT_EQ(printable("\x7F\xC2\x9B"), "\uFFFD\uFFFD");
    EXPECT_EQ(printable("\u202Eabc\u2066"), "\uFFFDabc\uFFFD");
    EXPECT_EQ(printable("h\u00E9llo \U0001F600"), "h\u00E9llo \U0001F600");
    EXPECT_EQ(printable("\xFF\xC3"), "\uFFFD\uFFFD");
}

RC_GTEST_PROP(PrintableTest, AnyBytesBecomeOneHarmlessLine, (const std::string& bytes)) {
    const std::string line = printable(bytes);
    RC_ASSERT(chat::is_valid_utf8(line));
    for (std::size_t at = 0; at < line.size();) {
        const char32_t c = chat::next_code_point(line, at);
        RC_ASSERT(c >= 0x20);
        RC_ASSERT(c < 0x7F || c > 0x9F);
    }
    RC_ASSERT(printable(line) == line);
}

}  // namespace
}  // namespace patchcord::tools
