#include "gateway/os/service_manager.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

/// A manager that listens.
class ServiceManagerTest : public testing::Test {
  protected:
    ServiceManagerTest() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        const std::string path = (directory_.path() / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::unsetenv("WATCHDOG_PID");
        ::unsetenv("WATCHDOG_USEC");
    }
    ~ServiceManagerTest() override {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }
    /// The next message; empty when there is none.
    [[nodiscard]] std::string heard() const {
        std::array<char, 256> buffer{};
        const ssize_t length = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return length < 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
    }

    tests::TemporaryDirectory directory_;
    EventLoop loop_;
    int socket_;
};

TEST_F(ServiceManagerTest, HearsWhatIsGoingOn) {
    ServiceManager manager(loop_);
    manager.ready();
    EXPECT_EQ(heard(), "READY=1\nSTATUS=Serving");
    ServiceManager::reloading();
    const std::string reloading = heard();
    EXPECT_TRUE(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC=")) << reloading;
    ServiceManager::stopping();
    EXPECT_TRUE(heard().starts_with("STOPPING=1\n"));
    EXPECT_EQ(heard(), "") << "and nothing of a watchdog that it has not set";
}

TEST_F(ServiceManagerTest, HearsTheLoopAtHalfTheInterval) {
    ::setenv("WATCHDOG_USEC", "100000", 1);
    ServiceManager manager(loop_);
    manager.ready();
    EXPECT_EQ(heard(), "READY=1\nSTATUS=Serving");
    EXPECT_EQ(heard(), "WATCHDOG=1");
    EXPECT_EQ(heard(), "");
    std::string next;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (next.empty() && std::chrono::steady_clock::now() < deadline) {
        loop_.io().run_one_for(std::chrono::milliseconds(20));
        next = heard();
    }
    EXPECT_EQ(next, "WATCHDOG=1");
    manager.ready();
    EXPECT_EQ(heard(), "READY=1\nSTATUS=Serving") << "after a reload";
}

}  // namespace
}  // namespace patchcord::gateway
