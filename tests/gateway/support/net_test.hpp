#pragma once

#include <exception>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/net/address.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/listener.hpp"
#include "tests/gateway/support/peer.hpp"
#include "tests/gateway/support/scripted_protocol.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::tests {

/// A listener on a free port of the loopback, with scripted protocols, in a loop that the test turns by hand.
class NetTest : public ::testing::Test {
  protected:
    void TearDown() override {
        peers_.clear();
        if (listener_) listener_->stop();
        for (const auto& session : sessions_) {
            if (session->transport != nullptr) session->transport->close_now("the test is over");
        }
        EXPECT_TRUE(until([this] { return loop_.connections() == 0; })) << "every connection comes to its end";
        EXPECT_EQ(limiter_.size(), 0U) << "and gives its slot back";
        for (const auto& session : sessions_) {
            EXPECT_LE(session->lost, 1U);
            EXPECT_FALSE(session->lost_from_inside);
        }
    }

    void listen(const std::string& address = "127.0.0.1:0") {
        make_listener();
        ASSERT_FALSE(listener_->listen(*gateway::parse_endpoint(address)));
    }
    /// One that has no port yet.
    void make_listener() {
        gateway::Service service;
        service.make_protocol = [this] {
            sessions_.push_back(std::make_shared<Session>());
            return std::make_unique<ScriptedProtocol>(sessions_.back(), script_);
        };
        service.refuse = [](gateway::Refusal) { return std::string("refused\r\n"); };
        listener_ = std::make_unique<gateway::Listener>(loop_, log_, limiter_, std::move(service));
    }

    /// A new client; of another class when that is named.
    template <class Kind = Peer, class... Arguments>
    Kind& connect(Arguments&&... arguments) {
        auto peer = std::make_unique<Kind>(listener_->endpoint(), std::forward<Arguments>(arguments)...);
        Kind& made = *peer;
        peers_.push_back(std::move(peer));
        return made;
    }
    /// A new client, and the session it was given.
    std::pair<Peer&, Session&> connect_and_wait() {
        const std::size_t before = sessions_.size();
        Peer& peer = connect();
        EXPECT_TRUE(until([&] { return sessions_.size() > before && sessions_.back()->transport != nullptr; }));
        return {peer, *sessions_.back()};
    }

    /// Turns the loop until `true_now`; false when that takes too long.
    bool until(const std::function<bool()>& true_now) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!true_now()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            turn(std::chrono::milliseconds(5));
            for (const auto& peer : peers_) peer->pump();
        }
        return true;
    }
    /// Turns the loop for as long as a message there and back takes, several times over.
    void barrier() {
        const Script usual = std::exchange(script_, echo());
        auto [peer, session] = connect_and_wait();
        for (std::size_t i = 1; i <= 5; ++i) {
            peer.send("x");
            EXPECT_TRUE(until([&] { return peer.received().size() == i; }));
        }
        peer.close();
        EXPECT_TRUE(until([&session = session] { return session.lost == 1; }));
        script_ = usual;
    }

    static Script echo() {
        return {nullptr, [](Session& session, std::string_view bytes) { (void)session.transport->write(bytes); },
                nullptr};
    }

    gateway::EventLoop loop_;
    RecordingLog log_;
    gateway::ConnectionLimiter limiter_{{}};
    Script script_ = echo();
    std::vector<std::shared_ptr<Session>> sessions_;
    std::unique_ptr<gateway::Listener> listener_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::size_t escaped_ = 0;  // exceptions that left the loop, as the daemon's own loop catches them

  private:
    void turn(std::chrono::milliseconds longest) {
        if (loop_.io().stopped()) loop_.io().restart();
        try {
            loop_.io().run_one_for(longest);
        } catch (const std::exception&) {
            ++escaped_;
        }
    }
};

}  // namespace patchcord::tests
