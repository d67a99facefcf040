#include "gateway/proxy_wiring.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

TEST(ProxyWiringTest, TheFirstGatewayThatListsAnAddressSaysWhichPasswordItHas) {
    Config::Irc irc;
    irc.web_gateways = {{{"192.0.2.1", "10.0.0.0/8"}, "one"}, {{"10.1.0.0/16", "2001:db8::/32"}, "two"}};
    const auto hash = web_gateway_hash(irc);
    EXPECT_EQ(hash("192.0.2.1"), "one");
    EXPECT_EQ(hash("10.1.2.3"), "one");
    EXPECT_EQ(hash("2001:db8::7"), "two");
    EXPECT_EQ(hash("192.0.2.2"), "");
    EXPECT_EQ(hash(""), "");
    EXPECT_EQ(web_gateway_hash({})("127.0.0.1"), "") << "nobody is trusted unasked";
}

TEST(ProxyWiringTest, ProxiesAreTheListedNetworks) {
    Config::Irc irc;
    irc.proxy_from = {"127.0.0.1", "10.0.0.0/8"};
    const auto proxies = proxy_networks(irc);
    EXPECT_TRUE(any_contains(proxies, *parse_address("10.9.9.9")));
    EXPECT_FALSE(any_contains(proxies, *parse_address("127.0.0.2")));
    EXPECT_TRUE(proxy_networks({}).empty());
}

TEST(ProxyWiringTest, StsIsToldAsItIsConfigured) {
    irc::ServerOptions options;
    Config::Sts sts;
    offer_sts(options, sts, 6697);
    EXPECT_EQ(options.sts_plain, "") << "nothing unless it is asked for";
    EXPECT_EQ(options.sts_tls, "");
    sts.mode = Config::StsMode::on;
    sts.duration = Milliseconds(90'000);
    offer_sts(options, sts, 6697);
    EXPECT_EQ(options.sts_plain, "port=6697");
    EXPECT_EQ(options.sts_tls, "duration=90");
    sts.port = 7000;
    sts.preload = true;
    sts.duration = Milliseconds(1);
    offer_sts(options, sts, 6697);
    EXPECT_EQ(options.sts_plain, "port=7000");
    EXPECT_EQ(options.sts_tls, "duration=1,preload") << "0 would withdraw it";
    offer_sts(options, sts, 0);
    EXPECT_EQ(options.sts_plain, "") << "without TLS there is nowhere to go";
    EXPECT_EQ(options.sts_tls, "");
    sts.mode = Config::StsMode::withdraw;
    offer_sts(options, sts, 6697);
    EXPECT_EQ(options.sts_plain, "");
    EXPECT_EQ(options.sts_tls, "duration=0");
}

}  // namespace
}  // namespace patchcord::gateway
