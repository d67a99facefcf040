#include "chat_core/file_relay.hpp"

#include <gtest/gtest.h>

#include "chat_core/file_error.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::chat {
namespace {

using namespace std::chrono_literals;

class FileRelayTest : public testing::Test {
  protected:
    void start(std::uint64_t size, std::uint64_t offset = 0, TokenRate rate = {}) {
        relay_ = std::make_unique<FileRelay>(
            source_, sink_, scheduler_, FileRelayOptions{size, offset, 120s, rate}, [this] { ++begun_; },
            [this](std::error_code why) { ended_.push_back(why); });
        relay_->start();
    }

    tests::ManualScheduler scheduler_;
    std::shared_ptr<tests::FileEnd> giver_ = std::make_shared<tests::FileEnd>();
    std::shared_ptr<tests::FileEnd> taker_ = std::make_shared<tests::FileEnd>();
    tests::ManualSource source_{giver_, true};
    tests::ManualSink sink_{taker_};
    int begun_ = 0;
    std::vector<std::error_code> ended_;
    std::unique_ptr<FileRelay> relay_;
};

TEST_F(FileRelayTest, BytesGoFromTheSourceToTheSinkAndItIsOverWhenTheSinkSaysSo) {
    start(5);
    relay_->sink_ready();
    relay_->got("hel");
    EXPECT_FALSE(taker_->finished);
    relay_->got("lo");
    EXPECT_EQ(taker_->bytes, "hello");
    EXPECT_TRUE(taker_->finished);
    EXPECT_TRUE(ended_.empty());
    relay_->sink_finished();
    EXPECT_EQ(ended_, (std::vector<std::error_code>{{}}));
    EXPECT_EQ(begun_, 1);
    EXPECT_EQ(relay_->transferred(), 5U);
}

TEST_F(FileRelayTest, AnEmptyFileIsOverOnceBothSidesHaveBegun) {
    start(0);
    EXPECT_FALSE(taker_->finished);
    relay_->sink_ready();
    EXPECT_FALSE(taker_->finished);
    relay_->got({});
    EXPECT_TRUE(taker_->finished);
}

TEST_F(FileRelayTest, AnEmptyFileWhoseSourceBeginsFirstIsOverWhenTheSinkIsReady) {
    start(0);
    relay_->got({});
    EXPECT_FALSE(taker_->finished);
    relay_->sink_ready();
    EXPECT_TRUE(taker_->finished);
}

TEST_F(FileRelayTest, ASinkThatIsNotReadyMakesTheSourcePauseAtABufferful) {
    start(1'000'000);
    const std::string piece(1000, 'x');
    std::size_t pieces = 0;
    while (!giver_->paused) {
        relay_->got(piece);
        ++pieces;
    }
    EXPECT_EQ(pieces, (FileRelay::buffer_bytes + 999) / 1000);
    EXPECT_EQ(taker_->bytes.size(), 0U);
    relay_->sink_ready();
    EXPECT_FALSE(giver_->paused);
    EXPECT_EQ(taker_->bytes.size(), pieces * 1000);
    relay_->got(piece);
    EXPECT_EQ(taker_->bytes.size(), (pieces + 1) * 1000);
    EXPECT_EQ(giver_->pauses, 1);
}

TEST_F(FileRelayTest, ASinkWithLittleRoomGetsAllInOrder) {
    start(10'000);
    std::string all;
    for (int i = 0; i < 10'000; ++i) all += static_cast<char>('a' + i % 26);
    taker_->room = 0;
    relay_->sink_ready();
    std::string_view left = all;
    while (taker_->bytes.size() < all.size()) {
        if (!left.empty()) {
            relay_->got(left.substr(0, 777));
            left.remove_prefix(std::min<std::size_t>(777, left.size()));
        }
        taker_->room = 100;
        relay_->sink_ready();
    }
    EXPECT_EQ(taker_->bytes, all);
    EXPECT_TRUE(taker_->finished);
}

TEST_F(FileRelayTest, ASourceThatDoesNotPauseIsCutOff) {
    start(10'000'000);
    const std::string piece(64 * 1024, 'x');
    for (int i = 0; i < 5; ++i) relay_->got(piece);
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::protocol_error}));
}

TEST_F(FileRelayTest, MoreThanWasAnnouncedEndsItAndIsNotPassedOn) {
    start(5);
    relay_->sink_ready();
    relay_->got("hello!");
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::wrong_size}));
    EXPECT_EQ(taker_->bytes, "");
    relay_->got("x");
    relay_->sink_finished();
    EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(FileRelayTest, ASourceThatEndsEarlyHasFailedAndOneThatGaveAllHasNot) {
    start(5);
    relay_->sink_ready();
    relay_->got("hello");
    relay_->source_ended();
    EXPECT_TRUE(ended_.empty());
    relay_->sink_finished();
    start(5);
    relay_->got("hell");
    relay_->source_ended();
    EXPECT_EQ(ended_, (std::vector<std::error_code>{{}, FileErrc::sender_gone}));
}

TEST_F(FileRelayTest, ASourceOfAnEmptyFileThatEndsBeforeItBeganHasFailed) {
    start(0);
    relay_->sink_ready();
    relay_->source_ended();
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::sender_gone}));
}

TEST_F(FileRelayTest, ASinkThatEndsBeforeItHasAllHasFailed) {
    start(5);
    relay_->sink_ready();
    relay_->got("hell");
    relay_->sink_finished();
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::receiver_gone}));
}

TEST_F(FileRelayTest, WhatHasAnOffsetIsShorterByThat) {
    start(5, 3);
    EXPECT_EQ(giver_->offset, 3U);
    relay_->sink_ready();
    relay_->got("lo");
    EXPECT_TRUE(taker_->finished);
    EXPECT_EQ(relay_->transferred(), 5U);
}

TEST_F(FileRelayTest, WhatStandsStillEndsAndWhatMovesSlowlyDoesNot) {
    start(100);
    relay_->sink_ready();
    for (int i = 0; i < 10; ++i) {
        scheduler_.advance(119s);
        relay_->got("x");
    }
    EXPECT_TRUE(ended_.empty());
    scheduler_.advance(119s);
    EXPECT_TRUE(ended_.empty());
    scheduler_.advance(2s);
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::stalled}));
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(FileRelayTest, TheRateHoldsTheSourceBackAndLetsItGoOn) {
    start(100'000, 0, {1'000, 1'000});
    relay_->sink_ready();
    relay_->got(std::string(500, 'x'));
    EXPECT_FALSE(giver_->paused);
    relay_->got(std::string(1'500, 'x'));
    EXPECT_TRUE(giver_->paused);
    EXPECT_EQ(taker_->bytes.size(), 2'000U);
    scheduler_.advance(900ms);
    EXPECT_TRUE(giver_->paused);
    scheduler_.advance(200ms);
    EXPECT_FALSE(giver_->paused);
}

TEST_F(FileRelayTest, NothingIsToldAfterTheEnd) {
    start(100);
    relay_->cancel(FileErrc::cancelled);
    relay_->sink_ready();
    relay_->got("x");
    relay_->source_ended();
    relay_->sink_failed(FileErrc::stalled);
    EXPECT_EQ(ended_, (std::vector<std::error_code>{FileErrc::cancelled}));
    EXPECT_EQ(taker_->bytes, "");
    EXPECT_EQ(scheduler_.pending(), 0U);
}

}  // namespace
}  // namespace patchcord::chat
