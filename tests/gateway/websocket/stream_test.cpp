// Listeners whose connections are WebSockets.

#include "gateway/websocket/stream.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/net/listener.hpp"
#include "gateway/net/tls_context.hpp"
#include "tests/gateway/support/net_test.hpp"
#include "tests/gateway/support/tls_peer.hpp"
#include "tests/gateway/support/websocket_frames.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::client_frame;
using tests::close_frame;
using tests::close_payload;
using tests::Peer;
using tests::ping_frame;
using tests::pong_frame;
using tests::server_frame;
using tests::text_frame;
using tests::websocket_request;

class WebsocketStreamTest : public tests::NetTest {
  protected:
    void SetUp() override { listen_with({}); }

    void listen_with(const std::vector<std::string>& proxies, milliseconds timeout = seconds(60)) {
        if (!listener_) listen();
        auto rules = std::make_shared<WebsocketRules>();
        rules->origins = {"https://chat.lab.test"};
        for (const std::string& text : proxies) rules->proxies.push_back(*parse_network(text));
        rules->refuse = [](Refusal) { return std::string("ERROR :too many\r\n"); };
        rules->limit_hit = [this](WebsocketClose why) { hits_.push_back(why); };
        Layer layer;
        layer.make = [rules](std::unique_ptr<Stream> below) {
            return std::make_unique<WebsocketStream>(std::move(below), rules);
        };
        layer.proxies = rules->proxies;
        listener_->set_layer(std::move(layer), timeout);
    }
    bool ended(Peer& peer) {
        return until([&] { return peer.ended(); });
    }
    /// What came behind the header of the answer.
    static std::string frames(const Peer& peer) {
        const std::size_t end = peer.received().find("\r\n\r\n");
        return end == std::string::npos ? std::string() : peer.received().substr(end + 4);
    }
    bool framed(Peer& peer, const std::string& expected) {
        return until([&] { return peer.ended() || frames(peer).size() >= expected.size(); }) &&
               frames(peer) == expected;
    }
    /// A peer whose handshake has been accepted, and its session.
    std::pair<Peer&, tests::Session&> open(const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        const std::size_t before = sessions_.size();
        Peer& peer = connect();
        peer.send(websocket_request(headers));
        EXPECT_TRUE(until([&] { return sessions_.size() > before && sessions_.back()->transport != nullptr; }));
        EXPECT_TRUE(until([&] { return peer.received().ends_with("\r\n\r\n"); }));
        return {peer, *sessions_.back()};
    }

    std::vector<WebsocketClose> hits_;
};

TEST_F(WebsocketStreamTest, MessagesAreLinesInBothDirections) {
    auto [peer, session] = open();
    peer.send(client_frame(text_frame, "NICK ana"));
    EXPECT_TRUE(framed(peer, server_frame(text_frame, "NICK ana")));
    EXPECT_EQ(session.received, "NICK ana\r\n");
}

TEST_F(WebsocketStreamTest, FramesMayComeWithTheHandshakeOrByteByByte) {
    Peer& eager = connect();
    eager.send(websocket_request() + client_frame(text_frame, "one") + client_frame(text_frame, "two"));
    EXPECT_TRUE(framed(eager, server_frame(text_frame, "one") + server_frame(text_frame, "two")));
    Peer& slow = connect();
    for (const char byte : websocket_request() + client_frame(text_frame, "slow")) {
        slow.send({&byte, 1});
        (void)until([turns = 0]() mutable { return ++turns > 1; });
    }
    EXPECT_TRUE(framed(slow, server_frame(text_frame, "slow")));
}

TEST_F(WebsocketStreamTest, TheSubprotocolSaysWhichFramesAreSent) {
    auto [agreed, first] = open({{"Sec-WebSocket-Protocol", "binary.ircv3.net"}});
    agreed.send(client_frame(text_frame, "x"));
    EXPECT_TRUE(framed(agreed, server_frame(tests::binary_frame, "x")));
    Peer& free = connect();
    free.send(websocket_request() + client_frame(tests::binary_frame, "\xff"));
    EXPECT_TRUE(framed(free, server_frame(tests::binary_frame, "\xff"))) << "as the client does it";
}

