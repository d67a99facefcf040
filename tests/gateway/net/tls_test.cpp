#include <gtest/gtest.h>
#include <string>

#include "gateway/net/tls_context.hpp"
#include "tests/gateway/support/net_test.hpp"
#include "tests/gateway/support/tls_peer.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::Certificate;
using tests::Peer;
using tests::Session;
using tests::TlsManner;
using tests::TlsPeer;

constexpr std::size_t mebibyte = 1024 * 1024;

class TlsTest : public tests::NetTest {
  protected:
    void SetUp() override {
        listen();
        listener_->set_tls(context_for(certificate_), seconds(60));
    }

    std::shared_ptr<TlsContext> context_for(const Certificate& certificate) {
        std::shared_ptr<TlsContext> context;
        EXPECT_EQ(TlsContext::load(certificate.write_certificate(directory_, "cert.pem"),
                                   certificate.write_key(directory_, "key.pem"), context),
                  "");
        return context;
    }

    TlsPeer& connect_tls(TlsManner manner = {}) { return connect<TlsPeer>(manner); }

    /// That the peer gets back what it says.
    bool is_served(TlsPeer& peer) {
        const std::size_t before = peer.received().size();
        peer.send("hello");
        return until([&] { return peer.ended() || peer.received().size() == before + 5; }) && !peer.ended();
    }

    tests::TemporaryDirectory directory_;
    Certificate certificate_;
};

TEST_F(TlsTest, BytesComeAndGo) {
    EXPECT_TRUE(listener_->secure());
    TlsPeer& peer = connect_tls();
    EXPECT_TRUE(is_served(peer));
    EXPECT_EQ(peer.fingerprint(), certificate_.fingerprint());
    EXPECT_EQ(sessions_.back()->received, "hello");
    EXPECT_TRUE(sessions_.back()->peer.secure);
    EXPECT_EQ(sessions_.back()->peer.address, "127.0.0.1");
    EXPECT_EQ(sessions_.back()->peer.fingerprint, "") << "nothing was shown";
}

TEST_F(TlsTest, BothVersionsAreSpoken) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPeer& peer = connect_tls({version, version});
        EXPECT_TRUE(is_served(peer));
        EXPECT_EQ(peer.version(), version);
    }
}

TEST_F(TlsTest, OlderVersionsAreRefused) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        TlsPeer& peer = connect_tls({version, version});
        EXPECT_FALSE(is_served(peer));
        EXPECT_TRUE(peer.ended());
        EXPECT_FALSE(peer.connected());
        EXPECT_EQ(sessions_.back()->transport, nullptr);
    }
}

TEST_F(TlsTest, ClientCertificateIsKnownByItsFingerprint) {
    const Certificate mine;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_TRUE(is_served(connect_tls({version, version, &mine})));
        EXPECT_EQ(sessions_.back()->peer.fingerprint, mine.fingerprint());
        EXPECT_EQ(sessions_.back()->peer.fingerprint.size(), 64U);
    }
}

TEST_F(TlsTest, ClientCertificateNeedNotBeTrustedByAnybody) {
    const Certificate expired(true);
    EXPECT_TRUE(is_served(connect_tls({TLS1_2_VERSION, TLS1_3_VERSION, &expired})));
    EXPECT_EQ(sessions_.back()->peer.fingerprint, expired.fingerprint());
}

TEST_F(TlsTest, MuchGoesBothWaysWhole) {
    script_.made = [](Session& session) { session.transport->set_send_queue_limit(64 * mebibyte); };
    TlsPeer& peer = connect_tls();
    std::string text;
    for (int i = 0; text.size() < 2 * mebibyte; ++i) text += std::to_string(i) + ",";
    peer.send(text);
    ASSERT_TRUE(until([&] { return peer.received().size() == text.size(); }));
    EXPECT_TRUE(peer.received() == text);
}

TEST_F(TlsTest, SlowReaderGetsManyPiecesInTheEnd) {
    script_.made = [this](Session& session) {
        if (sessions_.size() > 1) return;
        session.transport->set_send_queue_limit(64 * mebibyte);
        for (int i = 0; i < 20'000; ++i) {
            EXPECT_FALSE(session.transport->write(chat::make_wire_bytes(std::string(200, 'a'))));
        }
    };
    TlsPeer& peer = connect_tls();
    ASSERT_TRUE(until([&] { return peer.connected() && sessions_.back()->transport != nullptr; }));
    peer.stop_reading();
    peer.set_appetite(64 * 1024);
    ASSERT_TRUE(is_served(connect_tls())) << "somebody else's words went there and back meanwhile";
    peer.start_reading();
    EXPECT_TRUE(until([&] { return peer.received().size() == 4'000'000; }));
}

