#include "gateway/control/control_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <thread>

#include "gateway/control/control_socket.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class ControlClientTest : public ::testing::Test {
  protected:
    /// A gateway that says this to the first who asks.
    ControlReply ask_one_that_says(const std::string& answer) {
        sockaddr_un address;
        EXPECT_TRUE(make_address(path_, address));
        const FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
        EXPECT_EQ(::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener.number(), 1), 0);
        std::thread gateway([&] {
            const FileDescriptor peer(::accept(listener.number(), nullptr, nullptr));
            char request[64];
            const ssize_t got = ::recv(peer.number(), request, sizeof request, 0);
            request_.assign(request, got > 0 ? static_cast<std::size_t>(got) : 0);
            (void)::send(peer.number(), answer.data(), answer.size(), MSG_NOSIGNAL);
        });
        ControlReply reply = ask_gateway(path_, "status");
        gateway.join();
        return reply;
    }

    tests::TemporaryDirectory directory_;
    std::string path_ = directory_.file("control.sock");
    std::string request_;
};

TEST_F(ControlClientTest, AsksInALineAndGivesTheAnswersLine) {
    const ControlReply reply = ask_one_that_says("{\"ok\":true}\n");
    EXPECT_EQ(reply.problem, "");
    EXPECT_EQ(reply.answer, "{\"ok\":true}");
    EXPECT_EQ(request_, "status\n");
}

TEST_F(ControlClientTest, HalfAnAnswerIsNone) {
    const ControlReply reply = ask_one_that_says("{\"ok\":");
    EXPECT_NE(reply.problem, "");
    EXPECT_EQ(reply.code, EX_UNAVAILABLE);
}

TEST_F(ControlClientTest, NobodyListensThere) {
    const ControlReply reply = ask_gateway(path_, "status");
    EXPECT_EQ(reply.problem, "no gateway listens on " + path_);
    EXPECT_EQ(reply.code, EX_UNAVAILABLE);
}

}  // namespace
}  // namespace patchcord::gateway
