#include "gateway/net/address_class.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using Class = AddressClass;

asio::ip::address address(const std::string& text) {
    return asio::ip::make_address(text);
}

struct Row {
    std::string text;
    Class is;
};

void expect_all(std::initializer_list<Row> rows) {
    for (const Row& row : rows) EXPECT_EQ(classify(address(row.text)), row.is) << row.text;
}

TEST(AddressClassTest, FirstAndLastOfEachRangeOfIpv4AreInItAndTheirNeighboursAreNot) {
    expect_all({{"0.0.0.0", Class::unusable},
                {"0.255.255.255", Class::unusable},
                {"1.0.0.0", Class::public_address},
                {"9.255.255.255", Class::public_address},
                {"10.0.0.0", Class::private_network},
                {"10.255.255.255", Class::private_network},
                {"11.0.0.0", Class::public_address},
                {"100.63.255.255", Class::public_address},
                {"100.64.0.0", Class::private_network},
                {"100.127.255.255", Class::private_network},
                {"100.128.0.0", Class::public_address},
                {"126.255.255.255", Class::public_address},
                {"127.0.0.0", Class::loopback},
                {"127.255.255.255", Class::loopback},
                {"128.0.0.0", Class::public_address},
                {"169.253.255.255", Class::public_address},
                {"169.254.0.0", Class::link_local},
                {"169.254.255.255", Class::link_local},
                {"169.255.0.0", Class::public_address},
                {"172.15.255.255", Class::public_address},
                {"172.16.0.0", Class::private_network},
                {"172.31.255.255", Class::private_network},
                {"172.32.0.0", Class::public_address},
                {"192.0.0.255", Class::private_network},
                {"192.0.1.0", Class::public_address},
                {"192.88.99.1", Class::unusable},
                {"192.167.255.255", Class::public_address},
                {"192.168.0.0", Class::private_network},
                {"192.168.255.255", Class::private_network},
                {"192.169.0.0", Class::public_address},
                {"198.17.255.255", Class::public_address},
                {"198.18.0.0", Class::private_network},
                {"198.19.255.255", Class::private_network},
                {"198.20.0.0", Class::public_address},
                {"223.255.255.255", Class::public_address},
                {"224.0.0.0", Class::unusable},
                {"239.255.255.255", Class::unusable},
                {"240.0.0.0", Class::unusable},
                {"255.255.255.254", Class::unusable},
                {"255.255.255.255", Class::unusable}});
}

TEST(AddressClassTest, FirstAndLastOfEachRangeOfIpv6AreInItAndTheirNeighboursAreNot) {
    const std::string ones = ":ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    expect_all({{"::", Class::unusable},
                {"::1", Class::loopback},
                {"::2", Class::unusable},
                {"::7f00:1", Class::unusable},
                {"100::1", Class::unusable},
                {"100:0:0:1::", Class::public_address},
                {"64:ff9b:1::1", Class::private_network},
                {"64:ff9b:2::1", Class::public_address},
                {"2001:db8::1", Class::public_address},
                {"2a00::1", Class::public_address},
                {"fbff" + ones, Class::public_address},
                {"fc00::", Class::private_network},
                {"fdff" + ones, Class::private_network},
                {"fe7f" + ones, Class::public_address},
                {"fe80::", Class::link_local},
                {"fe80::1%1", Class::link_local},
                {"febf" + ones, Class::link_local},
                {"fec0::", Class::private_network},
                {"feff" + ones, Class::private_network},
                {"ff00::", Class::unusable},
                {"ff02::1", Class::unusable}});
}

TEST(AddressClassTest, Ipv4InsideIpv6CountsAsIpv4) {
    expect_all({{"::ffff:127.0.0.1", Class::loopback},
                {"::ffff:10.0.0.1", Class::private_network},
                {"::ffff:169.254.169.254", Class::link_local},
                {"::ffff:0.0.0.0", Class::unusable},
                {"::ffff:198.51.100.1", Class::public_address},
                {"64:ff9b::127.0.0.1", Class::loopback},
                {"64:ff9b::10.0.0.1", Class::private_network},
                {"64:ff9b::198.51.100.1", Class::public_address},
                {"2002:7f00:1::", Class::loopback},
                {"2002:c0a8:101::1", Class::private_network},
                {"2002:c633:6401::1", Class::public_address}});
}

RC_GTEST_PROP(AddressClassTest, MappingAnAddressDoesNotChangeItsClass, ()) {
    const asio::ip::address_v4 four(*rc::gen::arbitrary<std::uint32_t>());
    RC_ASSERT(classify(four) == classify(asio::ip::make_address_v6(asio::ip::v4_mapped, four)));
}

constexpr Class all_classes[] = {Class::loopback, Class::private_network, Class::link_local, Class::public_address};
const char* const one_of_each[] = {"127.0.0.1", "10.0.0.1", "169.254.169.254", "198.51.100.1"};

TEST(NamedAddressesTest, PublicOnesAndThoseOfTheServersOwnClassAreAllowed) {
    for (const Class server : all_classes) {
        const AddressRule allowed = rule_for_named_addresses(server, false);
        for (std::size_t i = 0; i < std::size(all_classes); ++i) {
            const bool expected = all_classes[i] == server || all_classes[i] == Class::public_address;
            EXPECT_EQ(allowed(address(one_of_each[i])), expected) << one_of_each[i];
        }
        EXPECT_FALSE(allowed(address("0.0.0.0")));
    }
}

TEST(NamedAddressesTest, AllThatCanBeAHostsAreAllowedWhereThatIsMeant) {
    const AddressRule allowed = rule_for_named_addresses(Class::public_address, true);
    for (const char* text : one_of_each) EXPECT_TRUE(allowed(address(text))) << text;
    for (const char* text : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1", "::"}) {
        EXPECT_FALSE(allowed(address(text))) << text;
    }
}

TEST(NamedAddressesTest, ServerThatIsNowhereAllowsNothingUnusable) {
    EXPECT_FALSE(rule_for_named_addresses(Class::unusable, false)(address("0.0.0.0")));
}

}  // namespace
}  // namespace patchcord::gateway