TEST_F(WebsocketStreamTest, WhoIsRefusedGetsAnAnswerAndNoSession) {
    Peer& peer = connect();
    peer.send(websocket_request({{"Origin", "https://evil.test"}}));
    EXPECT_TRUE(ended(peer));
    EXPECT_FALSE(peer.was_reset());
    EXPECT_TRUE(peer.received().starts_with("HTTP/1.1 403 "));
    EXPECT_EQ(sessions_.back()->transport, nullptr);
    EXPECT_EQ(sessions_.back()->lost, 0U);
}

TEST_F(WebsocketStreamTest, AHandshakeIsNotWaitedForLongerAndOneInTimeStopsTheClock) {
    listen_with({}, milliseconds(50));
    Peer& slow = connect();
    slow.send("GET / HTTP/1.1\r\n");
    auto [peer, session] = open();
    EXPECT_TRUE(ended(slow));
    bool later = false;
    loop_.after(milliseconds(150), [&] { later = true; });
    EXPECT_TRUE(until([&] { return later; }));
    EXPECT_FALSE(peer.ended());
}

TEST_F(WebsocketStreamTest, PingsAreAnsweredAlsoInTheMiddleOfWhatIsSent) {
    auto [peer, session] = open();
    session.transport->set_send_queue_limit(1024 * 1024);
    peer.stop_reading();
    const std::string line(500, 'x');
    std::string expected;
    for (int i = 0; i < 1500; ++i) {
        ASSERT_FALSE(session.transport->write(line + "\r\n"));
        expected += server_frame(text_frame, line);
    }
    peer.send(client_frame(ping_frame, "still there?"));
    peer.start_reading();
    ASSERT_TRUE(until([&] { return frames(peer).size() >= expected.size() + 14; }));
    std::string got = frames(peer);
    const std::size_t at = got.find(server_frame(pong_frame, "still there?"));
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(at % (line.size() + 4), 0U) << "between two frames";
    EXPECT_EQ(got.erase(at, 14), expected);
    EXPECT_EQ(session.transport->send_queue_size(), 0U);
}

TEST_F(WebsocketStreamTest, TheProtocolHearsOfLinesOnly) {
    auto [peer, session] = open();
    peer.send(client_frame(ping_frame, "x") + client_frame(pong_frame, "y") + client_frame(text_frame, "") +
              client_frame(text_frame, "half", false));
    EXPECT_TRUE(framed(peer, server_frame(pong_frame, "x")));
    EXPECT_EQ(session.calls, 0U);
    peer.send(client_frame(tests::continuation_frame, "way"));
    EXPECT_TRUE(until([&session = session] { return session.received == "halfway\r\n"; }));
    EXPECT_EQ(session.calls, 1U);
}

