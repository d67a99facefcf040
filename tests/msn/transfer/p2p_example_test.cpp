// A file of 11 bytes, byte for byte as clients of MSNSLP pass it through a switchboard, and the same with what was
// recorded between two of them.

#include <gtest/gtest.h>

#include "msn/wire/command.hpp"
#include "tests/msn/client/recording_player.hpp"
#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Log;

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

class P2pExampleTest : public testing::Test {
  protected:
    P2pExampleTest() {
        alice_.numbers = {0x33517CE4, 0x02FC4428, 0xB6F43992, 0x7229B722, 0x9D79AE57, 0x1BD5444B,
                          0xB14E3FC9, 0xBB2B5D58, 0x12345678, 0x0AC47446, 0x0AC56E77, 0x0DDBA115,
                          0xA0D624A6, 0x6C0C4283, 0xA9E0BC97, 0xB4B46D32};
        bob_.numbers = {0x0BAD0000, 0x0CAFE002};
    }
    /// The next message of one reaches the other; its size and what it says in front of its data.
    static void pass(TalkSide& from, TalkSide& to, std::size_t size, std::string_view header) {
        ASSERT_FALSE(from.out.empty());
        const std::string payload = from.out.front();
        from.out.pop_front();
        EXPECT_EQ(payload.size(), size);
        const auto message = parse_mime(payload);
        EXPECT_EQ(message->body.substr(0, p2p_header_bytes), from_hex(header));
        to.hear(payload);
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide alice_{scheduler_, network_, "alice@example.com", "bob@example.com"};
    TalkSide bob_{scheduler_, network_, "bob@example.com", "alice@example.com"};
};

TEST_F(P2pExampleTest, AFileIsPassedAsClientsDo) {
    ASSERT_TRUE(alice_.give("hello world", "hello.txt"));
    pass(alice_, bob_, 1332,
         "000000004774c40a0000000000000000a804000000000000a804000000000000776ec50a000000000000000000000000");
    pass(bob_, alice_, 142,
         "000000000100ad0b0000000000000000a80400000000000000000000020000004774c40a776ec50aa804000000000000");
    ASSERT_FALSE(bob_.take());
    pass(bob_, alice_, 470,
         "000000000200ad0b00000000000000004801000000000000480100000000000002e0af0c000000000000000000000000");
    pass(alice_, bob_, 140,
         "000000004874c40a000000000000000048010000000000000000000002000000"
         "0200ad0b02e0af0c4801000000000000");
    alice_.settle();
    pass(alice_, bob_, 151,
         "785634124974c40a00000000000000000b000000000000000b0000003000000115a1db0d000000000000000000000000");
    EXPECT_EQ(bob_.taker->bytes, "hello world");
    bob_.settle();
    pass(bob_, alice_, 142,
         "785634120300ad0b00000000000000000b0000000000000000000000020000004974c40a15a1db0d0b00000000000000");
    ASSERT_FALSE(alice_.out.empty());
    const P2pSaid bye = read_p2p(alice_.out.front());
    EXPECT_EQ(alice_.out.front().size(), 468U);
    EXPECT_NE(bye.data.find("branch={A0D624A6-6C0C-4283-A9E0-BC97B4B46D32}"), std::string::npos);
    EXPECT_EQ(bye.header.identifier, 0x0AC4744AU);
    EXPECT_EQ(alice_.giver->stopped, std::error_code());
    EXPECT_EQ(bob_.taker->stopped, std::error_code());
}

// --- a recording of two real clients ---------------------------------------------------------------------------------

/// The payloads of type p2p that one of the two sent.
Log recorded(RecordedStep::Kind kind) {
    Log payloads;
    for (const RecordedStep& step : read_recording("purple-msnp9-p2p/014958-344-sb-p.txt")) {
        if (step.kind != kind || !step.bytes.starts_with("MSG ")) continue;
        const std::string payload = step.bytes.substr(step.bytes.find("\r\n") + 2);
        if (payload.find("application/x-msnmsgrp2p") != std::string::npos) payloads.push_back(payload);
    }
    return payloads;
}

std::string recorded_file() {
    std::string file;
    for (int i = 0; i < 20; ++i) file += "file body from libpurple\n";
    return file;
}

TEST(P2pRecordingTest, OurReceiverGetsWhatTheRecordedSenderSent) {
    tests::ManualScheduler scheduler;
    tests::MemoryFileNetwork network;
    TalkSide side(scheduler, network, "y@example.com", "p@example.com");
    const Log sent = recorded(RecordedStep::Kind::client);
    ASSERT_EQ(sent.size(), 9U);
    ASSERT_TRUE(side.hear(sent[0]));
    EXPECT_EQ(side.told(), (Log{"file bob -> ana: up.txt 500"}));
    EXPECT_EQ(summary(side.sent()), Log{"ack"});
    ASSERT_FALSE(side.take());
    EXPECT_EQ(summary(side.sent()), (Log{"MSNSLP/1.0 200 OK"}));
    side.hear(sent[1]);
    EXPECT_EQ(side.taker->bytes, recorded_file());
    side.settle();
    EXPECT_EQ(summary(side.sent()), Log{"ack"});
    EXPECT_EQ(side.taker->stopped, std::error_code());
    side.hear(sent[2]);
    side.told();
    side.hear(sent[3]);
    EXPECT_EQ(side.told(), (Log{"file bob -> ana: up.txt 500"})) << "the next offer";
    side.desk().decline(side.last_offer());
    EXPECT_EQ(summary(side.sent()), (Log{"ack", "MSNSLP/1.0 603 Decline"}));
}

/// What a recorded client acknowledged, but of a message of ours.
std::string acknowledging(std::string payload, const P2pHeader& ours) {
    const std::size_t at = payload.find("\r\n\r\n") + 4;
    for (std::size_t i = 0; i < 4; ++i) {
        payload[at + 32 + i] = static_cast<char>(ours.identifier >> (8 * i) & 0xFFU);
        payload[at + 36 + i] = static_cast<char>(ours.ack_id >> (8 * i) & 0xFFU);
    }
    return payload;
}

std::string without(std::string text, std::string_view part, std::string_view instead) {
    const std::size_t at = text.find(part);
    return at == std::string::npos ? text : text.replace(at, part.size(), instead);
}

TEST(P2pRecordingTest, OurSenderSaysWhatTheRecordedReceiverExpects) {
    tests::ManualScheduler scheduler;
    tests::MemoryFileNetwork network;
    TalkSide side(scheduler, network, "p@example.com", "y@example.com");
    side.numbers = {0x8147455F, 0x1BE99E6D, 0x1C6E4BEA, 0x8B3E9C46, 0x4006A774, 0x40342698,
                    0x4AEBB614, 0x47858F8A, 846930890,  0x6B8B456A, 0x12200854};
    const Log theirs = recorded(RecordedStep::Kind::client);
    const Log answers = recorded(RecordedStep::Kind::server);
    ASSERT_TRUE(side.give(recorded_file(), "up.txt"));
    Log sent = side.sent();
    ASSERT_EQ(sent.size(), 1U);
    const P2pSaid invite = read_p2p(sent[0]);
    const P2pSaid recorded_invite = read_p2p(theirs[0]);
    P2pHeader expected = recorded_invite.header;
    expected.length += 1;  // they leave out the blank behind CSeq
    expected.total_size += 1;
    EXPECT_EQ(invite.header, expected);
    EXPECT_EQ(without(without(invite.data, "CSeq: 0 ", "CSeq: 0"), "0AQAAAAAAAAEAAAB1", "0AQAAAAAAAAAAAAB1"),
              recorded_invite.data)
        << "but for a picture, which neither sends";
    side.hear(answers[0]);
    side.hear(answers[1]);
    side.settle();
    sent = side.sent();
    ASSERT_EQ(summary(sent), (Log{"ack", "data"}));
    const P2pSaid data = read_p2p(sent[1]);
    const P2pSaid recorded_data = read_p2p(theirs[1]);
    EXPECT_EQ(data.data, recorded_data.data);
    EXPECT_EQ(data.header.session_id, recorded_data.header.session_id);
    EXPECT_EQ(data.header.total_size, recorded_data.header.total_size);
    EXPECT_EQ(data.header.flags, recorded_data.header.flags);
    EXPECT_EQ(data.header.offset, recorded_data.header.offset);
    side.hear(acknowledging(answers[2], data.header));
    EXPECT_EQ(side.giver->stopped, std::error_code());
    EXPECT_EQ(summary(side.sent()), (Log{"BYE MSNMSGR:y@example.com MSNSLP/1.0"}));
}

}  // namespace
}  // namespace patchcord::msn
