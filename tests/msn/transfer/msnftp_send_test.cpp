#include "msn/transfer/msnftp_send.hpp"

#include <set>

#include "tests/msn/transfer/msnftp_peer.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

class MsnftpSendTest : public MsnftpPeer {
  protected:
    void offer(std::string bytes = "hello world") {
        ASSERT_TRUE(side_.give(std::move(bytes), "hello.txt"));
        ASSERT_EQ(said(), Log{"INVITE"});
        cookie_ = last_.cookie;
    }
    /// Accepted by a client that connects to us.
    void accepted(std::string bytes = "hello world") {
        offer(std::move(bytes));
        ASSERT_EQ(say(format_accept(cookie_)), Log{"ACCEPT"});
        ASSERT_TRUE(last_.address);
        connect();
    }
    [[nodiscard]] std::string usr() const { return "USR BOB@example.com " + last_.address->auth_cookie + "\r\n"; }
    [[nodiscard]] std::error_code end() const {
        return side_.giver->stopped.value_or(std::make_error_code(std::errc::operation_in_progress));
    }
    std::string cookie_;
};

TEST_F(MsnftpSendTest, AFileGoesToWhoComesWithTheCookie) {
    accepted();
    EXPECT_EQ(last_.address->host, "192.0.2.7");
    EXPECT_EQ(exchange(""), "") << "the receiver speaks first";
    EXPECT_EQ(exchange("VER MSNFTP\r\n"), "VER MSNFTP\r\n");
    EXPECT_EQ(exchange(usr()), "FIL 11\r\n");
    EXPECT_EQ(exchange("TFR\r\n"), std::string("\0\x0B\0hello world", 14));
    EXPECT_FALSE(side_.giver->stopped);
    exchange("BYE 16777989\r\n");
    EXPECT_EQ(end(), std::error_code());
    EXPECT_TRUE(peer_->lost);
    EXPECT_EQ(said(), Log{});
}

TEST_F(MsnftpSendTest, NobodyElseGetsIt) {
    for (const std::string user :
         {"USR bob@example.com 1\r\n", "USR mal@example.com ", "USR bob@example.com\r\n", "TFR\r\n"}) {
        peer_ = std::make_shared<RawPeer::End>();
        accepted();
        exchange("VER MSNFTP\r\n");
        const std::string whole = user.ends_with(' ') ? user + last_.address->auth_cookie + "\r\n" : user;
        EXPECT_EQ(exchange(whole), "") << whole;
        EXPECT_TRUE(peer_->lost) << whole;
        EXPECT_EQ(end(), FileErrc::protocol_error) << whole;
        EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
        EXPECT_EQ(network_.waiting(), 0U);
    }
}

TEST_F(MsnftpSendTest, NonsenseEndsIt) {
    for (const std::string& words :
         {std::string("GET / HTTP/1.1\r\n"), std::string(2000, 'x'), std::string("VER X\r\n")}) {
        peer_ = std::make_shared<RawPeer::End>();
        accepted();
        exchange(words);
        EXPECT_EQ(end(), FileErrc::protocol_error);
        (void)said();
    }
}

TEST_F(MsnftpSendTest, NobodyComes) {
    offer();
    say(format_accept(cookie_));
    scheduler_.advance(29s);
    EXPECT_FALSE(side_.giver->stopped);
    scheduler_.advance(2s);
    EXPECT_EQ(end(), FileErrc::unreachable);
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
    EXPECT_EQ(network_.waiting(), 0U);
}

TEST_F(MsnftpSendTest, WhoComesAndSaysNothingIsSentAway) {
    accepted();
    exchange("VER MSNFTP\r\n");
    scheduler_.advance(31s);
    network_.run();
    EXPECT_EQ(end(), FileErrc::unreachable);
    EXPECT_TRUE(peer_->lost);
}

