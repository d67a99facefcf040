// MSNFTP against a peer that says what a test makes it say: msnftp_send, msnftp_receive, msnftp_door, msnftp_stream.

#include <set>

#include "msn/transfer/msnftp_send.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::FileErrc;
using tests::Log;

/// The peer's end of the connection: keeps what comes, says what a test wants.
class RawPeer final : public chat::Protocol {
  public:
    struct End {
        chat::Transport* transport = nullptr;
        std::string heard;
        bool lost = false;
        void say(std::string_view bytes) const {
            if (transport != nullptr) (void)transport->write(bytes);
        }
        std::string take() { return std::exchange(heard, {}); }
    };
    explicit RawPeer(std::shared_ptr<End> end) : end_(std::move(end)) {}
    void connection_made(chat::Transport& transport) override { end_->transport = &transport; }
    void data_received(std::string_view bytes) override { end_->heard += bytes; }
    void connection_lost(std::error_code) override {
        end_->transport = nullptr;
        end_->lost = true;
    }

  private:
    std::shared_ptr<End> end_;
};

class MsnftpPeer : public testing::Test {
  protected:
    MsnftpPeer() { side_.slp = false; }
    static std::string invitation(const std::string& fields) {
        return "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n" + fields + "\r\n";
    }
    /// What we say to it: values of the field that tells most, such as "ACCEPT" or "CANCEL REJECT".
    Log say(const std::string& payload) {
        side_.hear(payload);
        return said();
    }
    Log said() {
        Log lines;
        for (const std::string& payload : side_.sent()) {
            last_ = *parse_invitation(*parse_mime(payload));
            const std::string command = last_.fields.at("invitation-command");
            lines.push_back(last_.cancel_code.empty() ? command : command + " " + last_.cancel_code);
        }
        return lines;
    }
    /// The peer connects to where we wait.
    void connect() {
        ASSERT_EQ(network_.waiting(), 1U);
        network_.visit(std::make_unique<RawPeer>(peer_));
        network_.run();
    }
    std::string exchange(std::string_view bytes) {
        peer_->say(bytes);
        network_.run();
        while (side_.settle()) network_.run();
        return peer_->take();
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide side_{scheduler_, network_, "ana@example.com", "bob@example.com"};
    std::shared_ptr<RawPeer::End> peer_ = std::make_shared<RawPeer::End>();
    Invitation last_;
};

// --- we send ---------------------------------------------------------------------------------------------------------

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

// --- we receive ------------------------------------------------------------------------------------------------------

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

TEST_F(MsnftpReceiveTest, TheMarkBeforeTheEndIsACancel) {
    flowing();
    EXPECT_EQ(exchange(format_msnftp_block("hel") + format_msnftp_end()), "CCL\r\n");
    EXPECT_EQ(end(), FileErrc::cancelled);
    EXPECT_EQ(said(), Log{});
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
