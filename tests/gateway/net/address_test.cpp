#include "gateway/net/address.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using std::string_view_literals::operator""sv;
using Endpoint = asio::ip::tcp::endpoint;

TEST(AddressTest, EndpointsOfBothFamiliesAreRead) {
    EXPECT_EQ(parse_endpoint("127.0.0.1:6667"), Endpoint(asio::ip::make_address("127.0.0.1"), 6667));
    EXPECT_EQ(parse_endpoint("0.0.0.0:0"), Endpoint(asio::ip::make_address("0.0.0.0"), 0));
    EXPECT_EQ(parse_endpoint("[::1]:6697"), Endpoint(asio::ip::make_address("::1"), 6697));
    EXPECT_EQ(parse_endpoint("[::]:65535"), Endpoint(asio::ip::make_address("::"), 65535));
    EXPECT_EQ(parse_endpoint("[::ffff:192.0.2.1]:1"), Endpoint(asio::ip::make_address("::ffff:192.0.2.1"), 1));
}

TEST(AddressTest, OneThatIsNotOnLoopbackIsEnough) {
    EXPECT_TRUE(all_on_loopback({}));
    EXPECT_TRUE(all_on_loopback({"127.0.0.1:6667", "[::1]:6667", "nonsense"}));
    EXPECT_FALSE(all_on_loopback({"127.0.0.1:6667", "0.0.0.0:6667"}));
}

TEST(AddressTest, WhatIsNoEndpointIsRefused) {
    for (const char* text : {"",
                             ":",
                             ":6667",
                             "127.0.0.1",
                             "127.0.0.1:",
                             "127.0.0.1:-1",
                             "127.0.0.1:+1",
                             "127.0.0.1: 1",
                             "127.0.0.1:1 ",
                             " 127.0.0.1:1",
                             "127.0.0.1:65536",
                             "127.0.0.1:99999999999999999999",
                             "127.0.0.1:0x10",
                             "127.0.0.1:1x",
                             "127.0.0.1:irc",
                             "127.1:6667",
                             "127.0.0.256:1",
                             "1.2.3.4.5:1",
                             "localhost:6667",
                             "*:6667",
                             "::1:6667",
                             "::1",
                             "[::1]",
                             "[::1]6667",
                             "[::1:6667",
                             "::1]:6667",
                             "[]:6667",
                             "[[::1]]:6667",
                             "[127.0.0.1]:6667",
                             "[::g]:1",
                             "[::1]:6667:1"}) {
        EXPECT_FALSE(parse_endpoint(text)) << text;
    }
}

TEST(AddressTest, NulDoesNotHideWhatFollows) {
    EXPECT_FALSE(parse_endpoint("127.0.0.1\0.example:6667"sv));
    EXPECT_FALSE(parse_endpoint("127.0.0.1:6667\0"sv));
    EXPECT_FALSE(parse_endpoint("127.0.0.1:66\0.67"sv));
}

TEST(AddressTest, MappedAddressIsMeantAsIpv4) {
    EXPECT_EQ(unmapped(asio::ip::make_address("::ffff:192.0.2.1")), asio::ip::make_address("192.0.2.1"));
    EXPECT_EQ(unmapped(asio::ip::make_address("192.0.2.1")), asio::ip::make_address("192.0.2.1"));
    EXPECT_EQ(unmapped(asio::ip::make_address("::192.0.2.1")), asio::ip::make_address("::192.0.2.1"));
    EXPECT_EQ(unmapped(asio::ip::make_address("2001:db8::1")), asio::ip::make_address("2001:db8::1"));
}

TEST(AddressTest, AddressesAreWrittenForPeople) {
    EXPECT_EQ(format_address(asio::ip::make_address("::ffff:192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(format_address(asio::ip::make_address("192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(format_address(asio::ip::make_address("2001:0DB8:0:0::1")), "2001:db8::1");
}

TEST(AddressTest, EndpointsAreWrittenAsTheyAreRead) {
    EXPECT_EQ(format_endpoint(Endpoint(asio::ip::make_address("127.0.0.1"), 6667)), "127.0.0.1:6667");
    EXPECT_EQ(format_endpoint(Endpoint(asio::ip::make_address("::1"), 0)), "[::1]:0");
    EXPECT_EQ(format_endpoint(Endpoint(asio::ip::make_address("::ffff:192.0.2.1"), 1)), "[::ffff:192.0.2.1]:1");
}

RC_GTEST_PROP(AddressTest, FormattedEndpointParsesBack, ()) {
    const auto port = *rc::gen::arbitrary<std::uint16_t>();
    const auto bytes = *rc::gen::container<std::array<unsigned char, 16>>(
        rc::gen::oneOf(rc::gen::just<unsigned char>(0), rc::gen::arbitrary<unsigned char>()));
    const Endpoint six(asio::ip::address_v6(bytes), port);
    RC_ASSERT(parse_endpoint(format_endpoint(six)) == six);
    const Endpoint four(asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]}), port);
    RC_ASSERT(parse_endpoint(format_endpoint(four)) == four);
}

RC_GTEST_PROP(AddressTest, AnyTextIsReadOrRefused, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("[]:.0123456789abcdef%x \0", 23)));
    const auto endpoint = parse_endpoint(text);
    if (endpoint) RC_ASSERT(parse_endpoint(format_endpoint(*endpoint)) == endpoint);
}

}  // namespace
}  // namespace patchcord::gateway
