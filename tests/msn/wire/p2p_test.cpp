#include "msn/wire/p2p.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

namespace patchcord::msn {
namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

P2pPiece piece(std::uint32_t identifier, std::uint64_t offset, std::uint64_t total, std::string_view data) {
    P2pPiece made;
    made.header.identifier = identifier;
    made.header.offset = offset;
    made.header.total_size = total;
    made.header.length = static_cast<std::uint32_t>(data.size());
    made.data = data;
    return made;
}

// As in an offer of a file: 1192 bytes of signalling.
const std::string offer_header = from_hex(
    "000000004774c40a0000000000000000"
    "a804000000000000a804000000000000"
    "776ec50a000000000000000000000000");

TEST(P2pTest, HeaderIsReadAsClientsWriteIt) {
    const std::string data(0x4A8, 'x');
    const std::string body = offer_header + data + std::string(4, '\0');
    const auto read = parse_p2p(body);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->header.session_id, 0U);
    EXPECT_EQ(read->header.identifier, 0x0AC47447U);
    EXPECT_EQ(read->header.total_size, 0x4A8U);
    EXPECT_EQ(read->header.length, 0x4A8U);
    EXPECT_EQ(read->header.ack_id, 0x0AC56E77U);
    EXPECT_EQ(read->data, data) << "without the number behind it";
}

TEST(P2pTest, AcknowledgementNamesWhatItAcknowledges) {
    const auto offered = parse_p2p(offer_header + std::string(0x4A8, 'x'));
    ASSERT_TRUE(offered);
    EXPECT_EQ(format_p2p_ack(offered->header, 0x0BAD0001), from_hex("000000000100ad0b0000000000000000"
                                                                    "a8040000000000000000000002000000"
                                                                    "4774c40a776ec50aa804000000000000"
                                                                    "00000000"));
}

TEST(P2pTest, MessageIsOnePieceOfItsOwnLength) {
    P2pHeader header;
    header.identifier = 0x0BAD0002;
    header.ack_id = 0x0CAFE002;
    const std::string body = format_p2p(header, std::string(328, 'y'));
    EXPECT_EQ(body.substr(0, p2p_header_bytes), from_hex("000000000200ad0b0000000000000000"
                                                         "48010000000000004801000000000000"
                                                         "02e0af0c000000000000000000000000"));
    EXPECT_EQ(body.size(), p2p_header_bytes + 328 + 4);
}

TEST(P2pTest, WhatIsTooShortOrLiesOutsideOfItsMessageIsNone) {
    EXPECT_FALSE(parse_p2p(""));
    EXPECT_FALSE(parse_p2p(offer_header.substr(0, 47)));
    EXPECT_FALSE(parse_p2p(offer_header + std::string(0x4A7, 'x'))) << "a byte is missing";
    std::string huge = offer_header;
    huge.replace(24, 4, "\xFF\xFF\xFF\xFF");
    EXPECT_FALSE(parse_p2p(huge + std::string(1000, 'x')));
    std::string beyond = offer_header;
    beyond.replace(8, 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    EXPECT_FALSE(parse_p2p(beyond + std::string(0x4A8, 'x'))) << "the offset turns over";
}

RC_GTEST_PROP(P2pTest, WhatIsWrittenReadsBack, (std::uint32_t session, std::uint32_t identifier, std::uint32_t flags)) {
    P2pHeader header;
    header.session_id = session;
    header.identifier = identifier;
    header.flags = flags;
    const std::string data = *rc::gen::arbitrary<std::string>();
    const std::string body = format_p2p(header, data);
    const auto read = parse_p2p(body);
    RC_ASSERT(read);
    RC_ASSERT(read->data == data);
    header.length = static_cast<std::uint32_t>(data.size());
    header.total_size = data.size();
    RC_ASSERT(read->header == header);
}

TEST(P2pTest, APieceOfAFileIsWhatClientsWrite) {
    P2pHeader header;
    header.session_id = 0x12345678;
    header.identifier = 0x0AC47449;
    header.total_size = 11;
    header.flags = p2p_file_flags;
    header.ack_id = 0x0DDBA115;
    EXPECT_EQ(format_p2p_piece(header, "hello world", p2p_file_application),
              from_hex("785634124974c40a0000000000000000"
                       "0b000000000000000b00000030000001"
                       "15a1db0d000000000000000000000000"
                       "68656c6c6f20776f726c6400000002"));
}

TEST(P2pTest, TheAcknowledgementOfAFileIsWhatClientsWrite) {
    P2pHeader header;
    header.session_id = 0x12345678;
    header.identifier = 0x0AC47449;
    header.total_size = 11;
    header.ack_id = 0x0DDBA115;
    EXPECT_EQ(format_p2p_ack(header, 0x0BAD0003), from_hex("785634120300ad0b0000000000000000"
                                                           "0b000000000000000000000002000000"
                                                           "4974c40a15a1db0d0b00000000000000"
                                                           "00000000"));
}

TEST(P2pTest, LongSignallingIsCutAsOfficialClientsDo) {
    const std::string text(1274, 'x');
    const auto bodies = format_p2p_signalling(7, 9, text);
    ASSERT_EQ(bodies.size(), 2U);
    const auto first = parse_p2p(bodies[0]);
    const auto second = parse_p2p(bodies[1]);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->header, (P2pHeader{0, 7, 0, 1274, 1202, 0, 9, 0, 0}));
    EXPECT_EQ(second->header, (P2pHeader{0, 7, 1202, 1274, 72, 0, 9, 0, 0}));
    SlpAssembler assembler;
    EXPECT_FALSE(assembler.add(*first));
    EXPECT_EQ(assembler.add(*second), text);
}