TEST_F(WebsocketStreamTest, AMessageThatIsTooLongEndsItWithAWord) {
    auto [peer, session] = open();
    peer.send(client_frame(text_frame, "before") + client_frame(text_frame, std::string(70'000, 'x')));
    EXPECT_TRUE(ended(peer));
    EXPECT_FALSE(peer.was_reset()) << "or the last word might not arrive";
    EXPECT_TRUE(frames(peer).ends_with(server_frame(close_frame, close_payload(1009))));
    EXPECT_EQ(session.received, "before\r\n");
    EXPECT_EQ(session.lost, 1U);
    EXPECT_TRUE(session.why);
    EXPECT_EQ(hits_, std::vector<WebsocketClose>{WebsocketClose::too_big});
}

TEST_F(WebsocketStreamTest, TheLogTellsWhyItParted) {
    const auto told = [this](const std::string& why) {
        return until([&] { return log_.count("connection closed") == 1 && log_.count(why) == 1; });
    };
    Peer& refused = connect();
    refused.send(websocket_request({{"Origin", "https://evil.test"}}));
    EXPECT_TRUE(ended(refused));
    refused.close();
    EXPECT_TRUE(told("reason=protocol rule=- words=WebSocket refused"));
    log_ = {};
    Peer& leaver = open().first;
    leaver.send(client_frame(close_frame, close_payload(1001)));
    EXPECT_TRUE(ended(leaver));
    leaver.close();
    EXPECT_TRUE(told("reason=client rule=- words=WebSocket closed"));
    log_ = {};
    Peer& talker = open().first;
    talker.send(client_frame(text_frame, std::string(70'000, 'x')));
    EXPECT_TRUE(ended(talker));
    talker.close();
    EXPECT_TRUE(told("reason=limit rule=websocket_message words=WebSocket message too long"));
}

TEST_F(WebsocketStreamTest, TheClientsCloseIsAnsweredAndAnEndInGoodOrder) {
    auto [peer, session] = open();
    peer.send(client_frame(close_frame, close_payload(1001)) + client_frame(text_frame, "late"));
    EXPECT_TRUE(framed(peer, server_frame(close_frame, close_payload(1001))));
    EXPECT_TRUE(ended(peer));
    EXPECT_EQ(session.lost, 1U);
    EXPECT_FALSE(session.why);
    EXPECT_EQ(session.received, "");
    EXPECT_TRUE(hits_.empty());
}

TEST_F(WebsocketStreamTest, OurCloseComesBehindTheLastLine) {
    auto [peer, session] = open();
    ASSERT_FALSE(session.transport->write("ERROR :bye\r\n"));
    session.transport->close("the end");
    EXPECT_TRUE(framed(peer, server_frame(text_frame, "ERROR :bye") + server_frame(close_frame, close_payload(1000))));
    EXPECT_TRUE(ended(peer));
}

TEST_F(WebsocketStreamTest, AListedProxySpeaksForOthers) {
    listen_with({"127.0.0.1"});
    auto [peer, session] = open({{"X-Forwarded-For", "198.51.100.7"}});
    EXPECT_EQ(session.peer.address, "198.51.100.7");
    EXPECT_FALSE(session.peer.secure);
    auto [secure, other] = open({{"X-Forwarded-For", "198.51.100.8"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_TRUE(other.peer.secure) << "the proxy is on this machine";
}

TEST_F(WebsocketStreamTest, NobodyElseSpeaksForOthers) {
    listen_with({"10.0.0.0/8"});
    auto [peer, session] = open({{"X-Forwarded-For", "198.51.100.7"}, {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(session.peer.address, "127.0.0.1");
    EXPECT_FALSE(session.peer.secure);
}

TEST_F(WebsocketStreamTest, LimitsAreThoseOfWhoIsBehindTheProxy) {
    listen_with({"127.0.0.1"});
    limiter_.set_limits({0, 1, 0, std::chrono::minutes(1), {}});
    (void)open({{"X-Forwarded-For", "198.51.100.7"}});
    Peer& second = connect();
    second.send(websocket_request({{"X-Forwarded-For", "198.51.100.7"}}));
    EXPECT_TRUE(
        framed(second, server_frame(text_frame, "ERROR :too many") + server_frame(close_frame, close_payload(1008))));
    EXPECT_TRUE(ended(second));
    EXPECT_EQ(sessions_.back()->transport, nullptr);
    auto [other, another] = open({{"X-Forwarded-For", "198.51.100.8"}});
    EXPECT_EQ(another.peer.address, "198.51.100.8");
}

TEST_F(WebsocketStreamTest, OverTlsItIsSecure) {
    const tests::TemporaryDirectory directory;
    const tests::Certificate certificate;
    std::shared_ptr<TlsContext> context;
    ASSERT_EQ(TlsContext::load(certificate.write_certificate(directory, "cert.pem"),
                               certificate.write_key(directory, "key.pem"), context),
              "");
    listener_->set_tls(context, seconds(60));
    tests::TlsPeer& peer = connect<tests::TlsPeer>();
    peer.send(websocket_request() + client_frame(text_frame, "hello"));
    EXPECT_TRUE(framed(peer, server_frame(text_frame, "hello")));
    EXPECT_TRUE(sessions_.back()->peer.secure);
    peer.send(client_frame(close_frame, ""));
    EXPECT_TRUE(ended(peer));
    EXPECT_TRUE(peer.was_told_goodbye());
    EXPECT_TRUE(frames(peer).ends_with(server_frame(close_frame, close_payload(1000))));
}

}  // namespace
}  // namespace patchcord::gateway
