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

TEST(OutboxTest, ANewOneIsEmptyAndHasNoPieces) {
    const Outbox outbox(plenty);
    EXPECT_TRUE(outbox.empty());
    EXPECT_EQ(outbox.size(), 0U);
    EXPECT_TRUE(pieces_of(outbox).empty());
}

TEST(OutboxTest, WhatFitsTheContiguousPartLeavesInOnePiece) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push("one "));
    ASSERT_TRUE(outbox.push(make_wire_bytes("two ")));
    ASSERT_TRUE(outbox.push("three"));
    ASSERT_EQ(pieces_of(outbox).size(), 1U);
    EXPECT_EQ(pieces_of(outbox)[0], "one two three");
    EXPECT_EQ(outbox.size(), 13U);
}

TEST(OutboxTest, BytesUpToTheLimitAreTakenAndTheNextOneIsRefused) {
    Outbox outbox(10);
    EXPECT_TRUE(outbox.push("12345"));
    EXPECT_FALSE(outbox.push("678901"));
    EXPECT_FALSE(outbox.push(make_wire_bytes("678901")));
    EXPECT_EQ(content(outbox), "12345");
    EXPECT_TRUE(outbox.push("67890"));
    EXPECT_FALSE(outbox.push("1"));
    EXPECT_EQ(outbox.size(), 10U);
    EXPECT_EQ(content(outbox), "1234567890");
}

TEST(OutboxTest, RoomIsThereAgainOnceBytesAreWritten) {
    Outbox outbox(4);
    ASSERT_TRUE(outbox.push("abcd"));
    outbox.consume(3);
    EXPECT_TRUE(outbox.push("efg"));
    EXPECT_FALSE(outbox.push("h"));
    EXPECT_EQ(content(outbox), "defg");
}

TEST(OutboxTest, ALimitLoweredBelowWhatIsQueuedRefusesMoreAndKeepsWhatIsThere) {
    Outbox outbox(100);
    ASSERT_TRUE(outbox.push("0123456789"));
    outbox.set_limit(5);
    EXPECT_FALSE(outbox.push("x"));
    outbox.consume(6);
    EXPECT_TRUE(outbox.push("x"));
    EXPECT_EQ(content(outbox), "6789x");
}

TEST(OutboxTest, WhatIsBeyondTheContiguousPartIsSharedNotCopied) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push(std::string(Outbox::contiguous_bytes, 'a')));
    const WireBytes shared = make_wire_bytes("shared line");
    ASSERT_TRUE(outbox.push(shared));
    EXPECT_EQ(shared.use_count(), 2);
    const auto pieces = pieces_of(outbox);
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[1].data(), shared->data());
    outbox.consume(outbox.size());
    EXPECT_EQ(shared.use_count(), 1);
}

TEST(OutboxTest, BytesOfTheContiguousPartAreNotHeldByReference) {
    Outbox outbox(plenty);
    const WireBytes bytes = make_wire_bytes("line");
    ASSERT_TRUE(outbox.push(bytes));
    EXPECT_EQ(bytes.use_count(), 1);
}

TEST(OutboxTest, AShortLineAfterASharedOneStaysBehindIt) {
    Outbox outbox(plenty);
    const std::string first(Outbox::contiguous_bytes, 'a');
    ASSERT_TRUE(outbox.push(first));
    ASSERT_TRUE(outbox.push(make_wire_bytes("b")));
    outbox.consume(first.size() - 1);  // room in front again, but "b" waits in the back
    ASSERT_TRUE(outbox.push("c"));
    EXPECT_EQ(content(outbox), "abc");
}

TEST(OutboxTest, OneMessageLargerThanTheContiguousPartGoesThrough) {
    Outbox outbox(plenty);
    const std::string large = bytes_from(0, 3 * Outbox::contiguous_bytes);
    ASSERT_TRUE(outbox.push(large));
    EXPECT_EQ(content(outbox), large);
    outbox.consume(1);
    EXPECT_EQ(content(outbox), large.substr(1));
}

TEST(OutboxTest, NoMorePiecesAreGatheredThanAskedFor) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push(std::string(Outbox::contiguous_bytes, 'a')));
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(outbox.push(make_wire_bytes("line")));
    EXPECT_EQ(pieces_of(outbox, 1).size(), 1U);
    EXPECT_EQ(pieces_of(outbox, 4).size(), 4U);
    EXPECT_EQ(pieces_of(outbox, 64).size(), 11U);
}

TEST(OutboxTest, GatheringReplacesWhatWasInTheVector) {
    Outbox outbox(plenty);
    ASSERT_TRUE(outbox.push("x"));
    std::vector<std::string_view> pieces{"old", "older"};
    outbox.gather(pieces, 8);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0], "x");
}

