#include "irc/transfer/dcc_send.hpp"

#include <gtest/gtest.h>

#include "tests/irc/transfer/dcc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::DccTest;
using tests::FileConnection;
using tests::Lines;

class DccSendTest : public DccTest {
  protected:
    /// bob offers a file of that size, ana's client connects for it.
    std::unique_ptr<FileConnection> begin(std::uint64_t size) {
        EXPECT_TRUE(offer(size));
        auto made = std::make_unique<FileConnection>(network_.listens.back());
        ana_.take();
        return made;
    }
    static std::string count(std::uint32_t bytes) {
        return {static_cast<char>(bytes >> 24U), static_cast<char>(bytes >> 16U), static_cast<char>(bytes >> 8U),
                static_cast<char>(bytes)};
    }
};

TEST_F(DccSendTest, TheFileIsAcceptedWhenTheClientConnectsAndItHasItWhenItSaysSo) {
    const auto ana = begin(5);
    ASSERT_NE(giver_->relay, nullptr);
    giver_->relay->got("hel");
    giver_->relay->got("lo");
    EXPECT_EQ(ana->transport().bytes(), "hello");
    ana->send(count(3));
    EXPECT_FALSE(giver_->stopped);
    EXPECT_FALSE(ana->transport().closed());
    ana->send(count(5).substr(0, 3));
    EXPECT_FALSE(giver_->stopped);
    ana->send(count(5).substr(3));
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_TRUE(ana->transport().closed());
    EXPECT_FALSE(ana->transport().closed_now());
    EXPECT_EQ(bob_.take().back(), "file bob -> ana: cat.jpg 5: completed");
    EXPECT_EQ(ana_.take(), Lines{});
}

TEST_F(DccSendTest, AClientThatSaysNothingHasItWhenItCloses) {
    const auto ana = begin(5);
    giver_->relay->got("hello");
    ana->hang_up();
    EXPECT_EQ(giver_->stopped, std::error_code());
}

TEST_F(DccSendTest, AClientThatNeitherSaysAnythingNorClosesHasItAMinuteLater) {
    const auto ana = begin(5);
    giver_->relay->got("hello");
    advance(59s);
    EXPECT_FALSE(giver_->stopped);
    advance(2s);
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_TRUE(ana->transport().closed());
}

TEST_F(DccSendTest, AClientThatClosesEarlierThanItShouldHasNothing) {
    for (const std::string& said : {std::string(), count(3)}) {
        const auto ana = begin(5);
        giver_->relay->got(said.empty() ? "hel" : "hello");
        ana->send(said);
        ana->hang_up();
        EXPECT_EQ(giver_->stopped, chat::FileErrc::receiver_gone) << said.size();
        EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg of bob failed: the receiver is gone")}));
        giver_->stopped.reset();
    }
}

TEST_F(DccSendTest, ALostConnectionIsNoAcknowledgement) {
    const auto ana = begin(5);
    giver_->relay->got("hello");
    ana->hang_up(std::make_error_code(std::errc::connection_reset));
    EXPECT_EQ(giver_->stopped, chat::FileErrc::receiver_gone);
}

TEST_F(DccSendTest, AnEmptyFileHasArrivedAtOnce) {
    const auto ana = begin(0);
    giver_->relay->got({});
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_TRUE(ana->transport().closed());
}

TEST_F(DccSendTest, AnEmptyFileMayBeTakenBeforeItIsGiven) {
    begin(0)->hang_up();
    EXPECT_FALSE(giver_->stopped);
    giver_->relay->got({});
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_EQ(bob_.take().back(), "file bob -> ana: cat.jpg 0: completed");
}

TEST_F(DccSendTest, ASlowClientHoldsTheGiverBackAndGetsEveryByteOnce) {
    constexpr std::size_t size = 1'000'000;
    const auto ana = begin(size);
    ana->transport().stall();
    std::string sent;
    while (sent.size() < size) {
        while (!giver_->paused && sent.size() < size) {
            const std::string piece(1000, static_cast<char>('a' + sent.size() / 1000 % 26));
            giver_->relay->got(piece);
            sent += piece;
        }
        EXPECT_LE(ana->transport().send_queue_size(), 64U * 1024);
        ana->read();
        ana->transport().stall();
    }
    EXPECT_GT(giver_->pauses, 3);
    EXPECT_FALSE(giver_->stopped);
    while (ana->transport().bytes().size() < size) ana->read();
    EXPECT_EQ(ana->transport().bytes(), sent);
    EXPECT_FALSE(giver_->stopped);
    ana->send(count(size));
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_LE(ana->transport().most_queued(), 64U * 1024);
}

TEST_F(DccSendTest, AnAcknowledgementBeforeAllIsSentIsNone) {
    const auto ana = begin(5);
    ana->transport().stall();
    ana->send(count(5));
    giver_->relay->got("hello");
    EXPECT_FALSE(giver_->stopped);
    ana->read();
    EXPECT_EQ(giver_->stopped, std::error_code());
}

TEST_F(DccSendTest, WhenTheGiverGoesHalfWayTheConnectionIsCutAndTheClientIsTold) {
    const auto ana = begin(5);
    giver_->relay->got("hel");
    giver_->relay->source_ended();
    EXPECT_TRUE(ana->transport().closed_now());
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg of bob failed: the sender is gone")}));
}

TEST_F(DccSendTest, ATransferGoesOnWhenTheReceiverLeavesIrc) {
    const auto ana = begin(5);
    giver_->relay->got("hel");
    ana_.hang_up();
    giver_->relay->got("lo");
    ana->send(count(5));
    EXPECT_EQ(giver_->stopped, std::error_code());
    EXPECT_EQ(ana->transport().bytes(), "hello");
}

TEST_F(DccSendTest, TheBytesOfAResumedFileAreCountedInEitherWay) {
    for (const std::uint32_t said : {100U, 60U}) {
        ASSERT_TRUE(offer(100, "cat.jpg", true));
        dcc("RESUME cat.jpg " + std::to_string(network_.listens.back().at.port) + " 40");
        FileConnection ana(network_.listens.back());
        EXPECT_EQ(giver_->offset, 40U);
        giver_->relay->got(std::string(60, 'x'));
        ana.send(count(41));
        EXPECT_FALSE(giver_->stopped);
        ana.send(count(said));
        EXPECT_EQ(giver_->stopped, std::error_code()) << said;
        giver_->stopped.reset();
    }
}

TEST_F(DccSendTest, ATransferThatMayNotBeginIsClosedAndTheOfferStays) {
    chat::FileOptions options;
    options.max_transfers = 0;
    desk_.set_options(options);
    const auto ana = begin(5);
    EXPECT_TRUE(ana->transport().closed());
    EXPECT_EQ(desk_.all().size(), 1U);
}

}  // namespace
}  // namespace patchcord::irc
