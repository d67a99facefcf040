// Listeners behind a proxy, and peers who speak for others.

#include <gtest/gtest.h>
#include <string>

#include "gateway/net/listener.hpp"
#include "gateway/net/tls_context.hpp"
#include "tests/gateway/support/net_test.hpp"
#include "tests/gateway/support/tls_peer.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::Peer;

const std::string header = "PROXY TCP4 198.51.100.7 127.0.0.1 40000 6667\r\n";

class ProxyTest : public tests::NetTest {
  protected:
    void SetUp() override { listen_behind({"127.0.0.1"}); }

    void listen_behind(const std::vector<std::string>& proxies, milliseconds timeout = seconds(60)) {
        if (!listener_) listen();
        std::vector<Network> networks;
        for (const std::string& text : proxies) networks.push_back(*parse_network(text));
        listener_->set_proxies(std::move(networks), timeout);
    }
    bool ended(Peer& peer) {
        return until([&] { return peer.ended(); });
    }
    bool echoed(Peer& peer, const std::string& text) {
        return until([&] { return peer.ended() || peer.received() == text; }) && peer.received() == text;
    }
};

TEST_F(ProxyTest, TheHeaderSaysWhoThePeerIsAndWhatFollowsIsForTheProtocol) {
    Peer& peer = connect();
    peer.send(header + "NICK ana\r\n");
    EXPECT_TRUE(echoed(peer, "NICK ana\r\n"));
    EXPECT_EQ(sessions_.back()->peer.address, "198.51.100.7");
    EXPECT_FALSE(sessions_.back()->peer.secure);
}

TEST_F(ProxyTest, TheHeaderMayComeByteByByte) {
    Peer& peer = connect();
    for (const char byte : header) {
        peer.send({&byte, 1});
        EXPECT_TRUE(sessions_.empty() || sessions_.back()->transport == nullptr) << "nobody is there before its end";
        (void)until([turns = 0]() mutable { return ++turns > 1; });
    }
    peer.send("hello");
    EXPECT_TRUE(echoed(peer, "hello"));
    EXPECT_EQ(sessions_.back()->peer.address, "198.51.100.7");
}

TEST_F(ProxyTest, WithoutAHeaderThePeerIsClosed) {
    for (const std::string first : {"NICK ana\r\n", "PROXY TCP4 a b c d\r\n", "\r\n\r\n\r\n"}) {
        Peer& peer = connect();
        peer.send(first);
        EXPECT_TRUE(ended(peer)) << first;
        EXPECT_EQ(peer.received(), "");
    }
    EXPECT_EQ(log_.count("not a PROXY header"), 3U);
}

TEST_F(ProxyTest, AHeaderThatDoesNotEndIsNotWaitedForLonger) {
    listen_behind({"127.0.0.1"}, milliseconds(50));
    Peer& peer = connect();
    peer.send("PROXY TCP4 ");
    EXPECT_TRUE(ended(peer));
}

TEST_F(ProxyTest, AHeaderInTimeStopsTheClock) {
    listen_behind({"127.0.0.1"}, milliseconds(50));
    Peer& peer = connect();
    peer.send(header + "x");
    EXPECT_TRUE(echoed(peer, "x"));
    bool later = false;
    loop_.after(milliseconds(150), [&] { later = true; });
    EXPECT_TRUE(until([&] { return later; }));
    EXPECT_FALSE(peer.ended());
}

TEST_F(ProxyTest, AStrangerIsClosedWhateverItSays) {
    listen_behind({"10.0.0.0/8"});
    for (int i = 0; i < 3; ++i) {
        Peer& peer = connect();
        EXPECT_TRUE(ended(peer));
        EXPECT_EQ(peer.received(), "");
    }
    EXPECT_EQ(log_.count("reason=refused rule=irc.proxy_from words=not a listed proxy"), 3U);
    EXPECT_EQ(limiter_.size(), 0U);
}

TEST_F(ProxyTest, AProxyThatSpeaksForItselfKeepsItsAddress) {
    Peer& peer = connect();
    peer.send("PROXY UNKNOWN\r\nhello");
    EXPECT_TRUE(echoed(peer, "hello"));
    EXPECT_EQ(sessions_.back()->peer.address, "127.0.0.1");
}

