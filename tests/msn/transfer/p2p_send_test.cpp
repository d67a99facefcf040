#include "msn/transfer/p2p_send.hpp"

#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

const Log bye{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"};

class P2pSendTest : public testing::Test {
  protected:
    void offer(std::string bytes = "hello") {
        ASSERT_TRUE(side_.give(std::move(bytes)));
        last_ = side_.sent();
        ASSERT_EQ(summary(last_), (Log{"INVITE MSNMSGR:bob@example.com MSNSLP/1.0"}));
        invitation_ = last_[0];
    }
    Log say(const std::string& payload) {
        side_.hear(payload);
        while (side_.settle()) {
        }
        last_ = side_.sent();
        return summary(last_);
    }
    void accepted(std::string bytes = "hello") {
        offer(std::move(bytes));
        EXPECT_EQ(say(peer_.ack(read_p2p(invitation_).header)), Log{});
        answer_ = say(peer_.answer(invitation_, 200));
    }
    [[nodiscard]] std::error_code end() const {
        return side_.giver->stopped.value_or(std::make_error_code(std::errc::operation_in_progress));
    }
    static bool is_msnftp(const std::string& payload) {
        return payload.find("Invitation-Command: INVITE") != std::string::npos;
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide side_{scheduler_, network_, "ana@example.com", "bob@example.com"};
    P2pPeer peer_;
    std::string invitation_;
    Log last_;
    Log answer_;
};

TEST_F(P2pSendTest, AnAcceptedFileIsSentAcknowledgedAndEnded) {
    accepted();
    EXPECT_EQ(answer_, (Log{"ack", "data"}));
    EXPECT_EQ(read_p2p(last_[1]).data, "hello");
    EXPECT_FALSE(side_.giver->stopped);
    EXPECT_EQ(say(peer_.ack(read_p2p(last_[1]).header)), bye);
    EXPECT_EQ(end(), std::error_code());
    scheduler_.advance(0s);
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(P2pSendTest, ThePiecesOfAFileAreOneMessage) {
    side_.window = 100;
    accepted(std::string(3000, 'x'));
    EXPECT_EQ(answer_, (Log{"ack", "data", "data", "data"}));
    const P2pHeader first = read_p2p(last_[1]).header;
    std::uint64_t offset = 0;
    for (std::size_t i = 1; i < last_.size(); ++i) {
        const P2pHeader header = read_p2p(last_[i]).header;
        EXPECT_EQ(header.identifier, first.identifier);
        EXPECT_EQ(header.ack_id, first.ack_id);
        EXPECT_EQ(header.session_id, first.session_id);
        EXPECT_EQ(header.total_size, 3000U);
        EXPECT_EQ(header.flags, p2p_file_flags);
        EXPECT_EQ(header.offset, offset);
        EXPECT_EQ(header.length, i < 3 ? 1202U : 596U);
        offset += header.length;
        EXPECT_EQ(last_[i].substr(last_[i].size() - 4), std::string("\0\0\0\2", 4));
    }
}

TEST_F(P2pSendTest, NoMoreIsSentThanTheConversationTakes) {
    side_.window = 4;
    accepted(std::string(100'000, 'x'));
    EXPECT_EQ(answer_, (Log{"ack", "data", "data", "data"}));
    side_.talk().writable();
    EXPECT_EQ(side_.sent().size(), 4U);
    EXPECT_LT(side_.giver->given, 100'000U);
}

TEST_F(P2pSendTest, OnlyTheAcknowledgementOfTheFileEndsIt) {
    accepted();
    P2pHeader header = read_p2p(last_[1]).header;
    ++header.ack_id;
    EXPECT_EQ(say(peer_.ack(header)), Log{});
    EXPECT_EQ(say(peer_.ack({})), Log{});
    EXPECT_FALSE(side_.giver->stopped);
}

TEST_F(P2pSendTest, ADeclinedOfferIsOver) {
    offer();
    EXPECT_EQ(say(peer_.answer(invitation_, 603)), Log{"ack"});
    EXPECT_EQ(end(), FileErrc::declined);
    EXPECT_TRUE(side_.talk().idle());
}

TEST_F(P2pSendTest, AByeBeforeAnAnswerDeclinesAndInTheMiddleCancels) {
    offer();
    const auto request = parse_slp_request(read_p2p(invitation_).data);
    SlpDialogue theirs{"bob@example.com", "ana@example.com", "{x}", request->call_id, 0};
    EXPECT_EQ(say(peer_.text(format_slp_bye(theirs))), Log{"ack"});
    EXPECT_EQ(end(), FileErrc::declined);
    side_.window = 2;
    accepted(std::string(100'000, 'x'));
    theirs.call_id = parse_slp_request(read_p2p(invitation_).data)->call_id;
    EXPECT_EQ(say(peer_.text(format_slp_bye(theirs))), Log{"ack"});
    EXPECT_EQ(end(), FileErrc::cancelled);
}

TEST_F(P2pSendTest, AByeAfterTheLastPieceIsAsGoodAsAnAcknowledgement) {
    accepted();
    const SlpDialogue theirs{"bob@example.com", "ana@example.com", "{x}",
                             parse_slp_request(read_p2p(invitation_).data)->call_id, 0};
    EXPECT_EQ(say(peer_.text(format_slp_bye(theirs))), Log{"ack"});
    EXPECT_EQ(end(), std::error_code());
}

TEST_F(P2pSendTest, AFileThatIsNotAcknowledgedHasFailed) {
    accepted();
    scheduler_.advance(59s);
    EXPECT_FALSE(side_.giver->stopped);
    scheduler_.advance(2s);
    EXPECT_EQ(end(), FileErrc::stalled);
    EXPECT_EQ(summary(side_.sent()), bye);
}

TEST_F(P2pSendTest, ABigFileMayBeAcknowledgedLate) {
    side_.window = 10'000;
    accepted(std::string(4UL * 1024 * 1024, 'x'));
    scheduler_.advance(5min);
    EXPECT_FALSE(side_.giver->stopped);
    scheduler_.advance(2min);
    EXPECT_EQ(end(), FileErrc::stalled);
}

TEST_F(P2pSendTest, WhoNeverAcknowledgesIsGivenUpHoweverBigTheFileIs) {
    side_.window = 100'000;
    accepted(std::string(60UL * 1024 * 1024, 'x'));
    scheduler_.advance(30min);
    EXPECT_FALSE(side_.giver->stopped);
    scheduler_.advance(2min);
    EXPECT_EQ(end(), FileErrc::stalled);
}

TEST_F(P2pSendTest, SessionsHaveNumbersThatAreNotNegativeForThoseWhoReadThemSo) {
    side_.numbers = {1, 2, 3, 4, 5, 6, 7, 8, 0x8000'0000, 0xFFFF'FFFF};
    for (int i = 0; i < 3; ++i) {
        offer();
        const auto request = parse_slp_request(read_p2p(invitation_).data);
        ASSERT_TRUE(request);
        EXPECT_GT(request->session_id, 0U);
        EXPECT_LT(request->session_id, 0x8000'0000U);
    }
}

TEST_F(P2pSendTest, AClientThatDoesNotReactIsOfferedItByMsnftpOnce) {
    offer();
    scheduler_.advance(14s);
    EXPECT_EQ(side_.sent(), Log{});
    scheduler_.advance(2s);
    const auto sent = side_.sent();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(summary({sent[0]}), bye) << "it must not ask its user twice";
    EXPECT_TRUE(is_msnftp(sent[1])) << sent[1];
    EXPECT_FALSE(side_.giver->stopped);
    EXPECT_EQ(say(peer_.answer(invitation_, 200)), Log{"ack"}) << "too late";
    scheduler_.advance(60s);
    EXPECT_EQ(side_.sent(), Log{});
}

TEST_F(P2pSendTest, AClientThatAnswersWithAnErrorIsOfferedItByMsnftp) {
    offer();
    side_.hear(peer_.answer(invitation_, 500));
    const auto sent = side_.sent();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(summary({sent[0]}), Log{"ack"});
    EXPECT_TRUE(is_msnftp(sent[1])) << sent[1];
}

TEST_F(P2pSendTest, AClientThatReactsHasTimeToAskItsUser) {
    offer();
    say(peer_.ack(read_p2p(invitation_).header));
    scheduler_.advance(200s);
    EXPECT_EQ(side_.sent(), Log{});
    EXPECT_FALSE(side_.giver->stopped);
}

TEST_F(P2pSendTest, APieceThatIsNotDeliveredEndsIt) {
    side_.window = 2;
    accepted(std::string(100'000, 'x'));
    side_.talk().undelivered();
    EXPECT_EQ(end(), FileErrc::receiver_gone);
    EXPECT_EQ(summary(side_.sent()), bye);
}

TEST_F(P2pSendTest, AnErrorOfThePeerEndsIt) {
    side_.window = 2;
    accepted(std::string(100'000, 'x'));
    const std::uint32_t session = read_p2p(last_[1]).header.session_id;
    say(peer_.data(session, 0, 0, "", 0x80));
    EXPECT_EQ(end(), FileErrc::protocol_error);
}

TEST_F(P2pSendTest, TransfersTakeTurns) {
    side_.window = 6;
    accepted(std::string(50'000, 'x'));
    const auto first = side_.giver;
    accepted(std::string(50'000, 'y'));
    std::map<std::uint32_t, int> pieces;
    for (int i = 0; i < 8; ++i) {
        side_.talk().writable();
        first->give();
        side_.settle();
        for (const std::string& payload : side_.sent()) ++pieces[read_p2p(payload).header.session_id];
    }
    ASSERT_EQ(pieces.size(), 2U);
    for (const auto& [session, count] : pieces) EXPECT_GT(count, 10) << session;
}

}  // namespace
}  // namespace patchcord::msn
