#include "msn/transfer/msnftp_receive.hpp"

#include "tests/msn/transfer/msnftp_peer.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

class MsnftpReceiveTest : public MsnftpPeer {
  protected:
    /// An offer that was accepted; the peer waits for us, or, as it listens, we for it.
    void accepted(std::uint64_t size = 5, const std::string& cookie = "33267") {
        ASSERT_EQ(say(format_file_offer("a.txt", size, cookie)), Log{});
        ASSERT_FALSE(side_.take());
        ASSERT_EQ(said(), Log{"ACCEPT"});
    }
    /// Up to the first block.
    void flowing(std::uint64_t size = 5) {
        accepted(size);
        connect();
        EXPECT_EQ(peer_->take(), "VER MSNFTP\r\n");
        EXPECT_EQ(exchange("VER MSNFTP\r\n"), "USR ana@example.com " + last_.address->auth_cookie + "\r\n");
        EXPECT_EQ(exchange("FIL " + std::to_string(size) + "\r\n"), "TFR\r\n");
    }
    [[nodiscard]] std::error_code end() const {
        return side_.taker->stopped.value_or(std::make_error_code(std::errc::operation_in_progress));
    }
};

TEST_F(MsnftpReceiveTest, AFileComesFromWhoIsAskedToConnect) {
    flowing();
    EXPECT_TRUE(sender_connects(last_));
    EXPECT_EQ(exchange(format_msnftp_block("hel")), "");
    EXPECT_EQ(exchange(format_msnftp_block("lo")), "BYE 16777989\r\n");
    EXPECT_EQ(side_.taker->bytes, "hello");
    EXPECT_EQ(end(), std::error_code());
    EXPECT_TRUE(peer_->lost);
}

TEST_F(MsnftpReceiveTest, TheMarkAtTheEndMeansNothingOnceAllIsThere) {
    flowing();
    EXPECT_EQ(exchange(format_msnftp_block("hello") + format_msnftp_end()), "BYE 16777989\r\n");
    EXPECT_EQ(end(), std::error_code());
}

TEST_F(MsnftpReceiveTest, WhatComesWhenAllIsThereIsNotRead) {
    side_.room = 0;  // so that the connection stays
    flowing();
    for (int i = 0; i < 10; ++i) exchange(i == 0 ? format_msnftp_block("hello") : "BYE 16777987\r\n");
    EXPECT_FALSE(side_.taker->stopped);
    side_.taker->room = 5;
    side_.taker->relay->sink_ready();
    EXPECT_EQ(exchange(""), "BYE 16777989\r\n");
    EXPECT_EQ(end(), std::error_code());
}

TEST_F(MsnftpReceiveTest, TheMarkBeforeTheEndIsACancel) {
    flowing();
    EXPECT_EQ(exchange(format_msnftp_block("hel") + format_msnftp_end()), "CCL\r\n");
    EXPECT_EQ(end(), FileErrc::cancelled);
    EXPECT_EQ(said(), Log{});
}

TEST_F(MsnftpReceiveTest, TheWordForThatIsACancelToo) {
    flowing();
    exchange(format_msnftp_block("hel") + "CCL\n");
    EXPECT_EQ(end(), FileErrc::cancelled);
}

TEST_F(MsnftpReceiveTest, MoreThanWasAnnouncedEndsIt) {
    flowing();
    EXPECT_EQ(exchange(format_msnftp_block("hello!")), "CCL\r\n");
    EXPECT_EQ(end(), FileErrc::wrong_size);
}

TEST_F(MsnftpReceiveTest, AnotherSizeThanInTheInvitationEndsIt) {
    accepted(5);
    connect();
    exchange("VER MSNFTP\r\n");
    exchange("FIL 10485760\r\n");
    EXPECT_EQ(end(), FileErrc::wrong_size);
}