TEST_F(ProxyTest, LimitsAreThoseOfWhoIsBehindIt) {
    limiter_.set_limits({0, 1, 0, std::chrono::minutes(1), {}});
    Peer& first = connect();
    first.send(header + "x");
    EXPECT_TRUE(echoed(first, "x"));
    Peer& second = connect();
    second.send(header);
    EXPECT_TRUE(ended(second));
    EXPECT_EQ(second.received(), "refused\r\n");
    Peer& other = connect();
    other.send("PROXY TCP4 198.51.100.8 127.0.0.1 40000 6667\r\nx");
    EXPECT_TRUE(echoed(other, "x"));
    first.close();
    EXPECT_TRUE(until([this] { return limiter_.size() == 1; }));
    Peer& third = connect();
    third.send(header + "x");
    EXPECT_TRUE(echoed(third, "x")) << "the slot is free again";
}

TEST_F(ProxyTest, TlsBeginsBehindTheHeader) {
    const tests::TemporaryDirectory directory;
    const tests::Certificate certificate;
    std::shared_ptr<TlsContext> context;
    ASSERT_EQ(TlsContext::load(certificate.write_certificate(directory, "cert.pem"),
                               certificate.write_key(directory, "key.pem"), context),
              "");
    listener_->set_tls(context, seconds(60));
    Peer& peer = connect<tests::TlsPeer>(tests::TlsManner{TLS1_2_VERSION, TLS1_3_VERSION, nullptr, header});
    peer.send("hello");
    EXPECT_TRUE(echoed(peer, "hello"));
    EXPECT_EQ(sessions_.back()->peer.address, "198.51.100.7");
    EXPECT_TRUE(sessions_.back()->peer.secure);
}

class SpeaksForTest : public tests::NetTest {};

TEST_F(SpeaksForTest, ThePeerIsWhoItSpeaksForAndCountedThere) {
    limiter_.set_limits({0, 1, 0, std::chrono::minutes(1), {}});
    listen();
    auto [first, session] = connect_and_wait();
    EXPECT_EQ(session.transport->speaks_for("198.51.100.7", true), chat::Moved::done);
    EXPECT_EQ(session.transport->peer().address, "198.51.100.7");
    EXPECT_FALSE(session.transport->peer().secure) << "not all the way";
    auto [second, other] = connect_and_wait();
    EXPECT_EQ(other.transport->speaks_for("198.51.100.7", false), chat::Moved::too_many);
    EXPECT_EQ(other.transport->peer().address, "127.0.0.1");
    EXPECT_EQ(other.transport->speaks_for("2001:db8::7", false), chat::Moved::done);
    EXPECT_EQ(limiter_.size(), 2U);
}

TEST_F(SpeaksForTest, TooOftenIsToldApart) {
    limiter_.set_limits({0, 0, 1, std::chrono::minutes(1), {asio::ip::make_address("127.0.0.1")}});
    listen();
    auto [first, session] = connect_and_wait();
    EXPECT_EQ(session.transport->speaks_for("198.51.100.7", false), chat::Moved::done);
    auto [second, other] = connect_and_wait();
    EXPECT_EQ(other.transport->speaks_for("198.51.100.7", false), chat::Moved::too_often);
}

TEST_F(SpeaksForTest, OnlyAnAddressOfAnotherMachineIsTaken) {
    listen();
    auto [peer, session] = connect_and_wait();
    for (const char* text : {"", "localhost", "999.1.1.1", "::1", "127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1",
                             "0.0.0.0", "::", "224.0.0.1", "ff02::1", "fe80::1%lo", "1.2.3.4 "}) {
        EXPECT_EQ(session.transport->speaks_for(text, true), chat::Moved::not_an_address) << text;
        EXPECT_EQ(session.transport->peer().address, "127.0.0.1");
    }
    EXPECT_EQ(session.transport->speaks_for("::ffff:198.51.100.7", true), chat::Moved::done);
    EXPECT_EQ(session.transport->peer().address, "198.51.100.7");
}

}  // namespace
}  // namespace patchcord::gateway
