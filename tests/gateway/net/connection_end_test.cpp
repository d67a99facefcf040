// Every connection that ends has one line in the log that says why, and moves one counter.

#include "gateway/net/connection_end.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "chat_core/metrics.hpp"
#include "gateway/net/connection.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using chat::CloseKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using tests::Peer;
using tests::Session;

const std::string begin = "connection closed listener=msn address=127.0.0.1 ";

class ConnectionEndTest : public tests::NetTest {
  protected:
    void SetUp() override {
        loop_.count_ends_in(&counters_);
        listen();
        listener_->set_door(Door::msn);
    }
    void TearDown() override {
        NetTest::TearDown();
        std::int64_t counted = 0;
        for (const chat::Metric& metric : metrics_.all()) counted += metric.value();
        EXPECT_EQ(log_.count("connection closed"), static_cast<std::size_t>(counted));
    }
    /// The one line there is, up to now, without what all have in common, and without the time it took.
    std::string line() {
        EXPECT_TRUE(until([this] { return log_.count("connection closed") > 0; }));
        EXPECT_EQ(log_.count("connection closed"), 1U);
        for (const std::string& line : log_.lines()) {
            const std::size_t at = line.find(begin);
            if (at == std::string::npos) continue;
            const std::size_t from = at + begin.size();
            const std::size_t time = line.find("seconds=", from);
            return line.substr(from, time - from) + line.substr(line.find(' ', time) + 1);
        }
        return "nothing";
    }
    std::int64_t closed(std::string_view reason) {
        return metrics_.value("patchcord_connections_closed_total",
                              "listener=\"msn\",reason=\"" + std::string(reason) + "\"");
    }

    chat::MetricRegistry metrics_;
    ConnectionEndCounters counters_{metrics_};
};

TEST_F(ConnectionEndTest, ThePeerCloses) {
    auto [peer, session] = connect_and_wait();
    peer.send("hello");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hello"; }));
    peer.close();
    EXPECT_EQ(line(), "who=- received=5 sent=5 reason=client rule=- words=closed by the peer");
    EXPECT_EQ(closed("client"), 1);
}

TEST_F(ConnectionEndTest, ThePeerResets) {
    auto [peer, session] = connect_and_wait();
    peer.reset();
    EXPECT_EQ(line(), "who=- received=0 sent=0 reason=lost rule=- words=Connection reset by peer");
    EXPECT_EQ(closed("lost"), 1);
}

