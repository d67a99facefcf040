#include "gateway/net/network.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

bool holds(const std::string& network, const std::string& address) {
    return parse_network(network)->contains(*parse_address(address));
}

TEST(NetworkTest, OneAddressIsANetworkOfItsOwn) {
    EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
    EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
    EXPECT_TRUE(holds("::1", "::1"));
    EXPECT_FALSE(holds("::1", "::2"));
}

TEST(NetworkTest, PrefixIsCountedInBits) {
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.1.2"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.255"));
    EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.1"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1")) << "the families are apart";
    EXPECT_TRUE(holds("192.0.2.1/32", "192.0.2.1"));
}

TEST(NetworkTest, MappedAddressCountsAsTheIpv4OneItIs) {
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    EXPECT_TRUE(holds("::ffff:10.1.2.3", "10.1.2.3"));
}

TEST(NetworkTest, WhatIsNoneIsRefused) {
    for (const char* text : {"", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8 ",
                             "10.0.0.0/-1", "10.0.0.0/+8", "10/8", "::1/129", "fe80::1%lo", "/8", "192.0.2.128/24"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
    EXPECT_FALSE(parse_address(std::string_view("192.0.2.1\0x", 11)));
    EXPECT_FALSE(parse_address("999.1.1.1"));
    EXPECT_FALSE(parse_address("0x7f.1"));
}

TEST(NetworkTest, AnyOfThemMayHoldAnAddress) {
    const std::vector<Network> networks{*parse_network("10.0.0.0/8"), *parse_network("192.0.2.1")};
    EXPECT_TRUE(any_contains(networks, *parse_address("192.0.2.1")));
    EXPECT_FALSE(any_contains(networks, *parse_address("192.0.2.3")));
    EXPECT_FALSE(any_contains({}, *parse_address("192.0.2.1")));
}

}  // namespace
}  // namespace patchcord::gateway
