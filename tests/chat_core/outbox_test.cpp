#include "chat_core/outbox.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::chat {
namespace {

constexpr std::size_t plenty = 1 << 20;

std::vector<std::string_view> pieces_of(const Outbox& outbox, std::size_t max_pieces = 64) {
    std::vector<std::string_view> pieces;
    outbox.gather(pieces, max_pieces);
    return pieces;
}

std::string content(const Outbox& outbox) {
    std::string all;
    for (const std::string_view piece : pieces_of(outbox, 100'000)) all += piece;
    return all;
}

// Recognisable bytes: which byte it is can be told from its value, nearly.
std::string bytes_from(std::size_t first, std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>('!' + (first + i) % 89));
    return bytes;
}

std::size_t heap_in_use() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

bool heap_is_counted() {
    const std::size_t before = heap_in_use();
    const std::string large(1 << 20, 'x');
    return heap_in_use() >= before + large.size();
}

class OutboxTest : public ::testing::Test {
  protected:
    /// What the loop does at the end of a turn when nobody takes anything.
    void end_turn(Outbox& outbox) {
        outbox.settle();
        turn_.next_turn();
        (void)turn_.copy(std::string(5'000, '?'));  // whatever was there is overwritten
    }
    TurnBuffer turn_;
};

TEST_F(OutboxTest, ANewOneIsEmptyAndHasNoPieces) {
    const Outbox outbox(plenty);
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.size(), 0U);
    EXPECT_TRUE(pieces_of(outbox).empty());
}

TEST_F(OutboxTest, WhatIsQueuedOneAfterTheOtherLeavesInOnePiece) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push("one ", turn_));
    ASSERT_TRUE(outbox.push(make_wire_bytes("two "), turn_));
    ASSERT_TRUE(outbox.push("three", turn_));
    ASSERT_EQ(pieces_of(outbox).size(), 1U);
    EXPECT_EQ(pieces_of(outbox)[0], "one two three");
    EXPECT_EQ(outbox.size(), 13U);
}

TEST_F(OutboxTest, AllMembersOfARoomAreOwedTheSameBytesInTheSamePlace) {
    Outbox ana(plenty);
    Outbox bob(plenty);
    for (int i = 0; i < 16; ++i) {
        const WireBytes line = make_wire_bytes("a line\r\n");
        ASSERT_TRUE(ana.push(line, turn_));
        ASSERT_TRUE(bob.push(line, turn_));
    }
    ASSERT_EQ(pieces_of(ana).size(), 1U);
    ASSERT_EQ(pieces_of(bob).size(), 1U);
    EXPECT_EQ(pieces_of(ana)[0].data(), pieces_of(bob)[0].data());
    EXPECT_EQ(pieces_of(ana)[0].size(), 16U * 8U);
}

TEST_F(OutboxTest, BytesOfOtherReceiversInBetweenMakeAFurtherPiece) {
    Outbox ana(plenty);
    Outbox bob(plenty);
    ASSERT_TRUE(ana.push("one ", turn_));
    ASSERT_TRUE(bob.push("for bob", turn_));
    ASSERT_TRUE(ana.push("two", turn_));
    EXPECT_EQ(pieces_of(ana).size(), 2U);
    EXPECT_EQ(content(ana), "one two");
    EXPECT_EQ(content(bob), "for bob");
}

TEST_F(OutboxTest, BytesUpToTheLimitAreTakenAndTheNextOneIsRefused) {
    Outbox outbox(10);
    EXPECT_TRUE(outbox.push("12345", turn_));
    EXPECT_FALSE(outbox.push("678901", turn_));
    EXPECT_FALSE(outbox.push(make_wire_bytes("678901"), turn_));
    EXPECT_EQ(content(outbox), "12345");
    EXPECT_TRUE(outbox.push("67890", turn_));
    EXPECT_FALSE(outbox.push("1", turn_));
    EXPECT_EQ(outbox.size(), 10U);
    EXPECT_EQ(content(outbox), "1234567890");
}

TEST_F(OutboxTest, RoomIsThereAgainOnceBytesAreWritten) {
    Outbox outbox(4);
    ASSERT_TRUE(outbox.push("abcd", turn_));
    outbox.consume(3);
    EXPECT_TRUE(outbox.push("efg", turn_));
    EXPECT_FALSE(outbox.push("h", turn_));
    EXPECT_EQ(content(outbox), "defg");
}

TEST_F(OutboxTest, ALimitLoweredBelowWhatIsQueuedRefusesMoreAndKeepsWhatIsThere) {
    Outbox outbox(100);
    ASSERT_TRUE(outbox.push("0123456789", turn_));
    outbox.set_limit(5);
    EXPECT_FALSE(outbox.push("x", turn_));
    outbox.consume(6);
    EXPECT_TRUE(outbox.push("x", turn_));
    EXPECT_EQ(content(outbox), "6789x");
}

TEST_F(OutboxTest, WhatIsLeftAtTheEndOfATurnIsKeptAndGoesFirstInTheNext) {
    Outbox outbox(plenty);
    Outbox other(plenty);
    ASSERT_TRUE(outbox.push("one ", turn_));
    ASSERT_TRUE(other.push("elsewhere", turn_));
    ASSERT_TRUE(outbox.push(make_wire_bytes("two "), turn_));
    outbox.consume(2);
    end_turn(outbox);
    EXPECT_EQ(content(outbox), "e two ");
    EXPECT_EQ(outbox.size(), 6U);
    ASSERT_TRUE(outbox.push(make_wire_bytes("three"), turn_));
    end_turn(outbox);
    EXPECT_EQ(content(outbox), "e two three");
}

TEST_F(OutboxTest, AnotherTurnsRenderingIsPlacedAnew) {
    Outbox outbox(plenty);
    const WireBytes line = make_wire_bytes("line");
    ASSERT_TRUE(outbox.push(line, turn_));
    outbox.consume(4);
    end_turn(outbox);
    ASSERT_TRUE(outbox.push(line, turn_));
    EXPECT_EQ(content(outbox), "line");
}

TEST_F(OutboxTest, NoMorePiecesAreGatheredThanAskedFor) {
    Outbox outbox(plenty);
    Outbox other(plenty);
    for (int i = 0; i < 11; ++i) {
        ASSERT_TRUE(outbox.push("line", turn_));
        ASSERT_TRUE(other.push("other", turn_));
    }
    EXPECT_EQ(pieces_of(outbox, 1).size(), 1U);
    EXPECT_EQ(pieces_of(outbox, 4).size(), 4U);
    EXPECT_EQ(pieces_of(outbox, 64).size(), 11U);
}

TEST_F(OutboxTest, GatheringReplacesWhatWasInTheVector) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push("x", turn_));
    std::vector<std::string_view> pieces{"old", "older"};
    outbox.gather(pieces, 8);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0], "x");
}

