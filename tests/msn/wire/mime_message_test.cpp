#include "msn/wire/mime_message.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

using namespace std::string_literals;
using Headers = std::vector<MimeHeader>;

const std::string hello =
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
    "X-MMS-IM-Format: FN=Arial; EF=B; CO=0; CS=0; PF=22\r\n\r\nHello, world";

MimeMessage parsed(std::string_view payload) {
    const auto message = parse_mime(payload);
    EXPECT_TRUE(message.has_value()) << payload;
    return message.value_or(MimeMessage());
}

std::string header_line(std::string_view name, std::string_view value) {
    std::string out;
    MimeBuilder(out).header(name, value);
    return out;
}

TEST(MimeMessageTest, HeadersComeInOrderAndTheBodyIsWhatIsBehindTheEmptyLine) {
    const MimeMessage message = parsed(hello);
    EXPECT_EQ(message.headers, (Headers{{"MIME-Version", "1.0"},
                                        {"Content-Type", "text/plain; charset=UTF-8"},
                                        {"X-MMS-IM-Format", "FN=Arial; EF=B; CO=0; CS=0; PF=22"}}));
    EXPECT_EQ(message.body, "Hello, world");
}

TEST(MimeMessageTest, CrLfLfAndCrEndALine) {
    for (const std::string_view end : {"\r\n", "\n", "\r"}) {
        const std::string eol(end);
        const std::string payload = "A: 1" + eol + "B: 2" + eol + eol + "x\r\n\r\ny";
        const MimeMessage message = parsed(payload);
        EXPECT_EQ(message.headers, (Headers{{"A", "1"}, {"B", "2"}}));
        EXPECT_EQ(message.body, "x\r\n\r\ny");
    }
}

TEST(MimeMessageTest, WithoutAnEmptyLineThereIsNoBody) {
    EXPECT_EQ(parsed("A: 1\r\nB: 2").headers, (Headers{{"A", "1"}, {"B", "2"}}));
    EXPECT_EQ(parsed("A: 1\r\nB: 2").body, "");
    EXPECT_EQ(parsed("").headers, Headers{});
    EXPECT_EQ(parsed("A: 1\r\n\r\n").body, "");
}

TEST(MimeMessageTest, APayloadThatBeginsWithAnEmptyLineIsAllBody) {
    EXPECT_EQ(parsed("\r\nA: 1").headers, Headers{});
    EXPECT_EQ(parsed("\r\nA: 1").body, "A: 1");
}

TEST(MimeMessageTest, OnlyTheFirstColonSeparatesAndNeedsNoSpace) {
    EXPECT_EQ(parsed("P4-Context:bob: the: builder\r\n").headers, (Headers{{"P4-Context", "bob: the: builder"}}));
}

TEST(MimeMessageTest, LinesWithoutAColonOrANameAreSkipped) {
    EXPECT_EQ(parsed("nonsense\r\n: x\r\nA: 1\r\n\r\nb").headers, (Headers{{"A", "1"}}));
}

TEST(MimeMessageTest, AFoldedValueIsOneLine) {
    const std::string payload = " lost\r\nA: 1\r\n\t2\r\n  3 \r\nB: x\r\n\r\nbody";
    MimeMessage message = parsed(payload);
    const MimeMessage copy = message;
    message = MimeMessage();
    EXPECT_EQ(copy.headers, (Headers{{"A", "1 2 3"}, {"B", "x"}}));
    EXPECT_EQ(copy.body, "body");
}

TEST(MimeMessageTest, NamesAreFoundWithoutCaseAndTheFirstCounts) {
    const MimeMessage message = parsed("a: 1\r\nA: 2\r\n");
    EXPECT_EQ(find_header(message, "A"), "1");
    EXPECT_EQ(find_header(message, "B"), std::nullopt);
}

TEST(MimeMessageTest, ABodyMayHoldAnyBytes) {
    const std::string body = "\0\r\n\r\n\xFF: \0"s;
    EXPECT_EQ(parsed("A: 1\r\n\r\n" + body).body, body);
}