TEST_F(MsnftpSendTest, ThePeerBreaksOff) {
    struct Case {
        std::string words;
        FileErrc why;
    };
    for (const Case& given : {Case{"CCL\r\n", FileErrc::cancelled}, Case{"BYE 2164261682\r\n", FileErrc::cancelled},
                              Case{"BYE 2147942405\r\n", FileErrc::no_space}, Case{"BYE\r\n", FileErrc::cancelled},
                              Case{"BYE 16777989\r\n", FileErrc::cancelled}, Case{"X\r\n", FileErrc::protocol_error}}) {
        peer_ = std::make_shared<RawPeer::End>();
        accepted(std::string(300'000, 'x'));
        exchange("VER MSNFTP\r\n");
        exchange(usr());
        side_.giver->stops_at = 100'000;
        exchange("TFR\r\n");
        exchange(given.words);
        EXPECT_EQ(end(), given.why) << given.words;
        EXPECT_EQ(said(), Log{}) << "the connection has told it";
    }
}

TEST_F(MsnftpSendTest, OurCancelIsSaidBetweenTwoBlocks) {
    accepted(std::string(300'000, 'x'));
    exchange("VER MSNFTP\r\n");
    exchange(usr());
    side_.giver->stops_at = 5000;
    const std::string blocks = exchange("TFR\r\n");
    EXPECT_EQ(blocks.size() % 2048, 0U) << "only whole ones";
    side_.desk().withdraw(side_.last_offer());
    network_.run();
    EXPECT_EQ(peer_->take(), std::string("\1\0\0", 3));
    EXPECT_TRUE(peer_->lost);
}

TEST_F(MsnftpSendTest, AConnectionThatBreaksHalfWayIsAFailure) {
    accepted(std::string(300'000, 'x'));
    exchange("VER MSNFTP\r\n");
    exchange(usr());
    side_.giver->stops_at = 5000;
    exchange("TFR\r\n");
    network_.break_all();
    network_.run();
    EXPECT_EQ(end(), FileErrc::receiver_gone);
}

TEST_F(MsnftpSendTest, WhatAPeerCancelsWithIsTheReason) {
    struct Case {
        std::string code;
        FileErrc why;
    };
    for (const Case& given : {Case{"REJECT", FileErrc::declined}, Case{"REJECT_NOT_INSTALLED", FileErrc::not_possible},
                              Case{"TIMEOUT", FileErrc::expired}, Case{"OUTBANDCANCEL", FileErrc::cancelled},
                              Case{"", FileErrc::cancelled}}) {
        offer();
        EXPECT_EQ(say(format_cancel(cookie_, given.code)), Log{}) << "a CANCEL has no answer";
        EXPECT_EQ(end(), given.why) << given.code;
    }
}

TEST_F(MsnftpSendTest, WhatWeCancelWithIsTheReason) {
    offer();
    side_.desk().withdraw(side_.last_offer());
    EXPECT_EQ(said(), Log{"CANCEL OUTBANDCANCEL"});
    offer();
    scheduler_.advance(301s);
    EXPECT_EQ(said(), Log{"CANCEL TIMEOUT"});
}

TEST_F(MsnftpSendTest, OthersCookiesMeanNothing) {
    offer();
    for (const std::string other : {"1", "0", "4294967295"}) {
        EXPECT_EQ(say(format_accept(other)), Log{});
        EXPECT_EQ(say(format_cancel(other, "REJECT")), Log{});
    }
    for (const std::string other : {"-1", "x", "99999999999", "4294967296"}) {
        EXPECT_EQ(say(invitation("Invitation-Command: ACCEPT\r\nInvitation-Cookie: " + other + "\r\n")), Log{});
    }
    EXPECT_FALSE(side_.giver->stopped);
}

TEST_F(MsnftpSendTest, WeGoWhereAReceiverWaits) {
    offer();
    EXPECT_EQ(say(format_sender_connect(cookie_, {"192.0.2.1", 6891, "77"})), Log{});
    ASSERT_EQ(network_.asked_for.size(), 1U);
    EXPECT_EQ(network_.asked_for.at(0), (chat::Endpoint{"192.0.2.1", 6891}));
    EXPECT_EQ(network_.came_from.at(0).address, "192.0.2.1");
    network_.run();
    EXPECT_EQ(end(), FileErrc::unreachable) << "nobody was there";
    EXPECT_EQ(said(), Log{"CANCEL FTTIMEOUT"});
}

TEST_F(MsnftpSendTest, WithoutAnyWayItFailsAtOnce) {
    network_.listens = false;
    offer();
    EXPECT_TRUE(cannot_listen(last_));
    EXPECT_EQ(say(format_accept(cookie_)), Log{"CANCEL FTTIMEOUT"});
    EXPECT_EQ(end(), FileErrc::unreachable);
}

TEST_F(MsnftpSendTest, AnAddressThatNobodyCanBeToldIsNone) {
    for (const std::string address : {"0.0.0.0", "::", "2001:db8::1", "localhost"}) {
        network_.address = address;
        offer();
        EXPECT_EQ(say(format_accept(cookie_)), Log{"CANCEL FTTIMEOUT"}) << address;
        EXPECT_EQ(network_.waiting(), 0U);
    }
}

TEST_F(MsnftpSendTest, AFileTooBigForItsNumbersIsRefused) {
    chat::FileOffer offer;
    offer.size = 1ULL << 32U;
    EXPECT_EQ(side_.talk().offer(offer), FileErrc::too_big);
}

TEST_F(MsnftpSendTest, CookiesAreDrawnAtRandom) {
    std::set<std::string> cookies;
    for (int i = 0; i < 100; ++i) {
        offer();
        cookies.insert(cookie_);
        side_.desk().withdraw(side_.last_offer());
        (void)side_.sent();
    }
    EXPECT_EQ(cookies.size(), 100U);
}

}  // namespace
}  // namespace patchcord::msn
