#include "gateway/http/header_rules.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using Kind = HttpFraming::Kind;

TEST(HttpHeaderRulesTest, LinesEndInCrAndLfAndDoNotGoOn) {
    EXPECT_TRUE(has_strict_lines("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(has_strict_lines("GET / HTTP/1.1\r\nHo")) << "what has come so far";
    EXPECT_TRUE(has_strict_lines("GET / HTTP/1.1\r"));
    for (const std::string bytes : {"a\n", "a\r\nb\n", "a\rb\r\n", "a\r\n b\r\n", "a\r\n\tb\r\n", "\n"})
        EXPECT_FALSE(has_strict_lines(bytes)) << testing::PrintToString(bytes);
    EXPECT_FALSE(has_strict_lines(std::string("a\0b\r\n", 5)));
}

TEST(HttpHeaderRulesTest, ABodyIsFramedInOneWayOnly) {
    EXPECT_EQ(framing_of({}, {}, true).kind, Kind::none);
    EXPECT_EQ(framing_of({"chunked"}, {}, true).kind, Kind::chunks);
    EXPECT_EQ(framing_of({"CHUNKED"}, {}, true).kind, Kind::chunks);
    const HttpFraming framing = framing_of({}, {"18446744073709551"}, true);
    EXPECT_EQ(framing.kind, Kind::length);
    EXPECT_EQ(framing.length, 18446744073709551U);
    EXPECT_EQ(framing_of({"chunked"}, {}, false).kind, Kind::bad) << "HTTP/1.0 knows no chunks";
    EXPECT_EQ(framing_of({"chunked"}, {"5"}, true).kind, Kind::bad);
    EXPECT_EQ(framing_of({"chunked", "chunked"}, {}, true).kind, Kind::bad);
    EXPECT_EQ(framing_of({}, {"5", "5"}, true).kind, Kind::bad);
    for (const char* length : {"", "+5", "-5", " 5", "5 ", "5,5", "0x5", "18446744073709551616"})
        EXPECT_EQ(framing_of({}, {length}, true).kind, Kind::bad) << length;
    for (const char* encoding : {"", "xchunked", "chunke", "chunked;q=1", "gzip, chunked", "identity"})
        EXPECT_EQ(framing_of({encoding}, {}, true).kind, Kind::bad) << encoding;
}

}  // namespace
}  // namespace patchcord::gateway
