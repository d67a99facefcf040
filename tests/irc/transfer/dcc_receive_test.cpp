#include "irc/transfer/dcc_receive.hpp"

#include <gtest/gtest.h>

#include "tests/irc/transfer/dcc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::DccTest;
using tests::FileConnection;
using tests::Lines;

class DccReceiveTest : public DccTest {
  protected:
    /// ana offers "cat.jpg" at her own address, bob accepts; the connection for it.
    std::unique_ptr<FileConnection> begin(std::uint64_t size) {
        EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 " + std::to_string(size)), Lines{});  // 192.0.2.1
        EXPECT_FALSE(accept(only_offer()));
        EXPECT_EQ(network_.connects.size(), 1U);
        EXPECT_EQ(network_.connects.back().at, (chat::Endpoint{"192.0.2.1", 5000}));
        EXPECT_EQ(network_.connects.back().peer, "192.0.2.1");
        auto made = std::make_unique<FileConnection>(network_.connects.back());
        taker_->relay->sink_ready();
        return made;
    }
    static std::string count(std::uint32_t bytes) {
        return {static_cast<char>(bytes >> 24U), static_cast<char>(bytes >> 16U), static_cast<char>(bytes >> 8U),
                static_cast<char>(bytes)};
    }
};

TEST_F(DccReceiveTest, NobodyIsConnectedToBeforeTheFileIsAccepted) {
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5"), Lines{});
    EXPECT_TRUE(network_.connects.empty());
    EXPECT_EQ(bob_.take(), (tests::Log{"file ana -> bob: cat.jpg 5"}));
}

TEST_F(DccReceiveTest, TheLastBytesAreAcknowledgedWhenTheReceiverHasThem) {
    const auto ana = begin(5);
    ana->send("hel");
    EXPECT_EQ(ana->transport().take(), count(3));
    ana->send("lo");
    EXPECT_EQ(taker_->bytes, "hello");
    EXPECT_TRUE(taker_->finished);
    EXPECT_EQ(ana->transport().take(), "");
    EXPECT_FALSE(ana->transport().closed());
    taker_->relay->sink_finished();
    EXPECT_EQ(ana->transport().take(), count(5));
    EXPECT_TRUE(ana->transport().closed());
    EXPECT_FALSE(ana->transport().closed_now());
    EXPECT_EQ(ana_.take(), (Lines{told("bob has cat.jpg (5 B)")}));
}

TEST_F(DccReceiveTest, AClientThatClosesWithAllSentIsNotGoneEarly) {
    const auto ana = begin(5);
    ana->send("hello");
    ana->hang_up();
    EXPECT_FALSE(taker_->stopped);
    taker_->relay->sink_finished();
    EXPECT_EQ(taker_->stopped, std::error_code());
}

TEST_F(DccReceiveTest, AClientThatClosesEarlierHasFailed) {
    const auto ana = begin(5);
    ana->send("hel");
    ana->hang_up();
    EXPECT_EQ(taker_->stopped, chat::FileErrc::sender_gone);
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg for bob failed: the sender is gone")}));
}

TEST_F(DccReceiveTest, MoreThanWasAnnouncedEndsItWithoutAWordMoreTaken) {
    const auto ana = begin(5);
    ana->send("hello, and more");
    EXPECT_EQ(taker_->stopped, chat::FileErrc::wrong_size);
    EXPECT_EQ(taker_->bytes, "");
    EXPECT_TRUE(ana->transport().closed_now());
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg for bob failed: it is not as long as was said")}));
}

TEST_F(DccReceiveTest, AClientThatStopsHalfWayIsEndedByTheClock) {
    chat::FileOptions options;
    options.stall_time = 60s;
    desk_.set_options(options);
    const auto ana = begin(5);
    ana->send("hel");
    advance(60s);
    EXPECT_EQ(taker_->stopped, chat::FileErrc::stalled);
    EXPECT_TRUE(ana->transport().closed_now());
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg for bob failed: nothing came for too long")}));
}