TEST(MimeMessageTest, AsManyHeadersAsTheLimitAreReadAndOneMoreIsNot) {
    std::string payload;
    for (std::size_t i = 0; i < max_mime_headers; ++i) payload += "A: 1\r\n";
    EXPECT_EQ(parsed(payload + "\r\nbody").headers.size(), max_mime_headers);
    EXPECT_FALSE(parse_mime(payload + "A: 1\r\n\r\nbody"));
}

TEST(MimeMessageTest, HeadersOverTheLimitOfBytesAreRefusedAndABodyOfAnySizeIsNot) {
    const std::string fits = "A: " + std::string(max_mime_header_bytes - 5, 'x') + "\r\n";
    EXPECT_TRUE(parse_mime(fits + "\r\n" + std::string(100'000, 'b')));
    EXPECT_FALSE(parse_mime("x" + fits + "\r\n"));
    EXPECT_FALSE(parse_mime(std::string(100'000, 'b')));
}

TEST(MimeMessageTest, TheContentTypeIsReadWithItsCharset) {
    const auto of = [](const std::string& value) {
        const std::string payload = "Content-Type:" + value;
        const ContentType type = content_type(parsed(payload));
        return std::string(type.type) + "|" + std::string(type.charset);
    };
    EXPECT_EQ(of(" text/plain; charset=UTF-8"), "text/plain|UTF-8");
    EXPECT_EQ(of("text/plain"), "text/plain|");
    EXPECT_EQ(of("text/plain;x=y ; CHARSET = \"utf-8\" ;z"), "text/plain|utf-8");
    EXPECT_EQ(of("text/plain; charset=\""), "text/plain|\"");
    EXPECT_EQ(of(""), "|");
}

TEST(MimeBuilderTest, WritesWhatAClientWrites) {
    std::string out;
    MimeBuilder(out)
        .content_type("text/plain; charset=UTF-8")
        .header("X-MMS-IM-Format", "FN=Arial; EF=B; CO=0; CS=0; PF=22")
        .body("Hello, world");
    EXPECT_EQ(out, hello);
}

TEST(MimeBuilderTest, NoValueBreaksOutOfItsLine) {
    EXPECT_EQ(header_line("P4-Context", "mal\r\nTypingUser: x\0y\n"s),
              "P4-Context: mal  TypingUser\xEF\xBC\x9A x y \r\n");
    EXPECT_EQ(header_line("a b:\r\nc\x80", "v"), "a_b___c_: v\r\n");
}

TEST(MimeBuilderTest, EveryHeaderLineHasOneColon) {
    EXPECT_EQ(header_line("P4-Context", "bob :)"), "P4-Context: bob \xEF\xBC\x9A)\r\n");
}

RC_GTEST_PROP(MimePropertiesTest, AnyBytesAreReadWithoutHarm, (const std::string& bytes)) {
    const std::string payload = *rc::gen::container<std::string>(rc::gen::elementOf("A:\r\n\t x;=\""s)) + bytes;
    const auto message = parse_mime(payload);
    RC_ASSERT(message.has_value());
    for (const MimeHeader& header : message->headers) {
        RC_ASSERT(!header.name.empty());
        RC_ASSERT(header.value.find_first_of("\r\n") == std::string_view::npos);
        RC_ASSERT(trim(header.value) == header.value);
    }
    (void)content_type(*message);
}

RC_GTEST_PROP(MimePropertiesTest, WhatIsBuiltIsReadBackAndNothingElse, (const std::string& body)) {
    const auto values = *rc::gen::container<std::vector<std::string>>(rc::gen::arbitrary<std::string>());
    RC_PRE(values.size() <= max_mime_headers);
    std::string out;
    MimeBuilder builder(out);
    for (const std::string& value : values) builder.header("X-Test", value);
    builder.body(body);
    const MimeMessage message = parsed(out);
    RC_ASSERT(message.body == body);
    RC_ASSERT(message.headers.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].find(':') == std::string::npos) {
            RC_ASSERT(message.headers[i].value == trim(one_line(values[i])));
        } else {
            RC_ASSERT(message.headers[i].value.find(':') == std::string_view::npos);
        }
    }
}

}  // namespace
}  // namespace patchcord::msn
