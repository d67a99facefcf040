#include "gateway/websocket/frames.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/gateway/support/websocket_frames.hpp"

namespace patchcord::gateway {
namespace {

using tests::binary_frame;
using tests::client_frame;
using tests::close_frame;
using tests::close_payload;
using tests::continuation_frame;
using tests::frame_header;
using tests::ping_frame;
using tests::pong_frame;
using tests::server_frame;
using tests::text_frame;

struct Decoded {
    std::string lines;
    std::string replies;
    bool goes_on = true;
    WebsocketClose close = WebsocketClose::normal;
    bool by_peer = false;
};

/// What comes of a stream that arrives in pieces of so many bytes.
Decoded decode(std::string_view stream, WebsocketLimits limits = {}, std::size_t cut = std::string::npos) {
    WebsocketDecoder decoder(limits);
    Decoded all;
    while (all.goes_on && !stream.empty()) {
        const std::string_view piece = stream.substr(0, cut);
        stream.remove_prefix(piece.size());
        const std::size_t most = decoder.held() + piece.size() + 2;
        std::string lines;
        all.goes_on = decoder.feed(piece, lines, all.replies);
        EXPECT_LE(lines.size(), most);
        EXPECT_LE(decoder.held(), limits.message);
        all.lines += lines;
    }
    all.close = decoder.close_code();
    all.by_peer = decoder.closed_by_peer();
    return all;
}

void expect_end(std::string_view stream, WebsocketClose why, WebsocketLimits limits = {}) {
    const Decoded decoded = decode(stream, limits);
    EXPECT_FALSE(decoded.goes_on);
    EXPECT_EQ(decoded.close, why);
    EXPECT_FALSE(decoded.by_peer);
    EXPECT_EQ(decoded.lines, "");
}

TEST(WebsocketDecoderTest, EachMessageIsALine) {
    const std::string stream = client_frame(text_frame, "NICK ana") + client_frame(binary_frame, "USER a 0 * :\xff") +
                               client_frame(text_frame, "JOIN #lobby\r\n") + client_frame(text_frame, "");
    for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
        const Decoded decoded = decode(stream, {}, cut);
        EXPECT_TRUE(decoded.goes_on);
        EXPECT_EQ(decoded.lines, "NICK ana\r\nUSER a 0 * :\xff\r\nJOIN #lobby\r\n") << cut;
        EXPECT_EQ(decoded.replies, "");
    }
}

TEST(WebsocketDecoderTest, LengthsOfAllThreeFormsAreRead) {
    for (const std::size_t size : {125U, 126U, 127U, 256U, 600U, 8703U}) {
        const std::string text(size, 'x');
        EXPECT_EQ(decode(client_frame(text_frame, text)).lines, text + "\r\n");
    }
    const std::string text(70'000, 'x');
    EXPECT_EQ(decode(client_frame(text_frame, text), {100'000, 10}).lines, text + "\r\n");
}

TEST(WebsocketDecoderTest, FragmentsMakeOneMessageAndPingsMayComeBetweenThem) {
    const std::string stream = client_frame(text_frame, "PRIVMSG #r", false) + client_frame(ping_frame, "now?") +
                               client_frame(continuation_frame, "", false) +
                               client_frame(continuation_frame, "oom :hi");
    for (const std::size_t cut : {std::size_t{1}, stream.size()}) {
        const Decoded decoded = decode(stream, {}, cut);
        EXPECT_EQ(decoded.lines, "PRIVMSG #room :hi\r\n");
        EXPECT_EQ(decoded.replies, server_frame(pong_frame, "now?"));
    }
}

TEST(WebsocketDecoderTest, WhatBreaksTheProtocolEndsIt) {
    const std::string open = client_frame(text_frame, "a", false);
    for (const std::string& stream : {
             std::string("\x81\x04PING"),         // without a mask
             std::string("\xc1\x80\0\0\0\0", 6),  // RSV1: compressed
             client_frame(0x3, "x"),
             client_frame(0xB, "x"),                                   // unknown opcodes
             client_frame(continuation_frame, "x"),                    // of nothing
             open + client_frame(text_frame, "b"),                     // inside a message
             client_frame(ping_frame, "x", false),                     // in fragments
             client_frame(ping_frame, std::string(126, 'x')),          // too long
             std::string("\x81\xfe\0\x05", 4) + std::string(9, '\0'),  // a length longer than it need be
             std::string("\x81\xff\0\0\0\0\0\0\xff\xff", 10) + std::string(4, '\0'),
             client_frame(close_frame, "x"),  // half a code
             client_frame(close_frame, close_payload(999)),
             client_frame(close_frame, close_payload(1005)),
             client_frame(close_frame, close_payload(5000)),
         }) {
        SCOPED_TRACE(testing::PrintToString(stream.substr(0, 20)));
        expect_end(stream, WebsocketClose::protocol_error);
    }
}

TEST(WebsocketDecoderTest, ALongMessageEndsItWithItsHeader) {
    expect_end(frame_header(0x81, 0x7FFF'FFFF'FFFF'FFFF, true), WebsocketClose::too_big);
    expect_end(frame_header(0x81, 0xFFFF'FFFF'FFFF'FFFF, true), WebsocketClose::too_big);
    expect_end(frame_header(0x81, 70 * 1024, true), WebsocketClose::too_big);
    expect_end(frame_header(0x82, 8704, true), WebsocketClose::too_big);
    expect_end(client_frame(text_frame, std::string(8000, 'x'), false) + frame_header(0x80, 704, true),
               WebsocketClose::too_big);
    EXPECT_TRUE(decode(client_frame(text_frame, std::string(8000, 'x'), false) +
                       client_frame(continuation_frame, std::string(703, 'x')))
                    .goes_on);
}

TEST(WebsocketDecoderTest, TextIsUtf8AsAWhole) {
    EXPECT_EQ(decode(client_frame(text_frame, "\xc3", false) + client_frame(continuation_frame, "\xa4")).lines,
              "\xc3\xa4\r\n");
    for (const std::string bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "x\xc3"}) {
        expect_end(client_frame(text_frame, bad), WebsocketClose::bad_text);
    }
    expect_end(client_frame(text_frame, "\xc3", false) + client_frame(continuation_frame, "x"),
               WebsocketClose::bad_text);
    expect_end(client_frame(close_frame, close_payload(1000) + "\xff"), WebsocketClose::bad_text);
}

TEST(WebsocketDecoderTest, AMessageThatIsNotOneLineEndsIt) {
    for (const std::string bad :
         {"NICK a\r\nUSER a 0 * :a", "PRIVMSG #room :a\nQUIT :x", "a\rb", "a\n\n", "a\r\n\r\n"}) {
        expect_end(client_frame(text_frame, bad), WebsocketClose::bad_text);
        expect_end(client_frame(binary_frame, bad), WebsocketClose::bad_text);
    }
    expect_end(client_frame(text_frame, std::string("a\0b", 3)), WebsocketClose::bad_text);
    EXPECT_EQ(decode(client_frame(text_frame, "PING\n")).lines, "PING\r\n");
}

TEST(WebsocketDecoderTest, FramesWithoutTextAreCountedUpToTheNextMessage) {
    const WebsocketLimits limits{100, 3};
    const auto flood = [](const std::string& frame, int count) {
        std::string all;
        for (int i = 0; i < count; ++i) all += frame;
        return all;
    };
    const std::string begin = client_frame(text_frame, "a", false);
    for (const std::string& frame : {client_frame(ping_frame, "x"), client_frame(pong_frame, "x"),
                                     client_frame(text_frame, ""), client_frame(binary_frame, "")}) {
        EXPECT_TRUE(decode(flood(frame, 3), limits).goes_on);
        expect_end(flood(frame, 4), WebsocketClose::policy, limits);
        EXPECT_TRUE(decode(flood(frame, 3) + client_frame(text_frame, "PING a") + flood(frame, 3), limits).goes_on);
    }
    expect_end(begin + flood(client_frame(continuation_frame, "", false), 4), WebsocketClose::policy, limits);
    expect_end(begin + flood(client_frame(ping_frame, ""), 4), WebsocketClose::policy, limits);
}

TEST(WebsocketDecoderTest, ThePeersCloseIsAnsweredInKind) {
    const auto close_of = [](const std::string& payload) {
        const Decoded decoded = decode(client_frame(text_frame, "QUIT") + client_frame(close_frame, payload) +
                                       client_frame(text_frame, "x"));
        EXPECT_FALSE(decoded.goes_on);
        EXPECT_TRUE(decoded.by_peer);
        EXPECT_EQ(decoded.lines, "QUIT\r\n") << "what comes after it is not read";
        return static_cast<unsigned>(decoded.close);
    };
    EXPECT_EQ(close_of(""), 1000U);
    EXPECT_EQ(close_of(close_payload(1001) + "going"), 1001U);
    EXPECT_EQ(close_of(close_payload(4999)), 4999U);
}

/// The frames that come of lines, and how many bytes those were.
std::pair<std::string, std::size_t> framed(const std::vector<std::string_view>& pieces,
                                           WebsocketMessage kind = WebsocketMessage::text) {
    std::string out;
    const std::size_t taken = append_line_frames(out, pieces, kind);
    return {out, taken};
}

TEST(WebsocketFramesTest, EachLineIsAFrameWithoutItsEnd) {
    EXPECT_EQ(framed({":a PING\r\n:b PONG\r\n"}),
              std::pair(server_frame(text_frame, ":a PING") + server_frame(text_frame, ":b PONG"), std::size_t{18}));
    EXPECT_EQ(
        framed({":a PI", "NG\r\n:b", " PONG\r\n"}, WebsocketMessage::binary),
        std::pair(server_frame(binary_frame, ":a PING") + server_frame(binary_frame, ":b PONG"), std::size_t{18}));
    EXPECT_EQ(framed({"\r\nx\r\n"}).first, server_frame(text_frame, "x")) << "no frame for nothing";
}

TEST(WebsocketFramesTest, AnUnfinishedLineWaitsUnlessThereIsNothingElse) {
    EXPECT_EQ(framed({"one\r\ntw"}), std::pair(server_frame(text_frame, "one"), std::size_t{5}));
    EXPECT_EQ(framed({"tw"}), std::pair(server_frame(text_frame, "tw"), std::size_t{2}));
}

TEST(WebsocketFramesTest, ALotIsTakenInParts) {
    const std::string line = std::string(1000, 'x') + "\r\n";
    std::string all;
    for (int i = 0; i < 100; ++i) all += line;
    const auto [out, taken] = framed({all});
    EXPECT_EQ(taken, 16U * 1002);
    EXPECT_EQ(out.size(), 16U * 1004);
    const std::string long_line = std::string(8702, 'x');
    EXPECT_EQ(framed({long_line + "\r\n"}).first, server_frame(text_frame, long_line));
}

TEST(WebsocketFramesTest, TextIsValidWhateverTheLineHolds) {
    EXPECT_EQ(framed({"a\xff z\xc3\r\n"}).first, server_frame(text_frame, "a\xef\xbf\xbd z\xef\xbf\xbd"));
    EXPECT_EQ(framed({"a\xff\r\n"}, WebsocketMessage::binary).first, server_frame(binary_frame, "a\xff"));
}

TEST(WebsocketFramesTest, TheCloseFrameHoldsItsCode) {
    std::string out;
    append_close_frame(out, WebsocketClose::too_big);
    EXPECT_EQ(out, server_frame(close_frame, close_payload(1009)));
}

}  // namespace
}  // namespace patchcord::gateway
