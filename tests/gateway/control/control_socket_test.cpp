#include "gateway/control/control_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class ControlSocketTest : public ::testing::Test {
  protected:
    std::string open(std::unique_ptr<ControlSocket>& into) const { return ControlSocket::open(path_, into); }
    [[nodiscard]] mode_t mode() const {
        struct stat status {};
        return ::stat(path_.c_str(), &status) == 0 ? status.st_mode : 0;
    }
    /// A socket that nobody listens on any more.
    void leave_stale_socket() const {
        sockaddr_un address;
        ASSERT_TRUE(make_address(path_, address));
        const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
        ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }

    tests::TemporaryDirectory directory_;
    std::string path_ = directory_.file("control.sock");
};

TEST_F(ControlSocketTest, IsASocketOfMode600AndGoneAtTheEnd) {
    std::unique_ptr<ControlSocket> socket;
    const mode_t before = ::umask(0);
    EXPECT_EQ(open(socket), "");
    EXPECT_EQ(::umask(before), 0U) << "the mask of files is what it was";
    EXPECT_TRUE(S_ISSOCK(mode()));
    EXPECT_EQ(mode() & 07777U, 0600U);
    socket.reset();
    EXPECT_EQ(mode(), 0U);
}

TEST_F(ControlSocketTest, SocketOfADeadGatewayIsReplaced) {
    leave_stale_socket();
    std::unique_ptr<ControlSocket> socket;
    EXPECT_EQ(open(socket), "");
}

TEST_F(ControlSocketTest, SocketOfALiveGatewayIsAnErrorWithItsName) {
    std::unique_ptr<ControlSocket> first;
    std::unique_ptr<ControlSocket> second;
    ASSERT_EQ(open(first), "");
    EXPECT_EQ(open(second), "another gateway listens on " + path_);
    EXPECT_TRUE(S_ISSOCK(mode())) << "and it is left alone";
}

TEST_F(ControlSocketTest, SocketOfAnotherProgramIsLeftAlone) {
    leave_stale_socket();
    std::unique_ptr<ControlSocket> first;
    ASSERT_EQ(open(first), "");
    ASSERT_EQ(::unlink((path_ + ".lock").c_str()), 0) << "as if it knew no locks";
    std::unique_ptr<ControlSocket> second;
    EXPECT_EQ(open(second), "another process listens on " + path_);
}

TEST_F(ControlSocketTest, WhatIsNoSocketIsNotReplaced) {
    (void)directory_.write("control.sock", "precious");
    std::unique_ptr<ControlSocket> socket;
    EXPECT_EQ(open(socket), path_ + " is there, and is no socket");
    EXPECT_EQ(tests::read_all(path_), "precious");
}

TEST_F(ControlSocketTest, TooLongAPathIsAnError) {
    sockaddr_un address;
    EXPECT_TRUE(make_address(std::string(107, 'a'), address));
    EXPECT_FALSE(make_address(std::string(108, 'a'), address));
    EXPECT_FALSE(make_address("", address));
}

TEST_F(ControlSocketTest, OnlyItsOwnUserAndRootMayAsk) {
    EXPECT_TRUE(may_control(1000, 1000));
    EXPECT_TRUE(may_control(0, 1000));
    EXPECT_FALSE(may_control(1001, 1000));
    EXPECT_FALSE(may_control(1000, 0));
}

}  // namespace
}  // namespace patchcord::gateway
