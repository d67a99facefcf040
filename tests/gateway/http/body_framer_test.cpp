#include "gateway/http/body_framer.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace patchcord::gateway {
namespace {

using Outcome = HttpBodyFramer::Outcome;

/// The body, then "|" and what is left; "bad", or "more" when it does not end.
std::string read(HttpBodyFramer framer, std::string_view bytes, std::size_t chunk) {
    std::string input;
    std::string body;
    std::string piece;
    while (true) {
        switch (framer.next(input, piece)) {
            case Outcome::piece: body += piece; break;
            case Outcome::end: return body + "|" + input + std::string(bytes);
            case Outcome::bad: return "bad";
            case Outcome::nothing:
                if (bytes.empty()) return "more";
                input += bytes.substr(0, chunk);
                bytes.remove_prefix(std::min(chunk, bytes.size()));
                break;
        }
    }
}

std::string read_chunks(std::string_view bytes) {
    const std::string whole = read(HttpBodyFramer::chunked(), bytes, bytes.size());
    for (std::size_t chunk = 1; chunk < bytes.size(); ++chunk)
        EXPECT_EQ(read(HttpBodyFramer::chunked(), bytes, chunk), whole) << chunk;
    return whole;
}

TEST(HttpBodyFramerTest, ALengthEndsTheBodyInEveryCut) {
    for (std::size_t chunk = 1; chunk < 9; ++chunk)
        EXPECT_EQ(read(HttpBodyFramer::of_length(5), "helloGET", chunk), "hello|GET");
    EXPECT_EQ(read(HttpBodyFramer::of_length(0), "GET", 3), "|GET");
    EXPECT_EQ(read(HttpBodyFramer::of_length(6), "hello", 5), "more");
}

TEST(HttpBodyFramerTest, ChunksArePutTogether) {
    EXPECT_EQ(read_chunks("5\r\nhello\r\n0\r\n\r\nGET"), "hello|GET");
    EXPECT_EQ(read_chunks("A;x=\"y\"\r\n0123456789\r\n00\r\nTrailer: x\r\nOther: y\r\n\r\n"), "0123456789|");
    EXPECT_EQ(read_chunks("2\r\n\r\n\r\n0\r\n\r\n"), "\r\n|") << "data may be anything";
    EXPECT_EQ(read_chunks("0\r\n\r\n"), "|");
    EXPECT_EQ(read_chunks("5\r\nhel"), "more");
}

TEST(HttpBodyFramerTest, ChunksThatCouldBeReadAnotherWayAreBad) {
    for (const char* bytes :
         {"x\r\n", "\r\n", "-1\r\n", "+1\r\na", "0x1\r\na", " 1\r\na", "1 \r\na", "1\na\n0\n\n", "1\r\nab\r\n0\r\n\r\n",
          "1\r\na\n0\r\n\r\n", "ffffffffffffffff\r\n", "1000000000000000\r\n", "1;\x01\r\na", "0\r\nX: y\n\r\n"}) {
        EXPECT_EQ(read_chunks(bytes), "bad") << testing::PrintToString(bytes);
    }
}

TEST(HttpBodyFramerTest, NeitherSizesNorTrailersTakeMemoryWithoutEnd) {
    EXPECT_EQ(read(HttpBodyFramer::chunked(), "1;" + std::string(1000, 'x'), 10), "bad");
    std::string trailers = "0\r\n";
    for (int i = 0; i < 1000; ++i) trailers += "X: y\r\n";
    EXPECT_EQ(read(HttpBodyFramer::chunked(), trailers, 10), "bad");
}

}  // namespace
}  // namespace patchcord::gateway
