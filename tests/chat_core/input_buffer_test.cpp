#include "chat_core/input_buffer.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

namespace patchcord::chat {
namespace {

// What the lines of `stream` are when it comes in pieces of `size` bytes, each in memory that goes away; every line
// ends with a `|`, and what no LF has ended is behind the last.
std::string lines_of(std::string_view stream, std::size_t size) {
    InputBuffer buffer;
    std::string lines;
    for (; !stream.empty(); stream.remove_prefix(std::min(size, stream.size()))) {
        std::string piece(stream.substr(0, size));
        buffer.feed(piece);
        while (buffer.line_end() != InputBuffer::none) {
            const std::size_t end = buffer.line_end();
            lines.append(buffer.bytes().substr(0, end)).append("|");
            buffer.consume(end + 1);
        }
        buffer.keep();
        std::fill(piece.begin(), piece.end(), '?');
    }
    return lines.append(buffer.bytes());
}

TEST(InputBufferTest, WhatIsFedIsLookedAtWhereItLies) {
    const std::string fed = "one\ntwo";
    InputBuffer buffer;
    buffer.feed(fed);
    EXPECT_EQ(buffer.bytes().data(), fed.data());
    EXPECT_EQ(buffer.line_end(), 3U);
    buffer.consume(4);
    EXPECT_EQ(buffer.bytes().data(), fed.data() + 4);
    EXPECT_EQ(buffer.line_end(), InputBuffer::none);
}

TEST(InputBufferTest, WhatIsLeftOutlivesWhatWasFed) {
    std::string fed = "one\ntwo";
    InputBuffer buffer;
    buffer.feed(fed);
    buffer.consume(4);
    buffer.keep();
    fed.assign(fed.size(), '?');
    EXPECT_EQ(buffer.bytes(), "two");
    buffer.keep();
    EXPECT_EQ(buffer.bytes(), "two") << "kept twice";
    buffer.feed(" three\n");
    EXPECT_EQ(buffer.bytes(), "two three\n");
    EXPECT_EQ(buffer.line_end(), 9U);
}

TEST(InputBufferTest, ALineEndIsFoundAlthoughItCameAfterTheSearch) {
    InputBuffer buffer;
    buffer.feed("one");
    EXPECT_EQ(buffer.line_end(), InputBuffer::none);
    buffer.feed("\n\n");
    EXPECT_EQ(buffer.line_end(), 3U);
    EXPECT_EQ(buffer.line_end(), 3U) << "asked twice";
    buffer.consume(4);
    EXPECT_EQ(buffer.line_end(), 0U);
}

TEST(InputBufferTest, NothingIsLeftOfWhatWasConsumed) {
    InputBuffer buffer;
    buffer.feed("one\n");
    buffer.consume(4);
    buffer.keep();
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer.line_end(), InputBuffer::none);
    buffer.feed("two");
    EXPECT_EQ(buffer.bytes(), "two");
}

RC_GTEST_PROP(InputBufferTest, TheCutOfTheStreamMakesNoDifference, ()) {
    const auto stream = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '\n'));
    const auto size = *rc::gen::inRange<std::size_t>(1, 8);
    std::string whole = stream;
    std::replace(whole.begin(), whole.end(), '\n', '|');
    RC_ASSERT(lines_of(stream, size) == whole);
}

}  // namespace
}  // namespace patchcord::chat
