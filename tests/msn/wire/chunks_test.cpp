#include "msn/wire/chunks.hpp"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/utf8.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

using Outcome = ChunkAssembler::Outcome;

constexpr chat::Now start{};
const std::string guid = "{8B1F0C52-7D43-4E1A-9C0F-2A6D5E9B1234}";

std::string first(std::string_view count, std::string_view body, const std::string& id = guid) {
    std::string out;
    MimeBuilder(out)
        .content_type("text/plain; charset=UTF-8")
        .header("Message-ID", id)
        .header("Chunks", count)
        .body(body);
    return out;
}

std::string further(std::string_view index, std::string_view body, const std::string& id = guid) {
    std::string out;
    MimeBuilder(out).header("Message-ID", id).header("Chunk", index).body(body);
    return out;
}

std::string whole(std::string_view body) {
    std::string out;
    MimeBuilder(out).content_type("text/plain; charset=UTF-8").body(body);
    return out;
}

struct ChunksTest : testing::Test {
    Outcome add(const std::string& payload, const std::string& sender = "bob@example.com", chat::Now now = start) {
        const auto message = parse_mime(payload);
        if (!message) return Outcome::refused;
        auto result = assembler.add(sender, *message, now);
        if (result.outcome == Outcome::complete) completed.push_back(std::move(result.payload));
        return result.outcome;
    }
    void use(const ChunkLimits& limits) { assembler = ChunkAssembler(limits); }

    ChunkAssembler assembler;
    std::vector<std::string> completed;
};

TEST(ChunkTest, OnlyAMessageWithAnIdAndANumberIsAChunk) {
    const auto is = [](const std::string& headers) { return is_chunk(*parse_mime(headers)); };
    EXPECT_TRUE(is("Message-ID: {1}\r\nChunks: 2\r\n\r\n"));
    EXPECT_TRUE(is("message-id: {1}\r\nchunk: 1\r\n\r\n"));
    EXPECT_FALSE(is("Message-ID: {1}\r\n\r\n"));
    EXPECT_FALSE(is("Chunk: 1\r\n\r\n"));
}

TEST_F(ChunksTest, PartsInOrderBecomeTheMessageWithoutTheHeadersOfChunks) {
    EXPECT_EQ(add(first("2", "first half, ")), Outcome::waiting);
    EXPECT_EQ(add(further("1", "second half")), Outcome::complete);
    EXPECT_EQ(completed, std::vector<std::string>{whole("first half, second half")});
    EXPECT_EQ(assembler.open(), 0U);
    EXPECT_EQ(assembler.kept_bytes(), 0U);
}

TEST_F(ChunksTest, PartsInEveryOrderBecomeTheSameMessage) {
    std::vector<std::string> parts = {first("4", "a"), further("1", "b"), further("2", ""), further("3", "d\xC3")};
    std::sort(parts.begin(), parts.end());
    do {
        for (const std::string& part : parts) add(part);
        ASSERT_EQ(completed, std::vector<std::string>{whole("abd\xC3")});
        completed.clear();
    } while (std::next_permutation(parts.begin(), parts.end()));
}

TEST_F(ChunksTest, AMessageOfOneChunkIsComplete) {
    EXPECT_EQ(add(first("1", "all")), Outcome::complete);
    EXPECT_EQ(completed, std::vector<std::string>{whole("all")});
}

TEST_F(ChunksTest, AnInterleavedMessageOfAnotherSenderOrIdIsAnotherMessage) {
    add(first("2", "a1 "), "ana@example.com");
    add(first("2", "b1 "), "bob@example.com");
    add(first("2", "c1 ", "{2}"), "bob@example.com");
    add(further("1", "b2"), "bob@example.com");
    add(further("1", "a2"), "ana@example.com");
    add(further("1", "c2", "{2}"), "bob@example.com");
    EXPECT_EQ(completed, (std::vector<std::string>{whole("b1 b2"), whole("a1 a2"), whole("c1 c2")}));
}

TEST_F(ChunksTest, APartThatComesTwiceCountsOnce) {
    add(first("3", "a"));
    EXPECT_EQ(add(further("1", "b")), Outcome::waiting);
    EXPECT_EQ(add(further("1", "X")), Outcome::refused);
    EXPECT_EQ(add(first("2", "X")), Outcome::refused);
    EXPECT_EQ(add(further("2", "c")), Outcome::complete);
    EXPECT_EQ(completed, std::vector<std::string>{whole("abc")});
}