TEST_F(ConnectionEndTest, TheProtocolSaysWhyAndWhoItWas) {
    script_.data = [](Session& session, std::string_view) {
        session.identity = {"msn-ns#7", "bob@example.com"};
        session.transport->close({CloseKind::timeout, "silent for too long", "msn.silence_timeout"});
        session.identity = {};
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    peer.close();
    EXPECT_EQ(line(),
              "who=bob@example.com received=1 sent=0 reason=timeout rule=msn.silence_timeout "
              "words=silent for too long");
    EXPECT_EQ(log_.count("msn-ns#7 connection closed"), 1U);
    EXPECT_EQ(closed("timeout"), 1);
}

TEST_F(ConnectionEndTest, TheFirstReasonCounts) {
    script_.data = [](Session& session, std::string_view) {
        session.transport->close({CloseKind::protocol, "first"});
        session.transport->close_now({CloseKind::limit, "second"});
    };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    peer.close();
    EXPECT_EQ(line(), "who=- received=1 sent=0 reason=protocol rule=- words=first");
}

TEST_F(ConnectionEndTest, AResetDuringTheFarewellIsNoOtherReason) {
    script_.data = [](Session& session, std::string_view) { session.transport->close({CloseKind::login, "no"}); };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_TRUE(until([&peer = peer] { return peer.ended(); }));
    peer.reset();
    EXPECT_TRUE(until([this] { return loop_.connections() == 0; }));
    EXPECT_EQ(line(), "who=- received=1 sent=0 reason=login rule=- words=no");
}

TEST_F(ConnectionEndTest, WordsAloneMeanThatItHasServedItsPurpose) {
    script_.data = [](Session& session, std::string_view) { session.transport->close_now("answered"); };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_EQ(line(), "who=- received=1 sent=0 reason=done rule=- words=answered");
}

TEST_F(ConnectionEndTest, AFailedSession) {
    script_.data = [](Session&, std::string_view) { throw std::runtime_error("a bug"); };
    auto [peer, session] = connect_and_wait();
    peer.send("x");
    EXPECT_EQ(line(), "who=- received=1 sent=0 reason=failure rule=- words=session failed");
    EXPECT_EQ(closed("failure"), 1);
}

TEST_F(ConnectionEndTest, AHandshakeWhenTheServerStops) {
    listener_->set_proxies({*parse_network("127.0.0.1")}, minutes(1));
    connect();
    EXPECT_TRUE(until([this] { return loop_.connections() == 1; }));
    loop_.set_draining();
    EXPECT_EQ(line(), "who=- received=0 sent=0 reason=shutdown rule=- words=the server stops");
}

TEST_F(ConnectionEndTest, AHandshakeThatTakesTooLong) {
    listener_->set_proxies({*parse_network("127.0.0.1")}, milliseconds(20));
    connect();
    EXPECT_EQ(line(),
              "who=- received=0 sent=0 reason=timeout rule=msn.tls.handshake_timeout "
              "words=handshake timed out");
}

TEST_F(ConnectionEndTest, NoneIsLetInBeyondTheLimits) {
    limiter_.set_limits({1, 0, 0, minutes(1), {}});
    connect_and_wait();
    connect();
    EXPECT_EQ(line(), "who=- received=0 sent=0 reason=refused rule=msn.max_clients words=too many in all");
    EXPECT_EQ(closed("refused"), 1);
}

TEST_F(ConnectionEndTest, NoneIsLetInBeyondTheLimitsOfItsAddress) {
    limiter_.set_limits({0, 1, 0, minutes(1), {}});
    connect_and_wait();
    connect();
    EXPECT_EQ(line(),
              "who=- received=0 sent=0 reason=refused rule=msn.max_clients_per_address "
              "words=too many from this address");
}

TEST_F(ConnectionEndTest, WhoIsRefusedBehindAProxyIsNamed) {
    limiter_.set_limits({0, 0, 1, minutes(1), {}});
    listener_->set_proxies({*parse_network("127.0.0.1")}, minutes(1));
    const std::string header = "PROXY TCP4 198.51.100.7 192.0.2.1 1111 6667\r\n";
    connect().send(header);
    EXPECT_TRUE(until([this] { return sessions_.size() == 1 && sessions_.back()->transport != nullptr; }));
    connect().send(header);
    EXPECT_TRUE(until([this] { return log_.count("connection closed listener=msn address=198.51.100.7") == 1; }));
    EXPECT_EQ(log_.count("reason=refused rule=msn.max_connects_per_address words=too often from this address"), 1U);
    EXPECT_EQ(closed("refused"), 1);
}

TEST_F(ConnectionEndTest, AProtocolThatCannotBeMadeIsCountedToo) {
    Service service;
    service.make_protocol = []() -> std::unique_ptr<chat::Protocol> { throw std::runtime_error("broken"); };
    listener_ = std::make_unique<Listener>(loop_, log_, limiter_, std::move(service));
    listener_->set_door(Door::msn);
    ASSERT_FALSE(listener_->listen(*parse_endpoint("127.0.0.1:0")));
    connect();
    EXPECT_TRUE(until([this] { return closed("failure") == 1; }));
    EXPECT_EQ(log_.count("connection closed"), 1U);
    EXPECT_EQ(log_.count("session failed error=broken"), 1U);
}

TEST(DoorTest, EachHasTheNameThatTheReadinessLineKnows) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Door::count_); ++i) {
        const auto door = static_cast<Door>(i);
        EXPECT_FALSE(door_name(door).empty());
        EXPECT_EQ(door_named(door_name(door)), door);
    }
    EXPECT_EQ(key_of_door(Door::irc_wss, "max_clients"), "irc.max_clients");
    EXPECT_EQ(key_of_door(Door::http_tls, "tls.handshake_timeout"), "http.tls.handshake_timeout");
    EXPECT_EQ(key_of_door(Door::service, "max_clients"), "");
}

TEST(CloseKindTest, PeopleWhoComeAndGoAreNoNews) {
    for (const CloseKind kind : {CloseKind::done, CloseKind::client, CloseKind::lost, CloseKind::shutdown})
        EXPECT_EQ(level_of(kind), chat::LogLevel::debug);
    for (const CloseKind kind : {CloseKind::protocol, CloseKind::login, CloseKind::timeout, CloseKind::limit,
                                 CloseKind::refused, CloseKind::removed, CloseKind::failure})
        EXPECT_EQ(level_of(kind), chat::LogLevel::info);
}

}  // namespace
}  // namespace patchcord::gateway
