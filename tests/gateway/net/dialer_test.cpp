#include "gateway/net/dialer.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "chat_core/error.hpp"
#include "gateway/net/net_error.hpp"
#include "tests/gateway/support/dial_test.hpp"

namespace patchcord::gateway {
namespace {

using chat::Security;
using std::chrono::milliseconds;
using tests::Session;

asio::ip::address address(const std::string& text) {
    return asio::ip::make_address(text);
}

class DialerTest : public tests::DialTest {};

TEST_F(DialerTest, BytesComeAndGo) {
    Call& call = dial("127.0.0.1", Security::plain,
                      {[](Session& session) { (void)session.transport->write("hello"); }, nullptr, nullptr});
    EXPECT_TRUE(until([&] { return call.session->received == "hello"; })) << call.why();
    EXPECT_EQ(call.session->peer.address, "127.0.0.1");
    EXPECT_FALSE(call.session->peer.secure);
    EXPECT_EQ(dialer().attempts(), 0U);
}

TEST_F(DialerTest, TheEndOfAConnectionIsToldAsThatOfAService) {
    Call& call = dial_and_wait("127.0.0.1");
    call.session->transport->close_now("no longer needed");
    EXPECT_TRUE(until([&] { return call.session->destroyed; }));
    EXPECT_EQ(log_.count("connection closed listener=service address=127.0.0.1 who=-"), 1U);
    EXPECT_EQ(log_.count("reason=done rule=- words=no longer needed"), 1U);
}

TEST_F(DialerTest, NameIsLookedUp) {
    look_up_.answer("a.example", Addresses{address("127.0.0.1")});
    EXPECT_EQ(dial_and_wait("a.example").why(), "connected");
}

TEST_F(DialerTest, NumericAddressIsNotLookedUp) {
    options_.look_up = [](const std::string&) -> chat::Result<Addresses> { return NetErrc::host_not_found; };
    EXPECT_EQ(dial_and_wait("127.0.0.1").why(), "connected");
}

TEST_F(DialerTest, LookUpThatFindsNothingIsTold) {
    look_up_.answer("a.example", NetErrc::host_not_found);
    Call& call = dial_and_wait("a.example");
    EXPECT_EQ(call.failed, NetErrc::host_not_found);
    EXPECT_TRUE(call.session->destroyed);
    EXPECT_EQ(log_.count("cannot connect host=a.example"), 1U);
}

TEST_F(DialerTest, WhatIsNoHostIsNotLookedUp) {
    using std::string_literals::operator""s;
    for (const std::string& host : {""s, "a b"s, "a\0b"s, "a\r\nb"s, "\xC3\xA4.example"s, std::string(254, 'a')}) {
        EXPECT_EQ(dial_and_wait(host).failed, NetErrc::host_not_found) << host;
        EXPECT_EQ(look_up_.calls(host), 0U);
    }
}

TEST_F(DialerTest, ClosedPortIsTold) {
    look_up_.answer("a.example", Addresses{address("127.0.0.2")});
    EXPECT_EQ(dial_and_wait("a.example").failed, std::errc::connection_refused);
}

TEST_F(DialerTest, AddressesAreTriedInTurn) {
    look_up_.answer("a.example", Addresses{address("127.0.0.2"), address("127.0.0.3"), address("127.0.0.1")});
    Call& call = dial_and_wait("a.example");
    EXPECT_EQ(call.why(), "connected");
    EXPECT_EQ(call.session->peer.address, "127.0.0.1");
}

TEST_F(DialerTest, NoMoreThanSixteenAddressesAreTried) {
    Addresses many;
    for (unsigned i = 0; i < 300; ++i) many.push_back(address("127.0.1." + std::to_string(i % 250 + 1)));
    many[Resolver::max_addresses] = address("127.0.0.1");  // there somebody would listen
    look_up_.answer("many.example", many);
    EXPECT_EQ(dial_and_wait("many.example").failed, std::errc::connection_refused);
    std::swap(many[Resolver::max_addresses], many[Resolver::max_addresses - 1]);
    look_up_.answer("many.example", many);
    EXPECT_EQ(dial_and_wait("many.example").why(), "connected");
}

/// A port that takes no connection, as its queue is full, and says nothing of it.
class BlackHole {
  public:
    explicit BlackHole(const asio::ip::tcp::endpoint& at) {
        for (int& descriptor : sockets_) descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        const int yes = 1;
        (void)::setsockopt(sockets_[0], SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        EXPECT_EQ(::bind(sockets_[0], at.data(), static_cast<socklen_t>(at.size())), 0);
        EXPECT_EQ(::listen(sockets_[0], 0), 0);
        for (int i = 1; i < 4; ++i) (void)::connect(sockets_[i], at.data(), static_cast<socklen_t>(at.size()));
    }
    ~BlackHole() {
        for (const int descriptor : sockets_) ::close(descriptor);
    }
    BlackHole(const BlackHole&) = delete;
    BlackHole& operator=(const BlackHole&) = delete;

  private:
    int sockets_[4];
};

TEST_F(DialerTest, SilentAddressLeavesTimeForTheNext) {
    const BlackHole hole({address("127.0.0.2"), listener_->endpoint().port()});
    options_.timeout = milliseconds(2'000);
    look_up_.answer("a.example", Addresses{address("127.0.0.2"), address("127.0.0.1")});
    EXPECT_EQ(dial_and_wait("a.example").why(), "connected");
}

TEST_F(DialerTest, SilentHostIsGivenUp) {
    const BlackHole hole({address("127.0.0.2"), listener_->endpoint().port()});
    options_.timeout = milliseconds(100);
    EXPECT_EQ(dial_and_wait("127.0.0.2").failed, std::errc::timed_out);
}

TEST_F(DialerTest, SilentNameServerIsGivenUp) {
    options_.timeout = milliseconds(100);
    EXPECT_EQ(dial_and_wait("slow.example").failed, std::errc::timed_out);
    EXPECT_EQ(dialer().attempts(), 0U);
    look_up_.answer("slow.example", Addresses{address("127.0.0.1")});
    barrier();
    EXPECT_EQ(sessions_.size(), 1U) << "but for the one of the barrier";
}

TEST_F(DialerTest, RuleIsAskedAboutWhatALookUpFound) {
    std::set<std::string> asked;
    options_.allowed = [&](const asio::ip::address& found) {
        asked.insert(found.to_string());
        return !found.is_loopback();
    };
    look_up_.answer("rebound.example", Addresses{address("127.0.0.1"), address("::ffff:127.0.0.1"), address("::1")});
    for (const char* host : {"rebound.example", "127.0.0.1", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_EQ(dial_and_wait(host).failed, NetErrc::address_not_allowed) << host;
    }
    EXPECT_EQ(asked, (std::set<std::string>{"127.0.0.1", "::1"}));
    EXPECT_TRUE(sessions_.empty());
}

TEST_F(DialerTest, AllowedAddressesAmongOthersAreTried) {
    options_.allowed = [](const asio::ip::address& found) { return found == address("127.0.0.1"); };
    look_up_.answer("a.example", Addresses{address("10.0.0.1"), address("127.0.0.1")});
    EXPECT_EQ(dial_and_wait("a.example").why(), "connected");
}

TEST_F(DialerTest, WhatIsNoSingleHostsAddressIsNeverConnectedTo) {
    for (const char* host : {"0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1", "::ffff:0.0.0.0"}) {
        EXPECT_EQ(dial_and_wait(host).failed, NetErrc::address_not_allowed) << host;
    }
}

TEST_F(DialerTest, PlaceIsToldBeforeTheProtocolIs) {
    std::string order;
    options_.connected = [&](const asio::ip::address& to) { order += to.to_string() + ","; };
    dial("127.0.0.1", Security::plain, {[&](Session&) { order += "made"; }, nullptr, nullptr});
    EXPECT_TRUE(until([&] { return order.ends_with("made"); }));
    EXPECT_EQ(order, "127.0.0.1,made");
}

TEST_F(DialerTest, TlsWithoutTrustInAnybodyIsRefused) {
    EXPECT_EQ(dial_and_wait("127.0.0.1", Security::tls).failed, chat::Errc::not_supported);
}

TEST_F(DialerTest, EndOfTheDialerForgetsItsAttempts) {
    const BlackHole hole({address("127.0.0.2"), listener_->endpoint().port()});
    Call& looking = dial("slow.example");
    Call& connecting = dial("127.0.0.2");
    Call& fresh = dial("127.0.0.1");
    EXPECT_TRUE(until([&] { return fresh.over() && sessions_.size() == 1; }));
    Call& young = dial("127.0.0.1");
    EXPECT_EQ(dialer().attempts(), 3U);
    dialer_.reset();
    for (const Call* call : {&looking, &connecting, &young}) {
        EXPECT_TRUE(call->session->destroyed);
    }
    barrier();
    for (const Call* call : {&looking, &connecting, &young}) {
        EXPECT_FALSE(call->over());
    }
    EXPECT_EQ(fresh.session->lost, 0U) << "connections live on";
}

TEST_F(DialerTest, FailureMayEndTheDialer) {
    auto protocol = std::make_unique<tests::ScriptedProtocol>(std::make_shared<Session>(), tests::Script{});
    dialer().connect({"", 1}, Security::plain, std::move(protocol), [this](std::error_code) { dialer_.reset(); });
    EXPECT_TRUE(until([this] { return !dialer_; }));
}

}  // namespace
}  // namespace patchcord::gateway
