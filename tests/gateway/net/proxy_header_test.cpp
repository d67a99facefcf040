#include "gateway/net/proxy_header.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using State = ProxyHeader::State;

const std::string mark("\r\n\r\n\0\r\nQUIT\n", 12);

std::string binary(unsigned char version_and_command, unsigned char family, std::size_t length) {
    std::string header = mark;
    header += static_cast<char>(version_and_command);
    header += static_cast<char>(family);
    header += static_cast<char>(length >> 8U);
    header += static_cast<char>(length & 0xFFU);
    return header;
}

const std::string ipv4_part("\xC0\x00\x02\x07\xC6\x33\x64\x01\x9C\x40\x1A\x0B", 12);
const std::string ipv6_part = "\x20\x01\x0d\xb8" + std::string(11, '\0') + "\x07" + std::string(20, '\0');

/// Reads as a connection does, never more than is wanted; gives what became of it and how many bytes were taken.
std::pair<ProxyHeader, std::size_t> read_all(const std::string& stream) {
    std::size_t taken = 0;
    ProxyHeader header = parse_proxy_header({});
    while (header.state == State::incomplete && taken < stream.size()) {
        EXPECT_GT(header.wanted, 0U);
        taken += std::min(header.wanted, stream.size() - taken);
        header = parse_proxy_header(std::string_view(stream).substr(0, taken));
    }
    return {header, taken};
}

/// The source it tells; and nothing behind it was read.
std::string source_of(const std::string& header) {
    for (const std::string rest : {"", "NICK ana\r\n", "\r\n"}) {
        const auto [read, taken] = read_all(header + rest);
        EXPECT_EQ(read.state, State::complete) << header;
        EXPECT_EQ(taken, header.size()) << header;
    }
    return read_all(header).first.source;
}

bool malformed(const std::string& stream) {
    return read_all(stream).first.state == State::malformed;
}

TEST(ProxyHeaderTest, TextTellsTheSource) {
    EXPECT_EQ(source_of("PROXY TCP4 192.0.2.7 198.51.100.1 40000 6667\r\n"), "192.0.2.7");
    EXPECT_EQ(source_of("PROXY TCP4 1.1.1.1 1.1.1.1 0 0\r\n"), "1.1.1.1");
    EXPECT_EQ(source_of("PROXY TCP6 2001:DB8:0::7 2001:db8::1 1 65535\r\n"), "2001:db8::7");
    const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    EXPECT_EQ(source_of("PROXY TCP6 " + longest + " " + longest + " 65535 65535\r\n"), longest);
}

TEST(ProxyHeaderTest, UnknownHasNoSource) {
    EXPECT_EQ(source_of("PROXY UNKNOWN\r\n"), "");
    EXPECT_EQ(source_of("PROXY UNKNOWN 1.2.3.4 whatever this is\r\n"), "");
    const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    const std::string header = "PROXY UNKNOWN " + longest + " " + longest + " 65535 65535\r\n";
    EXPECT_EQ(header.size(), 107U);
    EXPECT_EQ(source_of(header), "");
}

TEST(ProxyHeaderTest, MalformedTextIsRefused) {
    for (const char* line :
         {"PROXY TCP4 a b c d", "PROXY TCP4 192.0.2.7 198.51.100.1 40000", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3",
          "PROXY TCP4 192.0.2.7 198.51.100.1 65536 1", "PROXY TCP4 192.0.2.7 198.51.100.1 -1 1",
          "PROXY TCP4 192.0.2.7 198.51.100.1 01 1", "PROXY TCP4  192.0.2.7 198.51.100.1 1 1",
          "PROXY TCP4 999.0.2.7 198.51.100.1 1 1", "PROXY TCP4 2001:db8::7 2001:db8::1 1 1",
          "PROXY TCP6 192.0.2.7 198.51.100.1 1 1", "PROXY UDP4 192.0.2.7 198.51.100.1 1 1",
          "PROXY  TCP4 192.0.2.7 198.51.100.1 1 1", "PROXY TCP4 0x7f.1 198.51.100.1 1 1", "PROXY unknown xxx"}) {
        EXPECT_TRUE(malformed(std::string(line) + "\r\n")) << line;
    }
    EXPECT_TRUE(malformed("PROXY UNKNOWN\n\n")) << "CR LF ends it";
    EXPECT_TRUE(malformed("PROXY\r\nNICK ana\r\n"));
    EXPECT_TRUE(malformed("PROXY UNKNOWN x\ry\r\n"));
    EXPECT_TRUE(malformed("PROXY UNKNOWN " + std::string(200, 'x') + "\r\n")) << "107 bytes at most";
}