TEST_F(TlsTest, WhatComesWithTheHandshakeIsNotForgotten) {
    TlsPeer& peer = connect_tls();
    peer.send(std::string(100'000, 'x'));
    EXPECT_TRUE(until([&] { return !sessions_.empty() && sessions_.back()->received.size() == 100'000; }));
}

TEST_F(TlsTest, WhatTlsHoldsAlreadyIsReadAfterAPause) {
    script_.data = [](Session& session, std::string_view) {
        session.transport->pause_reading();
        session.transport->resume_reading();
    };
    TlsPeer& peer = connect_tls();
    peer.send(std::string(mebibyte, 'x'));
    EXPECT_TRUE(until([&] { return !sessions_.empty() && sessions_.back()->received.size() == mebibyte; }));
}

TEST_F(TlsTest, CloseSendsWhatIsQueuedAndSaysGoodbye) {
    script_.data = [](Session& session, std::string_view) {
        (void)session.transport->write("farewell");
        session.transport->close("test");
    };
    TlsPeer& peer = connect_tls();
    peer.send("x");
    EXPECT_TRUE(until([&] { return peer.ended(); }));
    EXPECT_EQ(peer.received(), "farewell");
    EXPECT_TRUE(peer.was_told_goodbye());
}

TEST_F(TlsTest, PeerThatSaysGoodbyeHasLeftInGoodOrder) {
    TlsPeer& peer = connect_tls();
    ASSERT_TRUE(is_served(peer));
    peer.close_politely();
    EXPECT_TRUE(until([this] { return sessions_.back()->lost == 1; }));
    EXPECT_FALSE(sessions_.back()->why);
}

TEST_F(TlsTest, PeerThatLeavesWithoutGoodbyeHasLeftAllTheSame) {
    TlsPeer& peer = connect_tls();
    ASSERT_TRUE(is_served(peer));
    peer.close();
    EXPECT_TRUE(until([this] { return sessions_.back()->lost == 1; }));
}

TEST_F(TlsTest, PlainTextOnTheTlsPortIsClosed) {
    for (const std::string text : {"NICK ana\r\nUSER ana 0 * :ana\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\n\r\n\r\n",
                                   "\x16\x03\x01\xFF\xFF garbage that looks like a record"}) {
        Peer& peer = connect();
        peer.send(text + std::string(70'000, 'x'));
        EXPECT_TRUE(until([&] { return peer.ended(); })) << text;
        EXPECT_TRUE(until([this] { return sessions_.back()->destroyed; }));
        EXPECT_EQ(sessions_.back()->calls + sessions_.back()->lost, 0U) << "nobody is told of it";
        EXPECT_EQ(peer.received().find("NICK"), std::string::npos);
    }
}

TEST_F(TlsTest, SilentPeerIsClosedAfterTheHandshakeTimeout) {
    listener_->set_tls(context_for(certificate_), milliseconds(100));
    Peer& silent = connect();
    Peer& slow = connect();
    slow.send("\x16\x03\x01");
    EXPECT_TRUE(until([&] { return silent.ended() && slow.ended(); }));
    for (const auto& session : sessions_) {
        EXPECT_EQ(session->lost, 0U) << "as it was never made";
    }
    EXPECT_TRUE(until([this] { return limiter_.size() == 0; }));
}

TEST_F(TlsTest, HandshakeTimeoutEndsWithTheHandshake) {
    listener_->set_tls(context_for(certificate_), milliseconds(100));
    TlsPeer& peer = connect_tls();
    EXPECT_TRUE(is_served(peer));
    bool later = false;
    loop_.after(milliseconds(300), [&] { later = true; });
    EXPECT_TRUE(until([&] { return later; }));
    EXPECT_TRUE(is_served(peer));
}

TEST_F(TlsTest, NewCertificateIsForThoseWhoComeLater) {
    TlsPeer& old_peer = connect_tls();
    ASSERT_TRUE(is_served(old_peer));
    const Certificate renewed;
    listener_->set_tls(context_for(renewed), seconds(60));
    TlsPeer& new_peer = connect_tls();
    EXPECT_TRUE(is_served(new_peer));
    EXPECT_EQ(new_peer.fingerprint(), renewed.fingerprint());
    EXPECT_TRUE(is_served(old_peer)) << "who keeps what it has";
}

TEST_F(TlsTest, RefusedPeerIsClosedWithoutAHandshake) {
    limiter_.set_limits({0, 1, 0, std::chrono::minutes(1), {}});
    ASSERT_TRUE(is_served(connect_tls()));
    Peer& second = connect();
    EXPECT_TRUE(until([&] { return second.ended(); }));
    EXPECT_EQ(second.received(), "");
}

}  // namespace
}  // namespace patchcord::gateway