TEST_F(ChunksTest, NumbersThatAreNoneAreRefusedAndKeepNothing) {
    for (const std::string_view count : {"", "0", "-1", "+2", "65", "2x", "99999999999"}) {
        EXPECT_EQ(add(first(count, "a")), Outcome::refused) << count;
    }
    for (const std::string_view index : {"", "0", "-1", "64", "1 2", "99999999999"}) {
        EXPECT_EQ(add(further(index, "a")), Outcome::refused) << index;
    }
    EXPECT_EQ(add(first("2", "a", "")), Outcome::refused);
    EXPECT_EQ(add(first("2", "a", std::string(65, 'i'))), Outcome::refused);
    EXPECT_EQ(assembler.open(), 0U);
}

TEST_F(ChunksTest, APartBehindTheLastGivesTheMessageUp) {
    add(first("2", "a"));
    EXPECT_EQ(add(further("2", "c")), Outcome::refused);
    EXPECT_EQ(add(further("1", "b")), Outcome::refused);
    EXPECT_EQ(assembler.kept_bytes(), 0U);
    EXPECT_TRUE(assembler.expire(start + std::chrono::seconds(30)).empty());
    EXPECT_EQ(assembler.open(), 0U);
}

TEST_F(ChunksTest, AFirstPartThatContradictsWhatCameGivesTheMessageUp) {
    add(further("5", "f"));
    EXPECT_EQ(add(first("3", "a")), Outcome::refused);
    EXPECT_EQ(assembler.kept_bytes(), 0U);
}

TEST_F(ChunksTest, AMessageOverItsLimitOfBytesIsGivenUpAndItsMemoryFreed) {
    use({.max_bytes = 200});
    EXPECT_EQ(add(first("3", std::string(50, 'a'))), Outcome::waiting);
    EXPECT_EQ(add(further("1", std::string(200, 'b'))), Outcome::refused);
    EXPECT_EQ(assembler.kept_bytes(), 0U);
    EXPECT_EQ(add(further("1", "b")), Outcome::refused);
}

TEST_F(ChunksTest, AllMessagesTogetherKeepWithinTheirLimitOfBytes) {
    use({.max_bytes = 1000, .max_total_bytes = 1500});
    EXPECT_EQ(add(further("1", std::string(900, 'a'), "{1}")), Outcome::waiting);
    EXPECT_EQ(add(further("1", std::string(900, 'a'), "{2}")), Outcome::refused);
    EXPECT_EQ(add(further("1", std::string(500, 'a'), "{3}")), Outcome::waiting);
    EXPECT_EQ(assembler.kept_bytes(), 1400U);
}

TEST_F(ChunksTest, ASenderMayBeginOnlySoManyMessages) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(add(first("2", "a", std::to_string(i))), Outcome::waiting);
    EXPECT_EQ(add(first("2", "a", "8")), Outcome::refused);
    EXPECT_EQ(add(first("2", "a", "8"), "carol@example.com"), Outcome::waiting);
    EXPECT_EQ(add(further("1", "b", "3")), Outcome::complete);
    EXPECT_EQ(add(first("2", "a", "8")), Outcome::waiting);
}

TEST_F(ChunksTest, AllSendersTogetherMayBeginOnlySoManyMessages) {
    use({.max_open = 3});
    for (const std::string sender : {"ana", "bob", "carol"}) EXPECT_EQ(add(first("2", "a"), sender), Outcome::waiting);
    EXPECT_EQ(add(first("2", "a"), "mal"), Outcome::refused);
}