TEST(ProxyHeaderTest, WhatIsNoHeaderIsKnownAtTheFirstByteThatShowsIt) {
    for (const std::string text : {"N", "NICK ana\r\n", "PRIVMSG", "\x16\x03\x01", "proxy TCP4", "\r\n\r\n\r"}) {
        EXPECT_TRUE(malformed(text)) << text;
    }
    EXPECT_EQ(read_all("PROX").first.state, State::incomplete);
    EXPECT_EQ(read_all("\r\n\r\n").first.state, State::incomplete);
}

TEST(ProxyHeaderTest, BinaryTellsTheSource) {
    EXPECT_EQ(source_of(binary(0x21, 0x11, 12) + ipv4_part), "192.0.2.7");
    EXPECT_EQ(source_of(binary(0x21, 0x21, 36) + ipv6_part), "2001:db8::7");
}

TEST(ProxyHeaderTest, WhatFollowsTheAddressesIsSkipped) {
    EXPECT_EQ(source_of(binary(0x21, 0x11, 12 + 300) + ipv4_part + std::string(300, '\x20')), "192.0.2.7");
    const std::size_t most = longest_proxy_header - 16;
    EXPECT_EQ(source_of(binary(0x21, 0x11, most) + ipv4_part + std::string(most - 12, 'x')), "192.0.2.7");
    EXPECT_TRUE(malformed(binary(0x21, 0x11, most + 1)));
    EXPECT_TRUE(malformed(binary(0x21, 0x11, 0xFFFF)));
}

TEST(ProxyHeaderTest, BinaryWithoutAnAddressOfTheInternetHasNoSource) {
    EXPECT_EQ(source_of(binary(0x20, 0x00, 0)), "");
    EXPECT_EQ(source_of(binary(0x20, 0x11, 12) + ipv4_part), "") << "LOCAL is the proxy itself, whatever it says";
    EXPECT_EQ(source_of(binary(0x21, 0x00, 0)), "");
    EXPECT_EQ(source_of(binary(0x21, 0x31, 216) + std::string(216, '\0')), "");
}

TEST(ProxyHeaderTest, MalformedBinaryIsRefused) {
    EXPECT_TRUE(malformed(binary(0x11, 0x11, 12) + ipv4_part)) << "version";
    EXPECT_TRUE(malformed(binary(0x22, 0x11, 12) + ipv4_part)) << "command";
    EXPECT_TRUE(malformed(binary(0x21, 0x41, 12) + ipv4_part)) << "family";
    EXPECT_TRUE(malformed(binary(0x21, 0x13, 12) + ipv4_part)) << "transport";
    EXPECT_TRUE(malformed(binary(0x21, 0x12, 12) + ipv4_part)) << "datagrams";
    EXPECT_TRUE(malformed(binary(0x21, 0x11, 11) + ipv4_part)) << "too short for two addresses";
    EXPECT_TRUE(malformed(binary(0x21, 0x21, 35) + ipv6_part));
    EXPECT_TRUE(malformed(binary(0x21, 0x31, 215) + std::string(216, '\0')));
}

TEST(ProxyHeaderTest, EveryCutOfTheStreamReadsTheSame) {
    for (const std::string& header : {std::string("PROXY TCP4 192.0.2.7 198.51.100.1 40000 6667\r\n"),
                                      binary(0x21, 0x11, 12) + ipv4_part, binary(0x20, 0x00, 0)}) {
        for (std::size_t size = 0; size < header.size(); ++size) {
            const ProxyHeader part = parse_proxy_header(std::string_view(header).substr(0, size));
            EXPECT_EQ(part.state, State::incomplete) << size;
            EXPECT_LE(size + part.wanted, header.size()) << "nothing that follows is taken";
        }
    }
}

}  // namespace
}  // namespace patchcord::gateway
