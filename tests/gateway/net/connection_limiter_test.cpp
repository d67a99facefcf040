#include "gateway/net/connection_limiter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace patchcord::gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr chat::Now start{hours(100)};

asio::ip::address address(const std::string& text) {
    return asio::ip::make_address(text);
}

ConnectionLimits limits(std::size_t in_all, std::size_t per_address, std::size_t connects) {
    ConnectionLimits all;
    all.in_all = in_all;
    all.per_address = per_address;
    all.connects_per_address = connects;
    all.window = minutes(10);
    return all;
}

TEST(ConnectionLimiterTest, RefusesBeyondTheLimitInAllUntilOneLeaves) {
    ConnectionLimiter limiter(limits(2, 0, 0));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("192.0.2.2"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("192.0.2.3"), start), Refusal::clients);
    limiter.released(address("192.0.2.1"));
    EXPECT_EQ(limiter.admit(address("192.0.2.3"), start), std::nullopt);
    EXPECT_EQ(limiter.size(), 2U);
}

TEST(ConnectionLimiterTest, RefusesBeyondTheLimitPerAddressUntilOneLeaves) {
    ConnectionLimiter limiter(limits(0, 2, 0));
    const auto crowded = address("192.0.2.1");
    EXPECT_EQ(limiter.admit(crowded, start), std::nullopt);
    EXPECT_EQ(limiter.admit(crowded, start), std::nullopt);
    EXPECT_EQ(limiter.admit(crowded, start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.admit(address("192.0.2.2"), start), std::nullopt) << "another address has its own slots";
    limiter.released(crowded);
    EXPECT_EQ(limiter.admit(crowded, start), std::nullopt);
    EXPECT_EQ(limiter.size(), 3U);
}

TEST(ConnectionLimiterTest, RefusedConnectionTakesNoSlot) {
    ConnectionLimiter limiter(limits(0, 1, 0));
    const auto from = address("192.0.2.1");
    EXPECT_EQ(limiter.admit(from, start), std::nullopt);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.admit(from, start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.size(), 1U);
    limiter.released(from);
    EXPECT_EQ(limiter.admit(from, start), std::nullopt);
}

TEST(ConnectionLimiterTest, RefusesTooManyConnectsInOneWindowAndNotInTheNext) {
    ConnectionLimiter limiter(limits(0, 0, 3));
    const auto from = address("192.0.2.1");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(limiter.admit(from, start + minutes(i)), std::nullopt);
        limiter.released(from);
    }
    EXPECT_EQ(limiter.admit(from, start + minutes(10) - seconds(1)), Refusal::connects_per_address);
    EXPECT_EQ(limiter.admit(from, start + minutes(10)), std::nullopt);
}

