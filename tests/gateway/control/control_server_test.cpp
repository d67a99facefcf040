#include "gateway/control/control_server.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {
namespace {

/// Somebody who asks, and reads without waiting.
class Asker {
  public:
    explicit Asker(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address;
        connected_ = make_address(path, address) &&
                     ::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    [[nodiscard]] bool connected() const { return connected_; }
    void say(const std::string& text) const { (void)::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL); }
    /// Is it over? What came until then is in `heard`.
    [[nodiscard]] bool at_end() {
        char piece[4096];
        ssize_t got = 0;
        while ((got = ::recv(socket_.number(), piece, sizeof piece, 0)) > 0)
            heard.append(piece, static_cast<std::size_t>(got));
        return got == 0;
    }

    std::string heard;

  private:
    FileDescriptor socket_;
    bool connected_ = false;
};

class ControlServerTest : public ::testing::Test {
  protected:
    void serve(ControlOptions options = {}) {
        std::unique_ptr<ControlSocket> socket;
        ASSERT_EQ(ControlSocket::open(path_, socket), "");
        server_ =
            std::make_unique<ControlServer>(loop_, log_, std::move(socket), options, [this](std::string_view request) {
                asked_.emplace_back(request);
                return "answer to " + std::string(request);
            });
    }
    template <class Condition>
    bool until(Condition condition) {
        constexpr int most_turns = 500;
        for (int turn = 0; turn < most_turns; ++turn) {
            if (condition()) return true;
            loop_.io().run_one_for(std::chrono::milliseconds(20));
        }
        return condition();
    }
    std::string ask(const std::string& text) {
        Asker asker(path_);
        asker.say(text);
        EXPECT_TRUE(until([&] { return asker.at_end(); }));
        return asker.heard;
    }
    static std::string error_of(const std::string& answer) {
        return std::string(boost::json::parse(answer).at("error").as_string());
    }

    tests::TemporaryDirectory directory_;
    std::string path_ = directory_.file("control.sock");
    tests::RecordingLog log_;
    EventLoop loop_;
    std::vector<std::string> asked_;
    std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, ALineIsAnsweredWithALineAndTheEnd) {
    serve();
    EXPECT_EQ(ask("status\n"), "answer to status\n");
    EXPECT_EQ(ask("status\r\n"), "answer to status\n");
    EXPECT_TRUE(until([&] { return server_->connections() == 0; }));
}

TEST_F(ControlServerTest, ALineMayComeInPieces) {
    serve();
    Asker asker(path_);
    for (const char byte : std::string("status")) {
        asker.say(std::string(1, byte));
        loop_.io().poll();
    }
    EXPECT_EQ(asked_.size(), 0U);
    asker.say("\n");
    EXPECT_TRUE(until([&] { return asker.at_end(); }));
    EXPECT_EQ(asker.heard, "answer to status\n");
}

TEST_F(ControlServerTest, WhatFollowsTheLineIsNotRead) {
    serve();
    EXPECT_EQ(ask("status\nreload\n" + std::string(2000, 'x')), "answer to status\n");
    EXPECT_EQ(asked_, std::vector<std::string>{"status"});
}

TEST_F(ControlServerTest, TooLongALineIsAnError) {
    serve();
    EXPECT_EQ(error_of(ask(std::string(5000, 'x'))), "too_long");
    EXPECT_EQ(error_of(ask(std::string(300, 'x') + "\n")), "too_long");
    EXPECT_EQ(asked_.size(), 0U);
}

TEST_F(ControlServerTest, WhoSaysNothingIsClosedInTime) {
    serve({16, std::chrono::milliseconds(50)});
    Asker silent(path_);
    ASSERT_TRUE(silent.connected());
    EXPECT_TRUE(until([&] { return silent.at_end(); }));
    EXPECT_EQ(silent.heard, "");
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(ControlServerTest, TooManyAreToldSoAndTheOthersAreServed) {
    serve({2, std::chrono::seconds(10)});
    Asker first(path_);
    Asker second(path_);
    EXPECT_TRUE(until([&] { return server_->connections() == 2; }));
    EXPECT_EQ(error_of(ask("status\n")), "busy");
    first.say("status\n");
    EXPECT_TRUE(until([&] { return first.at_end(); }));
    EXPECT_EQ(first.heard, "answer to status\n");
}

TEST_F(ControlServerTest, AServerThatGoesTakesItsConnectionsAlong) {
    serve();
    Asker asker(path_);
    EXPECT_TRUE(until([&] { return server_->connections() == 1; }));
    server_.reset();
    EXPECT_TRUE(until([&] { return asker.at_end(); }));
    EXPECT_FALSE(Asker(path_).connected());
}

}  // namespace
}  // namespace patchcord::gateway
