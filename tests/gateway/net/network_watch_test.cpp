#include "gateway/net/network_watch.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

/// A pair of sockets plays the kernel's.
class NetworkWatchTest : public ::testing::Test {
  protected:
    NetworkWatchTest() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair_), 0);
        watch_ = std::make_unique<NetworkWatch>(
            loop_, pair_[0],
            [this] {
                ++looks_;
                return addresses_;
            },
            [this] { ++told_; });
    }
    ~NetworkWatchTest() override { ::close(pair_[1]); }

    void event() { ASSERT_EQ(::send(pair_[1], "x", 1, 0), 1); }
    void run_for(std::chrono::milliseconds time) {
        loop_.io().restart();
        loop_.io().run_for(time);
    }
    /// Until it has looked at the addresses so many times.
    void run_until_looks(int looks) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (looks_ < looks && std::chrono::steady_clock::now() < deadline) run_for(std::chrono::milliseconds(20));
        ASSERT_EQ(looks_, looks);
    }

    EventLoop loop_;
    int pair_[2] = {-1, -1};
    OwnAddresses addresses_{"192.0.2.1"};
    int looks_ = 0;
    int told_ = 0;
    std::unique_ptr<NetworkWatch> watch_;
};

TEST_F(NetworkWatchTest, TellsThatTheAddressesAreOthersThanBefore) {
    addresses_ = {};
    event();
    run_until_looks(2);
    EXPECT_EQ(told_, 1);
    addresses_ = {"192.0.2.1", "2001:db8::1"};
    event();
    run_until_looks(3);
    EXPECT_EQ(told_, 2);
}

TEST_F(NetworkWatchTest, AnEventThatChangesNoAddressIsNoChange) {
    event();
    run_until_looks(2);
    EXPECT_EQ(told_, 0);
}

TEST_F(NetworkWatchTest, ManyEventsAreOneLook) {
    for (int i = 0; i < 5; ++i) event();
    addresses_ = {"192.0.2.2"};
    run_until_looks(2);
    run_for(std::chrono::milliseconds(100));
    EXPECT_EQ(looks_, 2);
    EXPECT_EQ(told_, 1);
}

TEST_F(NetworkWatchTest, EndsWhileAnEventIsBeingLookedInto) {
    event();
    run_for(std::chrono::milliseconds(20));
    watch_.reset();
    addresses_ = {};
    run_for(std::chrono::milliseconds(20));
    EXPECT_EQ(told_, 0);
}

TEST(OwnAddressesTest, AreNoneOfThoseThatEveryMachineHas) {
    const OwnAddresses own = own_addresses();
    EXPECT_FALSE(own.contains("127.0.0.1"));
    EXPECT_FALSE(own.contains("::1"));
}

}  // namespace
}  // namespace patchcord::gateway
