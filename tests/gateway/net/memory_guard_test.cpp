#include "gateway/net/memory_guard.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "chat_core/error.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::Peer;
using tests::Session;

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * kibibyte;
constexpr std::size_t ceiling = 100 * mebibyte;

class MemoryGuardTest : public tests::NetTest {
  protected:
    void SetUp() override { listen(); }

    /// Somebody for whom `bytes` wait, as the socket takes none of them.
    Session& somebody_behind(std::size_t bytes) {
        auto [peer, session] = connect_and_wait();
        peer.stop_reading();
        session.transport->set_send_queue_limit(64 * mebibyte);
        const std::size_t the_kernels = 16 * mebibyte;  // more than it ever takes at once
        EXPECT_FALSE(session.transport->write(std::string(the_kernels, 'x')));
        EXPECT_TRUE(until([&session = session] { return session.transport->send_queue_size() < the_kernels; }));
        const std::size_t waits = session.transport->send_queue_size();
        EXPECT_FALSE(session.transport->write(std::string(bytes > waits ? bytes - waits : 0, 'x')));
        return session;
    }
    /// A look that is not too soon after the last.
    void look() {
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
        guard_.look();
    }
    [[nodiscard]] std::int64_t counted(const char* name) const { return metrics_.value(name); }

    chat::MetricRegistry metrics_;
    std::size_t resident_ = 0;
    std::size_t given_back_ = 0;
    std::size_t spare_ = 0;  // freed, but not given back
    MemoryGuard guard_{loop_,
                       log_,
                       metrics_,
                       {[this] { return resident_; },
                        [this] {
                            ++given_back_;
                            resident_ -= std::min(resident_, spare_);
                        }}};
};

TEST_F(MemoryGuardTest, BelowNinetyPercentNothingHappens) {
    Session& slow = somebody_behind(24 * mebibyte);
    guard_.set_ceiling(ceiling);
    resident_ = ceiling / 100 * 90 - 1;
    look();
    EXPECT_FALSE(guard_.turns_away());
    EXPECT_NE(slow.transport, nullptr);
    EXPECT_EQ(given_back_, 0U);
    EXPECT_EQ(log_.count("memory is short"), 0U);
}

TEST_F(MemoryGuardTest, ThoseWithMostInTheirQueuesAreClosedUntilItIsEnough) {
    Session& worst = somebody_behind(30 * mebibyte);
    Session& bad = somebody_behind(20 * mebibyte);
    Session& slow = somebody_behind(17 * mebibyte);
    guard_.set_ceiling(ceiling);
    resident_ = ceiling / 100 * 80 + 40 * mebibyte;
    look();
    resident_ = 0;
    EXPECT_TRUE(until([&] { return worst.lost == 1 && bad.lost == 1; }));
    EXPECT_EQ(worst.why, chat::Errc::send_queue_exceeded);
    EXPECT_EQ(slow.lost, 0U);
    EXPECT_EQ(counted("patchcord_memory_shed_total"), 2);
    EXPECT_GE(log_.count("memory is short"), 1U);
    EXPECT_EQ(log_.count("rule=gateway.max_memory"), 2U) << "each has its line";
}

TEST_F(MemoryGuardTest, WhatWasFreedIsGivenBackFirst) {
    Session& slow = somebody_behind(20 * mebibyte);
    guard_.set_ceiling(ceiling);
    resident_ = ceiling;
    spare_ = ceiling / 2;
    look();
    EXPECT_EQ(given_back_, 1U);
    EXPECT_FALSE(guard_.turns_away());
    EXPECT_EQ(slow.lost, 0U);
}

TEST_F(MemoryGuardTest, MemoryIsGivenBackWhenACrowdHasGone) {
    limiter_.set_limits({0, 0, 0, {}, {}});
    std::vector<Session*> crowd;
    for (int i = 0; i < 70; ++i) crowd.push_back(&connect_and_wait().second);
    look();
    for (std::size_t i = 0; i < 30; ++i) crowd[i]->transport->close_now("gone");
    EXPECT_TRUE(until([this] { return loop_.connections() == 40; }));
    look();
    EXPECT_EQ(given_back_, 0U);
    for (std::size_t i = 30; i < 35; ++i) crowd[i]->transport->close_now("gone");
    EXPECT_TRUE(until([this] { return loop_.connections() == 35; }));
    look();
    look();
    EXPECT_EQ(given_back_, 1U);
}

TEST_F(MemoryGuardTest, WhoHasLittleToTakeIsNotToBlame) {
    auto [peer, session] = connect_and_wait();
    guard_.set_ceiling(ceiling);
    resident_ = 2 * ceiling;
    (void)session.transport->write("a line");
    look();
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "a line"; }));
    EXPECT_EQ(session.lost, 0U);
    EXPECT_EQ(counted("patchcord_memory_shed_total"), 0);
}

TEST_F(MemoryGuardTest, NobodyNewIsLetInUntilThereIsRoomAgain) {
    guard_.set_ceiling(ceiling);
    resident_ = ceiling;
    Peer& early = connect();
    EXPECT_TRUE(until([&] { return early.ended(); }));
    EXPECT_EQ(early.received(), "refused\r\n");
    EXPECT_EQ(counted("patchcord_memory_refused_total"), 1);
    EXPECT_EQ(log_.count("reason=refused rule=gateway.max_memory"), 1U);
    resident_ = ceiling / 2;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    auto [late, session] = connect_and_wait();
    late.send("hi");
    EXPECT_TRUE(until([&late = late] { return late.received() == "hi"; }));
}

TEST_F(MemoryGuardTest, NearTheCeilingALongQueueGrowsNoMoreWithinTheTurn) {
    Session& slow = somebody_behind(20 * mebibyte);
    auto [peer, session] = connect_and_wait();
    guard_.set_ceiling(ceiling);
    EXPECT_FALSE(slow.transport->write(std::string(mebibyte, 'x')));
    resident_ = ceiling;
    EXPECT_FALSE(slow.transport->write(std::string(4 * mebibyte, 'x'))) << "after which it measures";
    EXPECT_EQ(slow.transport->write("x"), chat::Errc::send_queue_exceeded);
    EXPECT_EQ(counted("patchcord_memory_shed_total"), 1);
    EXPECT_FALSE(session.transport->write("a line")) << "others are not who fills it";
    resident_ = ceiling / 100 * 94;
    EXPECT_TRUE(until([&slow] { return slow.lost == 1; })) << "and it looks, though nothing was sent to anybody";
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "a line"; }));
}

TEST_F(MemoryGuardTest, WithoutACeilingItNeverLooks) {
    Session& slow = somebody_behind(20 * mebibyte);
    resident_ = 1000 * ceiling;
    look();
    EXPECT_FALSE(guard_.turns_away());
    EXPECT_EQ(slow.lost, 0U);
    guard_.set_ceiling(ceiling);
    look();
    guard_.set_ceiling(0);
    EXPECT_FALSE(guard_.turns_away()) << "a ceiling that was taken away holds nobody up";
}

TEST_F(MemoryGuardTest, LooksAfterWhatWasSentByItself) {
    Session& slow = somebody_behind(20 * mebibyte);
    auto [peer, session] = connect_and_wait();
    guard_.set_ceiling(ceiling);
    resident_ = ceiling;
    EXPECT_TRUE(until([&, &peer = peer] {
        peer.send("x");
        return slow.lost == 1;
    })) << "sooner or later";
    EXPECT_EQ(session.lost, 0U);
}

}  // namespace
}  // namespace patchcord::gateway
