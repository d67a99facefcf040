#include "gateway/os/passed_sockets.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

using asio::ip::tcp;

constexpr int first_passed = 3;
constexpr int out_of_the_way = 100;

/// Whatever has the numbers that are passed is kept elsewhere meanwhile.
class PassedSocketsTest : public testing::Test {
  protected:
    PassedSocketsTest() {
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            const int number = first_passed + static_cast<int>(i);
            kept_[i] = ::fcntl(number, F_DUPFD_CLOEXEC, out_of_the_way);
            ::close(number);
        }
    }
    ~PassedSocketsTest() override {
        ::unsetenv("LISTEN_PID");
        ::unsetenv("LISTEN_FDS");
        for (std::size_t i = 0; i < kept_.size(); ++i) {
            const int number = first_passed + static_cast<int>(i);
            ::close(number);
            if (kept_[i] < 0) continue;
            ::dup2(kept_[i], number);
            ::close(kept_[i]);
        }
    }

    /// Opens one with the next number; gives its address.
    tcp::endpoint pass(const std::string& address = "127.0.0.1:0", bool listening = true) {
        tcp::endpoint endpoint = *parse_endpoint(address);
        const int number = first_passed + passed_++;
        EXPECT_EQ(::socket(endpoint.protocol().family(), SOCK_STREAM, 0), number);
        EXPECT_EQ(::bind(number, endpoint.data(), static_cast<socklen_t>(endpoint.size())), 0);
        if (listening) {
            EXPECT_EQ(::listen(number, 1), 0);
        }
        auto size = static_cast<socklen_t>(endpoint.capacity());
        EXPECT_EQ(::getsockname(number, endpoint.data(), &size), 0);
        endpoint.resize(size);
        return endpoint;
    }
    static void tell(int count, pid_t who = ::getpid()) {
        ::setenv("LISTEN_PID", std::to_string(who).c_str(), 1);
        ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
    }
    static bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

  private:
    std::array<int, 3> kept_{};
    int passed_ = 0;
};

TEST_F(PassedSocketsTest, WithoutAManagerThereAreNone) {
    PassedSockets sockets;
    EXPECT_EQ(sockets.problem(), "");
    EXPECT_EQ(sockets.left_over(), "");
    EXPECT_FALSE(sockets.take(*parse_endpoint("127.0.0.1:80")));
}

TEST_F(PassedSocketsTest, EachIsGivenOutOnceByItsAddress) {
    const tcp::endpoint one = pass();
    const tcp::endpoint other = pass();
    tell(2);
    PassedSockets sockets;
    EXPECT_EQ(sockets.problem(), "");
    const FileDescriptor second = sockets.take(other);
    const FileDescriptor first = sockets.take(one);
    EXPECT_EQ(first.number(), first_passed);
    EXPECT_EQ(second.number(), first_passed + 1);
    EXPECT_FALSE(sockets.take(one)) << "somebody has it";
    EXPECT_EQ(sockets.left_over(), "");
}

TEST_F(PassedSocketsTest, AddressAndPortMustBeTheSame) {
    const tcp::endpoint endpoint = pass();
    tell(1);
    PassedSockets sockets;
    EXPECT_FALSE(sockets.take({asio::ip::address_v4::any(), endpoint.port()}));
    EXPECT_FALSE(sockets.take({asio::ip::address_v6::loopback(), endpoint.port()}));
    EXPECT_FALSE(sockets.take(*parse_endpoint("127.0.0.1:0")));
    EXPECT_EQ(sockets.left_over(), "the service manager passed a socket at " + format_endpoint(endpoint) +
                                       ", but no listener in the configuration has this address");
}

TEST_F(PassedSocketsTest, Ipv6) {
    const int probe = ::socket(AF_INET6, SOCK_STREAM, 0);
    const tcp::endpoint loopback = *parse_endpoint("[::1]:0");
    const bool there = probe >= 0 && ::bind(probe, loopback.data(), static_cast<socklen_t>(loopback.size())) == 0;
    if (probe >= 0) ::close(probe);
    if (!there) GTEST_SKIP() << "no IPv6 here";
    const tcp::endpoint endpoint = pass("[::1]:0");
    tell(1);
    PassedSockets sockets;
    EXPECT_TRUE(sockets.take(endpoint));
}

TEST_F(PassedSocketsTest, NeitherBlocksNorReachesOtherPrograms) {
    const tcp::endpoint endpoint = pass();
    tell(1);
    PassedSockets sockets;
    const FileDescriptor socket = sockets.take(endpoint);
    EXPECT_TRUE(::fcntl(socket.number(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(socket.number(), F_GETFD) & FD_CLOEXEC);
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
    EXPECT_EQ(std::getenv("LISTEN_PID"), nullptr);
}

TEST_F(PassedSocketsTest, ThoseOfAnotherProcessAreNotTouched) {
    pass();
    tell(1, ::getppid());
    {
        const PassedSockets sockets;
        EXPECT_EQ(sockets.left_over(), "");
    }
    EXPECT_TRUE(is_open(first_passed));
}

TEST_F(PassedSocketsTest, ThoseThatNobodyTakesAreClosed) {
    const tcp::endpoint endpoint = pass();
    pass();
    tell(2);
    FileDescriptor taken;
    {
        PassedSockets sockets;
        taken = sockets.take(endpoint);
    }
    EXPECT_TRUE(is_open(first_passed));
    EXPECT_FALSE(is_open(first_passed + 1));
}

TEST_F(PassedSocketsTest, SocketThatIsNotListenedOnIsAProblem) {
    pass("127.0.0.1:0", false);
    tell(1);
    const PassedSockets sockets;
    EXPECT_EQ(sockets.problem(),
              "descriptor 3, which the service manager passed, is not a TCP socket that is listened on");
}

TEST_F(PassedSocketsTest, SocketOfAnotherFamilyIsAProblem) {
    ASSERT_EQ(::socket(AF_UNIX, SOCK_STREAM, 0), first_passed);
    ASSERT_EQ(::socket(AF_INET, SOCK_DGRAM, 0), first_passed + 1);
    tell(2);
    const PassedSockets sockets;
    EXPECT_NE(sockets.problem(), "");
}

TEST_F(PassedSocketsTest, PromiseThatIsNotKeptIsAProblem) {
    tell(1);
    const PassedSockets sockets;
    EXPECT_TRUE(sockets.problem().starts_with("the sockets that LISTEN_FDS promises are not there: "))
        << sockets.problem();
}

}  // namespace
}  // namespace patchcord::gateway