TEST(OutboxTest, ClearForgetsBothPartsAndThePositionsWithinThem) {
    Outbox outbox(plenty);
    const WireBytes shared = make_wire_bytes("shared");
    ASSERT_TRUE(outbox.push(std::string(Outbox::contiguous_bytes, 'a')));
    ASSERT_TRUE(outbox.push(shared));
    outbox.consume(Outbox::contiguous_bytes + 2);
    outbox.clear();
    EXPECT_TRUE(outbox.empty());
    EXPECT_TRUE(pieces_of(outbox).empty());
    EXPECT_EQ(shared.use_count(), 1);
    ASSERT_TRUE(outbox.push("fresh"));
    EXPECT_EQ(content(outbox), "fresh");
}

TEST(OutboxTest, EveryCutOfFrontAndBackLeavesExactlyTheRest) {
    const std::vector<std::size_t> sizes{Outbox::contiguous_bytes - 3, 3, 1, 5, 2};
    std::size_t total = 0;
    for (const std::size_t size : sizes) total += size;
    const std::string all = bytes_from(0, total);
    for (std::size_t cut = Outbox::contiguous_bytes - 6; cut <= total; ++cut) {
        Outbox outbox(plenty);
        std::size_t at = 0;
        for (const std::size_t size : sizes) {
            ASSERT_TRUE(outbox.push(make_wire_bytes(all.substr(at, size))));
            at += size;
        }
        outbox.consume(cut);
        ASSERT_EQ(content(outbox), all.substr(cut)) << "cut at " << cut;
        ASSERT_EQ(outbox.size(), total - cut);
        ASSERT_EQ(outbox.empty(), cut == total);
    }
}

TEST(OutboxTest, WrittenBytesTakeNoMemoryEvenWhenTheReaderNeverCatchesUp) {
    if (!heap_is_counted()) GTEST_SKIP() << "this allocator does not count";
    Outbox outbox(plenty);
    const std::string line(1024, 'x');
    ASSERT_TRUE(outbox.push("one byte is always left over"));
    const std::size_t before = heap_in_use();
    for (int i = 0; i < 8 * 1024; ++i) {
        ASSERT_TRUE(outbox.push(line));
        outbox.consume(line.size());
    }
    EXPECT_LT(heap_in_use(), before + 8 * Outbox::contiguous_bytes);
}

TEST(OutboxTest, AnEmptyOneHoldsNoMemory) {
    if (!heap_is_counted()) GTEST_SKIP() << "this allocator does not count";
    const std::string first(Outbox::contiguous_bytes, 'a');
    const WireBytes shared = make_wire_bytes("shared");
    Outbox outbox(plenty);
    const std::size_t before = heap_in_use();
    ASSERT_TRUE(outbox.push(first));
    ASSERT_TRUE(outbox.push(shared));
    ASSERT_GT(heap_in_use(), before);
    outbox.consume(outbox.size());
    EXPECT_LE(heap_in_use(), before);
}

// Sizes that meet the border of the contiguous part often.
rc::Gen<std::size_t> sizes() {
    return rc::gen::weightedOneOf<std::size_t>({
        {6, rc::gen::inRange<std::size_t>(0, 600)},
        {2, rc::gen::inRange<std::size_t>(0, Outbox::contiguous_bytes + 100)},
        {1, rc::gen::inRange<std::size_t>(Outbox::contiguous_bytes - 2, Outbox::contiguous_bytes + 3)},
    });
}

RC_GTEST_PROP(OutboxTest, BehavesLikeOneStringWithALimit, ()) {
    const std::size_t limit = *rc::gen::inRange<std::size_t>(1, 4 * Outbox::contiguous_bytes);
    const auto steps =
        *rc::gen::container<std::vector<std::pair<int, std::size_t>>>(rc::gen::pair(rc::gen::inRange(0, 5), sizes()));
    Outbox outbox(limit);
    std::string model;
    std::size_t made = 0;
    for (const auto& [step, size] : steps) {
        if (step <= 2) {
            const std::string bytes = bytes_from(made, size);
            made += size;
            const bool fits = model.size() + size <= limit;
            RC_ASSERT((step == 0 ? outbox.push(bytes) : outbox.push(make_wire_bytes(bytes))) == fits);
            if (fits) model += bytes;
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

RC_GTEST_PROP(OutboxTest, WritingPieceByPieceInAnyCutSendsEverythingInOrder, ()) {
    const auto lines = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 6'000));
    const std::size_t max_pieces = *rc::gen::inRange<std::size_t>(1, 5);
    const std::size_t window = *rc::gen::inRange<std::size_t>(1, 9'000);  // what the kernel takes at once
    Outbox outbox(plenty);
    std::string expected;
    for (const std::size_t size : lines) {
        const std::string line = bytes_from(expected.size(), size);
        RC_ASSERT(outbox.push(make_wire_bytes(line)));
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