TEST(P2pTest, FlagsAreReadBitByBit) {
    const auto with = [](std::uint32_t flags) {
        P2pHeader header;
        header.flags = flags;
        return header;
    };
    for (const std::uint32_t flags : {0x2U, 0x1000002U}) EXPECT_TRUE(is_p2p_ack(with(flags))) << flags;
    for (const std::uint32_t flags : {0x8U, 0x40U, 0x80U}) EXPECT_TRUE(breaks_p2p_session(with(flags))) << flags;
    for (const std::uint32_t flags : {0U, 0x10U, 0x20U, 0x1000030U}) {
        EXPECT_TRUE(is_p2p_content(with(flags))) << flags;
        EXPECT_FALSE(breaks_p2p_session(with(flags))) << flags;
    }
    for (const std::uint32_t flags : {0x1U, 0x2U, 0x4U, 0x8U, 0x40U, 0x80U, 0x100U}) {
        EXPECT_FALSE(is_p2p_content(with(flags))) << flags;
    }
}

using Verdict = P2pFileOrder::Verdict;

TEST(P2pFileOrderTest, PiecesFollowEachOtherUpToTheLast) {
    P2pFileOrder order(5);
    EXPECT_EQ(order.add(piece(7, 0, 5, "he")), Verdict::next);
    EXPECT_EQ(order.received(), 2U);
    EXPECT_FALSE(order.complete());
    EXPECT_EQ(order.add(piece(7, 2, 5, "llo")), Verdict::last);
    EXPECT_TRUE(order.complete());
    EXPECT_EQ(order.add(piece(7, 0, 5, "he")), Verdict::out_of_order) << "it is there already";
}

TEST(P2pFileOrderTest, GapsOverlapsAndOtherSizesAreFound) {
    for (const auto& [wrong, verdict] :
         {std::pair(piece(7, 3, 5, "lo"), Verdict::out_of_order),
          std::pair(piece(7, 1, 5, "el"), Verdict::out_of_order),
          std::pair(piece(7, 0, 5, "he"), Verdict::out_of_order), std::pair(piece(7, 2, 6, "llo"), Verdict::wrong_size),
          std::pair(piece(7, 2, 5, ""), Verdict::out_of_order),
          std::pair(piece(7, 2, 5, "lloo"), Verdict::out_of_order),
          std::pair(piece(7, 0xFFFFFFFFFFFFFF00, 5, "llo"), Verdict::out_of_order),
          std::pair(piece(7, 2, 1ULL << 40U, "llo"), Verdict::wrong_size)}) {
        P2pFileOrder order(5);
        EXPECT_EQ(order.add(piece(7, 0, 5, "he")), Verdict::next);
        EXPECT_EQ(order.add(wrong), verdict) << wrong.header.offset << " " << wrong.data;
        EXPECT_EQ(order.received(), 2U);
    }
}

TEST(P2pFileOrderTest, AnEmptyFileIsOneEmptyPiece) {
    P2pFileOrder order(0);
    EXPECT_FALSE(order.complete());
    EXPECT_EQ(order.add(piece(7, 0, 0, "")), Verdict::last);
    EXPECT_TRUE(order.complete());
}

TEST(SlpAssemblerTest, PiecesInOrderMakeAMessage) {
    SlpAssembler assembler;
    EXPECT_EQ(assembler.add(piece(7, 0, 5, "hello")), "hello");
    EXPECT_FALSE(assembler.add(piece(8, 0, 5, "he")));
    EXPECT_FALSE(assembler.add(piece(8, 2, 5, "l")));
    EXPECT_EQ(assembler.add(piece(8, 3, 5, "lo")), "hello");
    EXPECT_EQ(assembler.kept_bytes(), 0U);
}

TEST(SlpAssemblerTest, WhatDoesNotFollowEndsTheMessage) {
    SlpAssembler assembler;
    for (const P2pPiece& wrong : {piece(7, 3, 5, "lo"), piece(8, 2, 5, "llo"), piece(7, 2, 6, "llo")}) {
        EXPECT_FALSE(assembler.add(piece(7, 0, 5, "he")));
        EXPECT_FALSE(assembler.add(wrong));
        EXPECT_EQ(assembler.kept_bytes(), 0U);
        EXPECT_FALSE(assembler.add(piece(7, 2, 5, "llo"))) << "its begin is forgotten";
    }
}

TEST(SlpAssemblerTest, DataAcknowledgementsAndEndsAreNoSignalling) {
    SlpAssembler assembler;
    P2pPiece data = piece(7, 0, 5, "hello");
    data.header.session_id = 4711;
    EXPECT_FALSE(assembler.add(data));
    for (const std::uint32_t flag : {0x2U, 0x8U, 0x40U, 0x80U, 0x100U}) {
        P2pPiece other = piece(7, 0, 5, "hello");
        other.header.flags = flag;
        EXPECT_FALSE(assembler.add(other)) << flag;
    }
    P2pPiece newer = piece(7, 0, 5, "hello");
    newer.header.flags = 0x1000000;
    EXPECT_TRUE(assembler.add(newer)) << "newer clients set this bit everywhere";
    EXPECT_FALSE(assembler.add(piece(7, 0, 0, "")));
}

TEST(SlpAssemblerTest, LongMessageIsNotKept) {
    SlpAssembler assembler;
    EXPECT_FALSE(assembler.add(piece(7, 0, max_slp_bytes + 1, "x")));
    EXPECT_EQ(assembler.kept_bytes(), 0U);
    EXPECT_FALSE(assembler.add(piece(7, 0, max_slp_bytes, "x")));
    EXPECT_EQ(assembler.kept_bytes(), 1U);
}

}  // namespace
}  // namespace patchcord::msn
