#include "msn/transfer/p2p_receive.hpp"

#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

class P2pReceiveTest : public testing::Test {
  protected:
    /// What we say to a message.
    Log say(const std::string& payload) {
        EXPECT_TRUE(side_.hear(payload));
        last_ = side_.sent();
        return summary(last_);
    }
    /// The same to what completes the file, once the taker has it.
    Log finish(const std::string& payload) {
        EXPECT_EQ(say(payload), Log{});
        side_.settle();
        return summary(side_.sent());
    }
    /// An offer that was accepted.
    void accepted(std::uint64_t size) {
        say(peer_.invite(7, size));
        ASSERT_FALSE(side_.take());
        last_ = side_.sent();
        ASSERT_EQ(summary(last_), (Log{"MSNSLP/1.0 200 OK"}));
    }
    [[nodiscard]] std::error_code end() const {
        return side_.taker->stopped.value_or(std::make_error_code(std::errc::operation_in_progress));
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide side_{scheduler_, network_, "ana@example.com", "bob@example.com"};
    P2pPeer peer_;
    Log last_;
};

TEST_F(P2pReceiveTest, AnOfferIsAcknowledgedAndShown) {
    EXPECT_EQ(say(peer_.invite(7, 5, "../../x/\xE2\x80\xAEgpj.exe")), Log{"ack"});
    EXPECT_EQ(side_.told(), (Log{"file bob -> ana: gpj.exe 5"}));
}

TEST_F(P2pReceiveTest, TheSameOfferTwiceIsAcknowledgedTwiceAndShownOnce) {
    const std::string offer = peer_.invite(7, 5);
    say(offer);
    EXPECT_EQ(say(offer), Log{"ack"});
    EXPECT_EQ(side_.desk().all().size(), 1U);
    side_.desk().decline(side_.last_offer());
    EXPECT_EQ(summary(side_.sent()), (Log{"MSNSLP/1.0 603 Decline"}));
    EXPECT_EQ(say(offer), Log{"ack"});
    EXPECT_TRUE(side_.desk().all().empty()) << "it was answered";
}

TEST_F(P2pReceiveTest, WhatMakesNoSenseIsAnError) {
    const Log error{"ack", "MSNSLP/1.0 500 Internal Error"};
    EXPECT_EQ(say(peer_.invite_with(7, "")), error);
    EXPECT_EQ(say(peer_.invite_with(8, "PgIA!!!!")), error);
    EXPECT_EQ(say(peer_.invite_with(9, std::string(100, 'A'))), error) << "too short";
    EXPECT_EQ(say(peer_.invite(0, 5)), error);
    EXPECT_EQ(say(peer_.invite(17, 5)), (Log{"ack"}));
    SlpDialogue again = peer_.dialogue(17);
    again.branch = format_guid({1, 2, 3, 4});
    again.call_id = format_guid({1, 2, 3, 5});
    EXPECT_EQ(say(peer_.text(format_slp_file_invite(again, format_file_context("a", 1)))), error)
        << "its session is another's";
    EXPECT_EQ(side_.desk().all().size(), 1U);
}

TEST_F(P2pReceiveTest, WhatIsNoFileIsDeclined) {
    for (const std::string guid : {"{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}", "{4BD96FC0-AB17-4425-A14A-439185962DC8}",
                                   "{1C9AA97E-9C05-4583-A3BD-908A196F1E92}", "x", ""}) {
        std::string invite = format_slp_file_invite(peer_.dialogue(7), "x");
        invite.replace(invite.find("{5D3E02AB"), 38, guid);
        invite.replace(invite.find("branch={"), 9, "branch={" + guid.substr(0, 2));
        EXPECT_EQ(say(peer_.text(invite)), (Log{"ack", "MSNSLP/1.0 603 Decline"})) << guid;
    }
}

TEST_F(P2pReceiveTest, MoreThanFiveAreDeclinedAndAFloodLeavesNothing) {
    for (std::uint32_t session = 1; session <= 300; ++session) {
        const Log answer = say(peer_.invite(session, 5));
        EXPECT_EQ(answer, session <= 5 ? Log{"ack"} : (Log{"ack", "MSNSLP/1.0 603 Decline"})) << session;
    }
    EXPECT_EQ(side_.desk().all().size(), 5U);
}

TEST_F(P2pReceiveTest, ADirectConnectionIsRefusedBeforeAndAfterTheAnswer) {
    say(peer_.invite(7, 5));
    const auto ask = [this](std::uint32_t branch) {
        SlpDialogue with = peer_.dialogue(7);
        with.branch = format_guid({branch, 0, 0, 0});
        std::string invite = format_slp_file_invite(with, "x");
        invite.replace(invite.find("sessionreqbody"), 14, "transreqbody");
        return say(peer_.text(invite));
    };
    EXPECT_EQ(ask(1), (Log{"ack", "MSNSLP/1.0 200 OK"}));
    EXPECT_NE(last_[1].find("Listening: false"), std::string::npos);
    ASSERT_FALSE(side_.take());
    (void)side_.sent();
    EXPECT_EQ(ask(2), (Log{"ack", "MSNSLP/1.0 200 OK"}));
    EXPECT_NE(last_[1].find("Listening: false"), std::string::npos);
}

TEST_F(P2pReceiveTest, ADirectConnectionMayBeAskedForWithTheViaOfTheOffer) {
    say(peer_.invite(7, 5));
    std::string invite = format_slp_file_invite(peer_.dialogue(7), "x");
    invite.replace(invite.find("sessionreqbody"), 14, "transreqbody");
    EXPECT_EQ(say(peer_.text(invite)), (Log{"ack", "MSNSLP/1.0 200 OK"}));
    EXPECT_EQ(say(peer_.text(invite)), Log{"ack"}) << "it was answered";
}

TEST_F(P2pReceiveTest, ASenderWhoDeclinesTheirOwnOfferTakesItBack) {
    const std::string offer = peer_.invite(7, 5);
    say(offer);
    side_.told();
    EXPECT_EQ(say(peer_.answer(offer, 603)), Log{"ack"});
    EXPECT_EQ(side_.told(), (Log{"file bob -> ana: cat.png 5: cancelled"}));
}

TEST_F(P2pReceiveTest, TheFileIsAcknowledgedOnceAndTheSenderSaysGoodbye) {
    accepted(5);
    EXPECT_EQ(say(peer_.data(7, 0, 5, "he")), Log{});
    EXPECT_EQ(say(peer_.data(7, 2, 5, "llo")), Log{}) << "nobody has it yet";
    EXPECT_EQ(side_.taker->bytes, "hello");
    side_.settle();
    EXPECT_EQ(summary(side_.sent()), Log{"ack"});
    EXPECT_EQ(end(), std::error_code());
    EXPECT_TRUE(side_.talk().idle());
    EXPECT_EQ(say(peer_.bye(7)), Log{"ack"});
    scheduler_.advance(60s);
    EXPECT_EQ(side_.sent(), Log{});
}

TEST_F(P2pReceiveTest, ATakerWhoIsSlowAtTheEndDoesNotMakeTheSenderGiveUp) {
    accepted(5);
    say(peer_.data(7, 0, 5, "hello"));
    scheduler_.advance(19s);
    EXPECT_EQ(side_.sent(), Log{});
    scheduler_.advance(1s);
    EXPECT_EQ(summary(side_.sent()), Log{"ack"});
    side_.settle();
    EXPECT_EQ(side_.sent(), Log{}) << "once";
    EXPECT_EQ(end(), std::error_code());
}

TEST_F(P2pReceiveTest, WhatWasNotTakenToTheEndIsNotAcknowledged) {
    accepted(5);
    say(peer_.data(7, 0, 5, "hello"));
    side_.taker->relay->sink_failed(FileErrc::receiver_gone);
    scheduler_.advance(60s);
    EXPECT_EQ(summary(side_.sent()), (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
}

TEST_F(P2pReceiveTest, WhatATakerHoldsBackIsNotLate) {
    side_.room = 0;
    accepted(1'000'000);
    std::string piece(1200, 'x');
    std::uint64_t at = 0;
    for (; !side_.held; at += piece.size()) say(peer_.data(7, at, 1'000'000, piece));
    ASSERT_LT(at, 200'000U);
    P2pPeer other;
    say(other.invite(8, 5));
    ASSERT_FALSE(side_.desk().accept(side_.last_offer(),
                                     std::make_unique<tests::ManualSink>(std::make_shared<tests::FileEnd>())));
    EXPECT_EQ(summary(side_.sent()), (Log{"MSNSLP/1.0 200 OK"}));
    scheduler_.advance(60s);
    EXPECT_EQ(side_.sent(), Log{}) << "whether the peer reacts cannot be known";
    side_.taker->room = 1'000'000;
    side_.taker->relay->sink_ready();
    ASSERT_FALSE(side_.held);
    scheduler_.advance(29s);
    EXPECT_EQ(side_.sent(), Log{});
    scheduler_.advance(2s);
    EXPECT_EQ(summary(side_.sent()), (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
}

TEST_F(P2pReceiveTest, WhenTheSenderDoesNotSayGoodbyeWeDo) {
    accepted(5);
    say(peer_.data(7, 0, 5, "hello"));
    side_.settle();
    EXPECT_EQ(summary(side_.sent()), Log{"ack"});
    scheduler_.advance(29s);
    EXPECT_EQ(side_.sent(), Log{});
    scheduler_.advance(2s);
    EXPECT_EQ(summary(side_.sent()), (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(P2pReceiveTest, AByeBeforeTheLastPieceWithdrawsIt) {
    say(peer_.invite(7, 5));
    side_.told();
    EXPECT_EQ(say(peer_.bye(7)), Log{"ack"});
    EXPECT_EQ(side_.told(), (Log{"file bob -> ana: cat.png 5: cancelled"}));
    peer_.identifier += 5;
    P2pPeer other;
    say(other.invite(8, 5));
    ASSERT_FALSE(side_.take());
    say(other.data(8, 0, 5, "he"));
    EXPECT_EQ(say(other.bye(8)), Log{"ack"});
    EXPECT_EQ(end(), FileErrc::cancelled);
}

TEST_F(P2pReceiveTest, GapsOverlapsAndOtherSizesEndIt) {
    struct Case {
        std::uint64_t offset;
        std::uint64_t total;
        std::string_view bytes;
        FileErrc why;
    };
    std::uint32_t session = 20;
    for (const Case& wrong : {Case{3, 5, "lo", FileErrc::protocol_error}, Case{1, 5, "el", FileErrc::protocol_error},
                              Case{0, 5, "hello", FileErrc::protocol_error}, Case{2, 6, "llo", FileErrc::wrong_size},
                              Case{2, 1ULL << 40U, "llo", FileErrc::wrong_size}}) {
        ++session;
        say(peer_.invite(session, 5));
        ASSERT_FALSE(side_.take());
        say(peer_.data(session, 0, 5, "he"));
        EXPECT_EQ(say(peer_.data(session, wrong.offset, wrong.total, wrong.bytes)),
                  (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
        EXPECT_EQ(end(), wrong.why);
    }
}

TEST_F(P2pReceiveTest, WhatIsShortOrLiesOutsideIsDropped) {
    accepted(5);
    const std::string good = peer_.data(7, 0, 5, "hello");
    const std::size_t head = good.find("\r\n\r\n") + 4;
    for (const std::size_t size : {0U, 1U, 4U, 47U, 48U, 51U}) {
        EXPECT_EQ(say(good.substr(0, head + size)), Log{}) << size;
    }
    EXPECT_EQ(say(peer_.data(7, 0xFFFFFFFFFFFFFF00, 0xFFFFFFFFFFFFFFFF, std::string(512, 'x'))), Log{});
    EXPECT_EQ(say(peer_.data(7, 0, 3, "hello")), Log{});
    EXPECT_EQ(finish(good), Log{"ack"});
    EXPECT_EQ(side_.taker->bytes, "hello");
}

TEST_F(P2pReceiveTest, AnotherSessionAndAnotherReceiverAreNoneOfOurs) {
    accepted(5);
    EXPECT_EQ(say(peer_.data(8, 0, 5, "xxxxx")), Log{});
    P2pPeer elsewhere("carol@example.com");
    EXPECT_FALSE(side_.hear(elsewhere.data(7, 0, 5, "xxxxx")));
    EXPECT_EQ(finish(peer_.data(7, 0, 5, "hello")), Log{"ack"});
    EXPECT_EQ(side_.taker->bytes, "hello");
}

TEST_F(P2pReceiveTest, DataBeforeTheAnswerIsNotKept) {
    say(peer_.invite(7, 5));
    EXPECT_EQ(say(peer_.data(7, 0, 5, "hello")), Log{});
    ASSERT_FALSE(side_.take());
    EXPECT_EQ(side_.taker->bytes, "");
}

TEST_F(P2pReceiveTest, AnErrorOfThePeerEndsItWithoutAWord) {
    for (const std::uint32_t flags : {0x8U, 0x40U, 0x80U}) {
        say(peer_.invite(flags, 5));
        ASSERT_FALSE(side_.take());
        (void)side_.sent();
        EXPECT_EQ(say(peer_.data(flags, 0, 0, "", flags)), Log{});
        EXPECT_EQ(end(), FileErrc::protocol_error);
    }
}

TEST_F(P2pReceiveTest, APeerThatDoesNotReactToTheAnswerIsGivenUp) {
    accepted(5);
    scheduler_.advance(29s);
    EXPECT_FALSE(side_.taker->stopped);
    scheduler_.advance(2s);
    EXPECT_EQ(end(), FileErrc::stalled);
    EXPECT_EQ(summary(side_.sent()), (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
}

TEST_F(P2pReceiveTest, APeerThatReactsHasTime) {
    accepted(5);
    say(peer_.ack(read_p2p(last_[0]).header));
    scheduler_.advance(100s);
    EXPECT_FALSE(side_.taker->stopped);
}

TEST_F(P2pReceiveTest, ThePreparationOfPicturesIsNoPartOfTheFile) {
    accepted(5);
    EXPECT_EQ(say(peer_.data(7, 0, 4, std::string(4, '\0'), 0)), Log{"ack"});
    EXPECT_EQ(finish(peer_.data(7, 0, 5, "hello")), Log{"ack"});
    EXPECT_EQ(side_.taker->bytes, "hello");
}

TEST_F(P2pReceiveTest, ASizeBeyondTheLimitIsDeclined) {
    EXPECT_EQ(say(peer_.invite(7, 0xFFFFFFFFFFFFFFFF)), (Log{"ack", "MSNSLP/1.0 603 Decline"}));
}

}  // namespace
}  // namespace patchcord::msn