TEST_F(DccReceiveTest, AnEmptyFileNeedsNoMoreThanTheConnection) {
    const auto ana = begin(0);
    EXPECT_TRUE(taker_->finished);
    taker_->relay->sink_finished();
    EXPECT_EQ(taker_->stopped, std::error_code());
    EXPECT_TRUE(ana->transport().closed());
}

TEST_F(DccReceiveTest, ASlowReceiverHoldsTheClientBack) {
    const auto ana = begin(1'000'000);
    taker_->room = 0;
    while (!ana->transport().reading_paused()) ana->send(std::string(1000, 'x'));
    taker_->room = 1'000'000;
    taker_->relay->sink_ready();
    EXPECT_FALSE(ana->transport().reading_paused());
}

TEST_F(DccReceiveTest, AClientThatReadsNoAcknowledgementsCostsNoMemory) {
    const auto ana = begin(1'000'000);
    ana->transport().stall();
    for (int i = 0; i < 20'000; ++i) ana->send("x");
    EXPECT_EQ(ana->transport().send_queue_size(), 16U * 1024);
    EXPECT_EQ(taker_->bytes.size(), 20'000U);
}

TEST_F(DccReceiveTest, AConnectionThatCannotBeMadeIsToldToBoth) {
    dcc("SEND cat.jpg 3221225985 5000 5");
    ASSERT_FALSE(accept(only_offer()));
    network_.connects.back().failed(chat::FileErrc::unreachable);
    EXPECT_EQ(taker_->stopped, chat::FileErrc::unreachable);
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg for bob failed: no connection could be made")}));
    EXPECT_EQ(bob_.take().back(), "file ana -> bob: cat.jpg 5: failed (no connection could be made)");
}

TEST_F(DccReceiveTest, AConnectionThatComesTooLateIsClosedAndAFailureIsIgnored) {
    dcc("SEND cat.jpg 3221225985 5000 5");
    ASSERT_FALSE(accept(only_offer()));
    desk_.decline(only_offer());
    advance(0s);
    FileConnection late(network_.connects.back());
    EXPECT_TRUE(late.transport().closed_now());
    late.send("hello");
    network_.connects.back().failed(chat::FileErrc::unreachable);
    EXPECT_EQ(taker_->bytes, "");
}

TEST_F(DccReceiveTest, APassiveClientIsToldWhereItIsAwaited) {
    EXPECT_EQ(dcc("SEND \"my cat.jpg\" 1 0 5 0042"), Lines{});
    EXPECT_TRUE(network_.listens.empty());
    ASSERT_FALSE(accept(only_offer()));
    ASSERT_EQ(network_.listens.size(), 1U);
    EXPECT_EQ(network_.listens[0].peer, "192.0.2.1");
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "DCC SEND \"my cat.jpg\" 3221226238 6891 5 0042")}));
    FileConnection ana(network_.listens[0]);
    taker_->relay->sink_ready();
    ana.send("hello");
    taker_->relay->sink_finished();
    EXPECT_EQ(taker_->stopped, std::error_code());
    EXPECT_FALSE(network_.listens[0].stopped);
}

TEST_F(DccReceiveTest, APassiveClientThatDoesNotComeIsAwaitedNoLonger) {
    dcc("SEND cat.jpg 1 0 5 42");
    ASSERT_FALSE(accept(only_offer()));
    desk_.decline(only_offer());
    EXPECT_TRUE(network_.listens[0].stopped);
}

TEST_F(DccReceiveTest, WithoutPortsAPassiveOfferIsRefusedAtOnce) {
    network_.listens_ = false;
    EXPECT_EQ(dcc("SEND cat.jpg 1 0 5 42"),
              (Lines{":irc.test NOTICE ana :cat.jpg was not offered to bob: no connection could be made"}));
    EXPECT_EQ(bob_.take(), tests::Log{});
}

TEST_F(DccReceiveTest, WhenEveryPortIsInUseTheTransferFails) {
    dcc("SEND cat.jpg 1 0 5 42");
    network_.listens_ = false;
    (void)accept(only_offer());
    EXPECT_EQ(taker_->stopped, chat::FileErrc::unreachable);
    EXPECT_TRUE(desk_.all().empty());
}

}  // namespace
}  // namespace patchcord::irc