TEST_F(MsnftpReceiveTest, BlocksOfAnyLengthAreTaken) {
    flowing(65'535);
    std::string block("\0\xFF\xFF", 3);
    block.append(65'535, 'z');
    EXPECT_EQ(exchange(block), "BYE 16777989\r\n");
    EXPECT_EQ(side_.taker->bytes.size(), 65'535U);
}

TEST_F(MsnftpReceiveTest, NonsenseEndsIt) {
    flowing();
    exchange("BYE 2164261683\r\n");
    EXPECT_EQ(end(), FileErrc::protocol_error);
}

TEST_F(MsnftpReceiveTest, OurCancelIsSaid) {
    flowing();
    side_.desk().decline(side_.last_offer());
    network_.run();
    EXPECT_EQ(peer_->take(), "CCL\r\n");
    EXPECT_TRUE(peer_->lost);
}

TEST_F(MsnftpReceiveTest, ADiskThatIsFullIsSaid) {
    flowing();
    side_.taker->relay->sink_failed(FileErrc::no_space);
    network_.run();
    EXPECT_EQ(peer_->take(), "BYE 2147942405\r\n");
}

TEST_F(MsnftpReceiveTest, AConnectionThatBreaksHalfWayIsAFailure) {
    flowing();
    exchange(format_msnftp_block("hel"));
    network_.break_all();
    network_.run();
    EXPECT_EQ(end(), FileErrc::sender_gone);
}

TEST_F(MsnftpReceiveTest, WhoKnowsOnlyTheOldWaySaysWhereItWaits) {
    accepted();
    EXPECT_EQ(say(format_accept("33267", {"192.0.2.1", 6891, "77"})), Log{});
    ASSERT_EQ(network_.asked_for.size(), 1U);
    EXPECT_EQ(network_.asked_for[0], (chat::Endpoint{"192.0.2.1", 6891}));
    EXPECT_EQ(network_.waiting(), 0U) << "one way is enough";
    EXPECT_EQ(say(format_accept("33267", {"192.0.2.1", 6892, "77"})), Log{});
    EXPECT_EQ(network_.asked_for.size(), 1U) << "once";
}

TEST_F(MsnftpReceiveTest, AllPlacesAreTriedInTurn) {
    accepted();
    say(
        invitation("Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\nIP-Address: 192.0.2.1\r\n"
                   "IP-Address-Internal: 10.0.0.5\r\nPort: 6891\r\nPortX: 11178\r\nAuthCookie: 7\r\n"));
    network_.run();
    EXPECT_EQ(network_.asked_for,
              (std::vector<chat::Endpoint>{{"192.0.2.1", 6891}, {"192.0.2.1", 11178}, {"10.0.0.5", 6891}}));
    EXPECT_EQ(end(), FileErrc::unreachable);
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
}

TEST_F(MsnftpReceiveTest, AnAddressThatIsNotGoneToIsTheReason) {
    network_.refuses = FileErrc::address_refused;
    accepted();
    say(format_accept("33267", {"127.0.0.1", 22, "77"}));
    network_.run();
    EXPECT_EQ(end(), FileErrc::address_refused);
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
}

TEST_F(MsnftpReceiveTest, AnAcceptBeforeOursOrWithoutAPlaceMeansNothing) {
    say(format_file_offer("a.txt", 5, "33267"));
    EXPECT_EQ(say(format_accept("33267", {"192.0.2.1", 6891, "77"})), Log{});
    EXPECT_TRUE(network_.asked_for.empty());
    ASSERT_FALSE(side_.take());
    (void)said();
    for (const std::string port : {"0", "65536", "-1", "x", ""}) {
        say(invitation("Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\nIP-Address: 192.0.2.1\r\nPort: " +
                       port + "\r\nAuthCookie: 7\r\n"));
    }
    EXPECT_TRUE(network_.asked_for.empty());
}

TEST_F(MsnftpReceiveTest, NobodyComes) {
    accepted();
    scheduler_.advance(31s);
    EXPECT_EQ(end(), FileErrc::unreachable);
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
    EXPECT_EQ(network_.waiting(), 0U);
}

TEST_F(MsnftpReceiveTest, WhenNeitherCanBeConnectedToItFailsAtOnce) {
    network_.listens = false;
    say(format_file_offer("a.txt", 5, "33267", false));
    (void)side_.take();
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
    EXPECT_EQ(end(), FileErrc::unreachable);
}

TEST_F(MsnftpReceiveTest, AnEmptyFileThatCannotBeHadFailsToo) {
    accepted(0);
    scheduler_.advance(31s);
    EXPECT_EQ(end(), FileErrc::unreachable);
}

TEST_F(MsnftpReceiveTest, ADeclinedOfferIsRejected) {
    say(format_file_offer("a.txt", 5, "33267"));
    side_.desk().decline(side_.last_offer());
    EXPECT_EQ(said(), Log{"CANCEL REJECT"});
    EXPECT_EQ(last_.cookie, "33267");
    say(format_file_offer("a.txt", 5, "0033268"));
    scheduler_.advance(301s);
    EXPECT_EQ(said(), Log{"CANCEL TIMEOUT"});
    EXPECT_EQ(last_.cookie, "0033268") << "as they wrote it";
}

TEST_F(MsnftpReceiveTest, TheSameOfferTwiceIsShownOnce) {
    say(format_file_offer("a.txt", 5, "33267"));
    EXPECT_EQ(say(format_file_offer("a.txt", 5, "33267")), Log{});
    EXPECT_EQ(side_.desk().all().size(), 1U);
}

TEST_F(MsnftpReceiveTest, WhatIsNoFileOrHasNoSizeIsRejected) {
    const std::string invite = "Invitation-Command: INVITE\r\nInvitation-Cookie: 7\r\n";
    EXPECT_EQ(say(invitation(invite + "Application-GUID: {02D3C01F-BF30-4825-A83A-DE7AF41648AA}\r\n")),
              Log{"CANCEL REJECT_NOT_INSTALLED"});
    EXPECT_EQ(say(invitation(invite)), Log{"CANCEL REJECT_NOT_INSTALLED"});
    for (const std::string size : {"-1", "x", "", "99999999999999999999"}) {
        EXPECT_EQ(say(invitation(invite + "Application-File: a\r\nApplication-FileSize: " + size + "\r\n")),
                  Log{"CANCEL REJECT"})
            << size;
    }
    EXPECT_EQ(say(invitation(invite + "Application-File: a\r\nApplication-FileSize: 10737418240\r\n")),
              Log{"CANCEL REJECT"})
        << "more than the gateway passes on";
    EXPECT_EQ(say(invitation("Invitation-Command: INVITE\r\nApplication-File: a\r\n")), Log{}) << "no cookie";
    EXPECT_TRUE(side_.desk().all().empty());
}

TEST_F(MsnftpReceiveTest, ASlowTakerHoldsTheConnection) {
    side_.room = 100;
    flowing(500'000);
    for (int i = 0; i < 100; ++i) peer_->say(format_msnftp_block(std::string(2045, 'x')));
    network_.run();
    EXPECT_LT(side_.taker->relay->received(), 80'000U);
    EXPECT_FALSE(side_.held) << "the conversation goes on";
    EXPECT_FALSE(side_.taker->stopped);
}

}  // namespace
}  // namespace patchcord::msn