TEST_F(OutboxTest, ClearForgetsWhatIsKeptAndWhatIsNew) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push("kept", turn_));
    outbox.consume(1);
    end_turn(outbox);
    ASSERT_TRUE(outbox.push("more", turn_));
    outbox.clear();
    EXPECT_TRUE(outbox.empty());
    EXPECT_TRUE(pieces_of(outbox).empty());
    ASSERT_TRUE(outbox.push("fresh", turn_));
    EXPECT_EQ(content(outbox), "fresh");
}

TEST_F(OutboxTest, WrittenBytesTakeNoMemoryEvenWhenTheReaderNeverCatchesUp) {
    if (!heap_is_counted()) GTEST_SKIP() << "this allocator does not count";
    Outbox outbox(plenty);
    const std::string line(1024, 'x');
    ASSERT_TRUE(outbox.push("one byte is always left over", turn_));
    end_turn(outbox);
    const std::size_t before = heap_in_use();
    for (int i = 0; i < 8 * 1024; ++i) {
        ASSERT_TRUE(outbox.push(line, turn_));
        outbox.consume(line.size());
        end_turn(outbox);
    }
    EXPECT_LT(heap_in_use(), before + 256 * 1024);
}

TEST_F(OutboxTest, AnEmptyOneHoldsNoMemory) {
    if (!heap_is_counted()) GTEST_SKIP() << "this allocator does not count";
    Outbox outbox(plenty);
    const std::string large(100'000, 'a');
    ASSERT_TRUE(outbox.push(large, turn_));
    end_turn(outbox);
    const std::size_t before = heap_in_use();
    outbox.consume(outbox.size());
    EXPECT_LE(heap_in_use(), before - large.size());
}

// Sizes that meet the border of a chunk of the turn's buffer now and then.
rc::Gen<std::size_t> sizes() {
    return rc::gen::weightedOneOf<std::size_t>(
        {{6, rc::gen::inRange<std::size_t>(0, 600)}, {1, rc::gen::inRange<std::size_t>(0, 70'000)}});
}

RC_GTEST_PROP(OutboxProperty, BehavesLikeOneStringWithALimit, ()) {
    const std::size_t limit = *rc::gen::inRange<std::size_t>(1, 100'000);
    const auto steps =
        *rc::gen::container<std::vector<std::pair<int, std::size_t>>>(rc::gen::pair(rc::gen::inRange(0, 8), sizes()));
    TurnBuffer turn;
    Outbox outbox(limit);
    Outbox other(plenty);
    std::string model;
    std::size_t made = 0;
    for (const auto& [step, size] : steps) {
        if (step <= 2) {
            const std::string bytes = bytes_from(made, size);
            made += size;
            const bool fits = model.size() + size <= limit;
            RC_ASSERT((step == 0 ? outbox.push(bytes, turn) : outbox.push(make_wire_bytes(bytes), turn)) == fits);
            if (fits) model += bytes;
        } else if (step == 3) {
            (void)other.push("for somebody else", turn);
        } else if (step == 4) {
            outbox.settle();
            other.clear();
            turn.next_turn();
        } else {
            const std::size_t written = std::min(size, model.size());
            outbox.consume(written);
            model.erase(0, written);
        }
        RC_ASSERT(outbox.size() == model.size());
        RC_ASSERT(outbox.empty() == model.empty());
        RC_ASSERT(content(outbox) == model);
    }
}

RC_GTEST_PROP(OutboxProperty, WritingPieceByPieceInAnyCutSendsEverythingInOrder, ()) {
    const auto lines = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 6'000));
    const std::size_t max_pieces = *rc::gen::inRange<std::size_t>(1, 5);
    const std::size_t window = *rc::gen::inRange<std::size_t>(1, 9'000);  // what the kernel takes at once
    TurnBuffer turn;
    Outbox outbox(plenty);
    std::string expected;
    for (const std::size_t size : lines) {
        const std::string line = bytes_from(expected.size(), size);
        RC_ASSERT(outbox.push(make_wire_bytes(line), turn));
        (void)turn.copy("x");  // so that there are many pieces
        expected += line;
    }
    std::string sent;
    while (!outbox.empty()) {
        std::string taken;
        for (const std::string_view piece : pieces_of(outbox, max_pieces)) {
            taken += piece.substr(0, window - std::min(window, taken.size()));
        }
        RC_ASSERT(!taken.empty());
        outbox.consume(taken.size());
        sent += taken;
    }
    RC_ASSERT(sent == expected);
}

}  // namespace
}  // namespace patchcord::chat