TEST(ConnectionLimiterTest, RefusedTriesCountAsConnects) {
    ConnectionLimiter limiter(limits(0, 1, 3));
    const auto from = address("192.0.2.1");
    EXPECT_EQ(limiter.admit(from, start), std::nullopt);
    EXPECT_EQ(limiter.admit(from, start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.admit(from, start), Refusal::clients_per_address);
    limiter.released(from);
    EXPECT_EQ(limiter.admit(from, start), Refusal::connects_per_address);
}

TEST(ConnectionLimiterTest, WindowBeginsWithTheFirstConnectAlsoSoonAfterBooting) {
    ConnectionLimiter limiter(limits(0, 0, 1));
    const auto from = address("192.0.2.1");
    const chat::Now soon_after_boot{minutes(9)};
    EXPECT_EQ(limiter.admit(from, soon_after_boot), std::nullopt);
    EXPECT_EQ(limiter.admit(from, soon_after_boot + minutes(5)), Refusal::connects_per_address);
}

TEST(ConnectionLimiterTest, ZeroIsNoLimit) {
    ConnectionLimiter limiter(limits(0, 0, 0));
    for (int i = 0; i < 10'000; ++i) ASSERT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    EXPECT_EQ(limiter.size(), 10'000U);
}

TEST(ConnectionLimiterTest, Ipv6NetworkOf64BitsCountsAsOneAddress) {
    ConnectionLimiter limiter(limits(0, 2, 0));
    EXPECT_EQ(limiter.admit(address("2001:db8:1:2::1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("2001:db8:1:2:ffff::9"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("2001:db8:1:2:3:4:5:6"), start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.admit(address("2001:db8:1:3::1"), start), std::nullopt) << "the next network";
    limiter.released(address("2001:db8:1:2::1"));
    EXPECT_EQ(limiter.admit(address("2001:db8:1:2:3:4:5:6"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, MappedIpv4CountsAsIpv4) {
    ConnectionLimiter limiter(limits(0, 1, 0));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("::ffff:192.0.2.1"), start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.admit(address("::ffff:192.0.2.2"), start), std::nullopt) << "not one for all of ::/64";
    limiter.released(address("::ffff:192.0.2.1"));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, Ipv4IsNotTakenForAnIpv6NetworkThatBeginsAlike) {
    ConnectionLimiter limiter(limits(0, 1, 0));
    EXPECT_EQ(limiter.admit(address("32.1.13.184"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("2001:db8::"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, UnlimitedAddressCountsOnlyInAll) {
    ConnectionLimits all = limits(5, 1, 1);
    all.unlimited = {address("127.0.0.1"), address("::1")};
    ConnectionLimiter limiter(all);
    EXPECT_EQ(limiter.admit(address("127.0.0.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("127.0.0.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("::ffff:127.0.0.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("::1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("::1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("::1"), start), Refusal::clients);
}

TEST(ConnectionLimiterTest, NeighbourOfAnUnlimitedIpv6AddressIsLimited) {
    ConnectionLimits all = limits(0, 1, 0);
    all.unlimited = {address("2001:db8::1")};
    ConnectionLimiter limiter(all);
    EXPECT_EQ(limiter.admit(address("2001:db8::2"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("2001:db8::3"), start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.admit(address("2001:db8::1"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, UnlimitedAddressMayBeWrittenMapped) {
    ConnectionLimits all = limits(0, 1, 0);
    all.unlimited = {address("::ffff:192.0.2.1")};
    ConnectionLimiter limiter(all);
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, NewLimitsHoldAtOnceForThoseAlreadyIn) {
    ConnectionLimits all = limits(0, 0, 0);
    all.unlimited = {address("192.0.2.1")};
    ConnectionLimiter limiter(all);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    limiter.set_limits(limits(0, 3, 0));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), Refusal::clients_per_address);
    limiter.released(address("192.0.2.1"));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
}

TEST(ConnectionLimiterTest, AddressesThatCameOnceAreForgotten) {
    ConnectionLimiter limiter(limits(0, 16, 32));
    constexpr unsigned visitors = 20'000;
    for (unsigned i = 0; i < visitors; ++i) {
        const asio::ip::address_v4 from(0x0A000000U + i);
        ASSERT_EQ(limiter.admit(from, start + seconds(i)), std::nullopt);
        limiter.released(from);
    }
    EXPECT_LE(limiter.addresses(), 2 * 1024U) << "600 of them are in their window";
    EXPECT_EQ(limiter.size(), 0U);
}

TEST(ConnectionLimiterTest, AddressWithAConnectionIsNotForgotten) {
    ConnectionLimiter limiter(limits(0, 1, 0));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    for (unsigned i = 0; i < 5'000; ++i) {
        const asio::ip::address_v4 from(0x0A000000U + i);
        ASSERT_EQ(limiter.admit(from, start + minutes(i)), std::nullopt);
        limiter.released(from);
    }
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start + hours(100)), Refusal::clients_per_address);
}

TEST(ConnectionLimiterTest, VisitorsWhoAreRefusedInAllAreNotRemembered) {
    ConnectionLimiter limiter(limits(1, 1, 1));
    EXPECT_EQ(limiter.admit(address("192.0.2.1"), start), std::nullopt);
    for (unsigned i = 0; i < 100; ++i) {
        EXPECT_EQ(limiter.admit(asio::ip::address_v4(0x0A000000U + i), start), Refusal::clients);
    }
    EXPECT_EQ(limiter.addresses(), 1U);
}

RC_GTEST_PROP(ConnectionLimiterTest, NeverLetsInMoreThanEitherLimit, ()) {
    const auto in_all = *rc::gen::inRange<std::size_t>(1, 12);
    const auto per_address = *rc::gen::inRange<std::size_t>(1, 5);
    ConnectionLimiter limiter(limits(in_all, per_address, 0));
    std::vector<std::size_t> open(4, 0);
    std::size_t sum = 0;
    for (int step = 0; step < 100; ++step) {
        const auto who = *rc::gen::inRange<std::size_t>(0, open.size());
        const asio::ip::address_v4 from(0x0A000000U + static_cast<unsigned>(who));
        if (*rc::gen::arbitrary<bool>() && open[who] > 0) {
            limiter.released(from);
            --open[who];
            --sum;
        } else {
            const bool room = sum < in_all && open[who] < per_address;
            const bool admitted = !limiter.admit(from, start);
            RC_ASSERT(admitted == room);
            open[who] += admitted ? 1 : 0;
            sum += admitted ? 1 : 0;
        }
        RC_ASSERT(limiter.size() == sum);
    }
}

TEST(ConnectionLimiterTest, ProxyIsExemptAndWhoComesByItIsCountedWhereTheyAre) {
    ConnectionLimiter limiter(limits(10, 1, 2));
    const auto proxy = address("192.0.2.1");
    const auto client = address("198.51.100.1");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.admit_proxy(proxy, start), std::nullopt);
    EXPECT_EQ(limiter.move(proxy, client, start), std::nullopt);
    EXPECT_EQ(limiter.move(proxy, client, start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.move(proxy, client, start), Refusal::connects_per_address);
    EXPECT_EQ(limiter.admit(client, start), Refusal::connects_per_address) << "directly or not is the same";
    EXPECT_EQ(limiter.size(), 3U);
    limiter.released(client);
    limiter.released(proxy);
    limiter.released(proxy);
    EXPECT_EQ(limiter.size(), 0U);
    EXPECT_EQ(limiter.admit(proxy, start), std::nullopt) << "nothing is left of those that were refused";
}

TEST(ConnectionLimiterTest, WhoMovesGivesTheOldSlotBack) {
    ConnectionLimiter limiter(limits(0, 1, 0));
    const auto gateway = address("192.0.2.1");
    EXPECT_EQ(limiter.admit(gateway, start), std::nullopt);
    EXPECT_EQ(limiter.admit(gateway, start), Refusal::clients_per_address);
    EXPECT_EQ(limiter.move(gateway, address("198.51.100.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit(gateway, start), std::nullopt);
    EXPECT_EQ(limiter.move(gateway, gateway, start), std::nullopt) << "it does not stand in its own way";
    EXPECT_EQ(limiter.size(), 2U);
}

TEST(ConnectionLimiterTest, ProxiesCountInAll) {
    ConnectionLimiter limiter(limits(1, 0, 0));
    EXPECT_EQ(limiter.admit_proxy(address("192.0.2.1"), start), std::nullopt);
    EXPECT_EQ(limiter.admit_proxy(address("192.0.2.1"), start), Refusal::clients);
    EXPECT_EQ(limiter.move(address("192.0.2.1"), address("198.51.100.1"), start), std::nullopt) << "it is in already";
}

}  // namespace
}  // namespace patchcord::gateway