TEST_F(ChunksTest, AfterThirtySecondsWhatCameIsGivenBackInOrder) {
    add(first("4", "a"));
    add(further("3", "d"), "bob@example.com", start + std::chrono::seconds(29));
    EXPECT_TRUE(assembler.expire(start + std::chrono::milliseconds(29'999)).empty());
    const auto incomplete = assembler.expire(start + std::chrono::seconds(30));
    ASSERT_EQ(incomplete.size(), 1U);
    EXPECT_EQ(incomplete[0].sender, "bob@example.com");
    EXPECT_EQ(incomplete[0].payload, whole("ad"));
    EXPECT_EQ(assembler.open(), 0U);
    EXPECT_EQ(assembler.kept_bytes(), 0U);
}

TEST_F(ChunksTest, ItIsKnownWhenTheFirstOfThoseThatWaitHasWaitedTooLong) {
    EXPECT_FALSE(assembler.next_expiry());
    add(first("2", "a", "{2}"));
    add(first("2", "a", "{1}"), "bob@example.com", start + std::chrono::seconds(5));
    EXPECT_EQ(assembler.next_expiry(), start + std::chrono::seconds(30));
    add(further("1", "b", "{2}"));
    EXPECT_EQ(assembler.next_expiry(), start + std::chrono::seconds(35));
    (void)assembler.expire(start + std::chrono::seconds(35));
    EXPECT_FALSE(assembler.next_expiry());
}

TEST_F(ChunksTest, WithoutItsFirstPartNothingIsGivenBack) {
    add(further("1", "b"));
    EXPECT_TRUE(assembler.expire(start + std::chrono::seconds(30)).empty());
    EXPECT_EQ(assembler.kept_bytes(), 0U);
}

TEST(FormatChunksTest, AShortPayloadStaysAsItIs) {
    EXPECT_EQ(format_chunks(whole("hi"), guid), std::vector<std::string>{whole("hi")});
}

TEST(FormatChunksTest, TheFirstPartHasTheHeadersAndTheOthersOnlyTheirNumber) {
    const auto parts = format_chunks(whole(std::string(2000, 'x')), guid);
    ASSERT_TRUE(parts && parts->size() == 2);
    EXPECT_TRUE((*parts)[0].starts_with("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nMessage-ID: " +
                                        guid + "\r\nChunks: 2\r\n\r\nx"));
    EXPECT_TRUE((*parts)[1].starts_with("Message-ID: " + guid + "\r\nChunk: 1\r\n\r\nx"));
}

TEST(FormatChunksTest, WhatTheOtherEndWouldRefuseIsNotSent) {
    EXPECT_FALSE(format_chunks(whole(std::string(64 * 1024, 'x')), guid));
    EXPECT_FALSE(format_chunks(whole(std::string(2000, 'x')), std::string(65, 'i')));
    EXPECT_FALSE(format_chunks("A: " + std::string(1600, 'x') + "\r\n\r\n" + std::string(100, 'y'), guid));
    EXPECT_FALSE(format_chunks(std::string(20'000, 'x'), guid));
    EXPECT_FALSE(format_chunks(whole(std::string(64'000, 'x')), guid, 1024)) << "more than 64 parts";
}

RC_GTEST_PROP(FormatChunksTest, PartsFitCutNothingInTwoAndComeTogetherAgain, ()) {
    const auto words = *rc::gen::resize(300, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                                                 "\n", "\n", "\xF0\x9F\x98\x80", "\xC3\xA9", std::string(100, 'w'))));
    chat::StyledText text("x");
    for (const std::string& word : words) text.append(word, {});
    const std::string payload = format_whole_text(text, {"ana"});
    const auto parts = format_chunks(payload, guid);
    RC_ASSERT(parts.has_value());
    ChunkAssembler assembler;
    ChunkAssembler::Result last{Outcome::complete, parts->front()};
    for (const std::string& part : *parts) {
        RC_ASSERT(part.size() <= max_message_payload);
        const auto message = parse_mime(part);
        RC_ASSERT(chat::is_valid_utf8(message->body));
        RC_ASSERT(!message->body.ends_with('\r'));
        if (parts->size() > 1) last = assembler.add("bob@example.com", *message, start);
    }
    RC_ASSERT(last.outcome == Outcome::complete);
    RC_ASSERT(last.payload == payload);
}

RC_GTEST_PROP(ChunksPropertiesTest, WhateverPeersSendMemoryKeepsItsBounds, ()) {
    const ChunkLimits limits{
        .max_chunks = 4, .max_bytes = 300, .max_open_per_sender = 2, .max_open = 3, .max_total_bytes = 500};
    ChunkAssembler assembler(limits);
    const int steps = *rc::gen::inRange(0, 60);
    for (int step = 0; step < steps; ++step) {
        const auto sender = *rc::gen::element<std::string>("ana", "bob", "mal");
        const auto id = *rc::gen::element<std::string>("1", "2", "3");
        const auto number = std::to_string(*rc::gen::inRange(0, 6));
        const std::string body(*rc::gen::inRange<std::size_t>(0, 200), 'x');
        const std::string payload = *rc::gen::arbitrary<bool>() ? first(number, body, id) : further(number, body, id);
        const auto result = assembler.add(sender, *parse_mime(payload), start + std::chrono::seconds(step));
        RC_ASSERT(result.outcome == Outcome::complete || result.payload.empty());
        RC_ASSERT(result.payload.size() <= limits.max_bytes + 2);
        if (step % 7 == 0) assembler.expire(start + std::chrono::seconds(step));
        RC_ASSERT(assembler.open() <= limits.max_open);
        RC_ASSERT(assembler.kept_bytes() <= limits.max_total_bytes);
    }
    assembler.expire(start + std::chrono::hours(1));
    RC_ASSERT(assembler.open() == 0U);
    RC_ASSERT(assembler.kept_bytes() == 0U);
}

}  // namespace
}  // namespace patchcord::msn
