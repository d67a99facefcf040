#include "gateway/net/listener.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>

#include "tests/gateway/support/net_test.hpp"
#include "tests/gateway/support/no_more_descriptors.hpp"

namespace patchcord::gateway {
namespace {

using tests::Peer;

class ListenerTest : public tests::NetTest {
  protected:
    Service no_service() {
        return {[] { return nullptr; }, [](Refusal) { return std::string(); }};
    }
};

TEST_F(ListenerTest, FreePortIsTakenAndTold) {
    listen();
    EXPECT_EQ(listener_->endpoint().address().to_string(), "127.0.0.1");
    EXPECT_NE(listener_->endpoint().port(), 0);
    EXPECT_FALSE(listener_->secure());
}

TEST_F(ListenerTest, PortInUseIsAnError) {
    listen();
    Listener second(loop_, log_, limiter_, no_service());
    EXPECT_EQ(second.listen(listener_->endpoint()), std::errc::address_in_use);
}

TEST_F(ListenerTest, AddressOfAnotherMachineIsAnError) {
    Listener listener(loop_, log_, limiter_, no_service());
    EXPECT_EQ(listener.listen(*parse_endpoint("192.0.2.1:0")), std::errc::address_not_available);
}

TEST_F(ListenerTest, SocketThatIsOpenAlreadyIsServed) {
    auto endpoint = *parse_endpoint("127.0.0.1:0");
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(socket.number(), endpoint.data(), static_cast<socklen_t>(endpoint.size())), 0);
    ASSERT_EQ(::listen(socket.number(), 8), 0);
    auto size = static_cast<socklen_t>(endpoint.capacity());
    ASSERT_EQ(::getsockname(socket.number(), endpoint.data(), &size), 0);
    Peer early(endpoint);
    early.send("early");
    make_listener();
    ASSERT_FALSE(listener_->adopt(std::move(socket), endpoint.protocol()));
    EXPECT_EQ(listener_->endpoint(), endpoint);
    EXPECT_TRUE(until([&] {
        early.pump();
        return early.received() == "early";
    }));
    auto [peer, session] = connect_and_wait();
    peer.send("hi");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hi"; }));
    listener_->stop();
    EXPECT_THROW(Peer{endpoint}, std::runtime_error);
}

TEST_F(ListenerTest, WhatIsNoSocketCannotBeAdopted) {
    Listener listener(loop_, log_, limiter_, no_service());
    EXPECT_TRUE(listener.adopt(FileDescriptor(), asio::ip::tcp::v4()));
}

TEST_F(ListenerTest, Ipv6PeersHaveIpv6Addresses) {
    Listener probe(loop_, log_, limiter_, no_service());
    if (probe.listen(*parse_endpoint("[::1]:0"))) GTEST_SKIP() << "no IPv6 here";
    listen("[::1]:0");
    auto [peer, session] = connect_and_wait();
    EXPECT_EQ(session.peer.address, "::1");
    peer.send("hi");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hi"; }));
}

TEST_F(ListenerTest, Ipv6ListenerLeavesThePortToAnIpv4One) {
    Listener six(loop_, log_, limiter_, no_service());
    if (six.listen(*parse_endpoint("[::]:0"))) GTEST_SKIP() << "no IPv6 here";
    Listener four(loop_, log_, limiter_, no_service());
    EXPECT_FALSE(four.listen({asio::ip::address_v4::any(), six.endpoint().port()}));
}

TEST_F(ListenerTest, ManyComeAtOnce) {
    limiter_.set_limits({0, 0, 0, std::chrono::minutes(1), {}});
    listen();
    for (int i = 0; i < 100; ++i) connect().send(std::to_string(i));
    EXPECT_TRUE(until([this] {
        for (std::size_t i = 0; i < peers_.size(); ++i) {
            if (peers_[i]->received() != std::to_string(i)) return false;
        }
        return true;
    }));
    EXPECT_EQ(loop_.connections(), 100U);
    EXPECT_EQ(limiter_.size(), 100U);
}

TEST_F(ListenerTest, RefusedPeerIsToldAndClosed) {
    limiter_.set_limits({0, 1, 0, std::chrono::minutes(1), {}});
    listen();
    auto [first, session] = connect_and_wait();
    Peer& second = connect();
    EXPECT_TRUE(until([&] { return second.ended(); }));
    EXPECT_EQ(second.received(), "refused\r\n");
    EXPECT_EQ(sessions_.size(), 1U) << "nothing is made for it";
    first.close();
    EXPECT_TRUE(until([&session = session] { return session.destroyed; }));
    auto [third, third_session] = connect_and_wait();
    third.send("hi");
    EXPECT_TRUE(until([&third = third] { return third.received() == "hi"; })) << "the slot is free again";
}

TEST_F(ListenerTest, StoppedListenerLetsNobodyInAndKeepsThoseWhoAre) {
    listen();
    auto [peer, session] = connect_and_wait();
    const auto endpoint = listener_->endpoint();
    listener_->stop();
    EXPECT_THROW(Peer{endpoint}, std::runtime_error);
    peer.send("hi");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hi"; }));
    listener_.reset();
    peer.send(" again");
    EXPECT_TRUE(until([&peer = peer] { return peer.received() == "hi again"; }));
}

TEST_F(ListenerTest, LackOfDescriptorsIsWaitedOut) {
    listen();
    auto [inside, session] = connect_and_wait();
    Peer& outside = connect();
    outside.send("let me in");
    {
        const tests::NoMoreDescriptors none;
        EXPECT_TRUE(until([this] { return log_.count("cannot accept connections") == 1; }));
        inside.send("hi");
        EXPECT_TRUE(until([&inside = inside] { return inside.received() == "hi"; })) << "those inside are served";
    }
    EXPECT_TRUE(until([&] { return outside.received() == "let me in"; }));
    EXPECT_EQ(log_.count("cannot accept connections"), 1U) << "and that is said once";
}

TEST_F(ListenerTest, ProtocolThatCannotBeMadeCostsOnlyThatConnection) {
    bool broken = true;
    Service service;
    service.make_protocol = [&]() -> std::unique_ptr<chat::Protocol> {
        if (std::exchange(broken, false)) throw std::runtime_error("broken");
        sessions_.push_back(std::make_shared<tests::Session>());
        return std::make_unique<tests::ScriptedProtocol>(sessions_.back(), script_);
    };
    listener_ = std::make_unique<Listener>(loop_, log_, limiter_, std::move(service));
    ASSERT_FALSE(listener_->listen(*parse_endpoint("127.0.0.1:0")));
    Peer& first = connect();
    EXPECT_TRUE(until([&] { return first.ended(); }));
    EXPECT_EQ(limiter_.size(), 0U);
    Peer& second = connect();
    second.send("hi");
    EXPECT_TRUE(until([&] { return second.received() == "hi"; }));
}

}  // namespace
}  // namespace patchcord::gateway
