#include "gateway/os/syscall_filter.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

constexpr int no_filter = 100;

/// What `call` gives in a process of its own that is under the filter: 0 when it works, else its errno.
int under_filter(const std::function<bool()>& call) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (!filter_syscalls().empty()) ::_exit(no_filter);
        errno = 0;
        ::_exit(call() ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class SyscallFilterTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!can_filter_syscalls()) GTEST_SKIP() << "sanitizers make calls of their own";
    }
};

TEST_F(SyscallFilterTest, WhatAGatewayDoesWorks) {
    EXPECT_EQ(under_filter([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC) >= 0; }), 0);
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
        EXPECT_EQ(under_filter([family] { return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0; }), 0) << family;
    EXPECT_EQ(under_filter([] { return ::kill(::getpid(), 0) == 0; }), 0);
    EXPECT_EQ(under_filter([] { return ::if_nametoindex("lo") != 0; }), 0);
    rlimit limit{};
    EXPECT_EQ(under_filter([&] { return ::getrlimit(RLIMIT_NOFILE, &limit) == 0; }), 0);
}

TEST_F(SyscallFilterTest, ThreadsCanBeStartedAndProcessesCannot) {
    EXPECT_EQ(under_filter([] {
                  bool ran = false;
                  std::thread([&ran] { ran = true; }).join();
                  return ran;
              }),
              0);
    EXPECT_EQ(under_filter([] { return ::fork() >= 0; }), ENOSYS);
}

TEST_F(SyscallFilterTest, NamespacesCannotBeMadeByClone) {
    for (const int kind : {CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWUTS})
        for (const int what : {SIGCHLD, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD})
            EXPECT_EQ(
                under_filter([=] { return ::syscall(SYS_clone, static_cast<long>(kind | what), 0L, 0L, 0L, 0L) >= 0; }),
                ENOSYS)
                << kind;
}

TEST_F(SyscallFilterTest, SocketsAreOfTheKindsThatAreNeeded) {
    EXPECT_EQ(under_filter([] { return ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_ROUTE) >= 0; }), 0);
    EXPECT_EQ(under_filter([] { return ::socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) >= 0; }), ENOSYS);
    EXPECT_EQ(under_filter([] { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }), ENOSYS);
    for (const int family : {AF_INET, AF_INET6}) {
        EXPECT_EQ(under_filter([=] { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0) >= 0; }), 0);
        EXPECT_EQ(under_filter([=] { return ::socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP) >= 0; }), ENOSYS);
    }
}

TEST_F(SyscallFilterTest, OtherProgramsCannotBeStarted) {
    EXPECT_EQ(under_filter([] {
                  char name[] = "true";
                  char* const arguments[] = {name, nullptr};
                  return ::execv("/bin/true", arguments) == 0;
              }),
              ENOSYS);
}

TEST_F(SyscallFilterTest, NobodyElseIsTouched) {
    const pid_t parent = ::getpid();
    EXPECT_EQ(under_filter([parent] { return ::kill(parent, 0) == 0; }), ENOSYS);
    EXPECT_EQ(under_filter([parent] { return ::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr) == 0; }), ENOSYS);
    rlimit limit{};
    EXPECT_EQ(under_filter([&] { return ::prlimit(parent, RLIMIT_NOFILE, nullptr, &limit) == 0; }), ENOSYS);
}

TEST_F(SyscallFilterTest, WhoItIsAndWhereItIsStays) {
    EXPECT_EQ(under_filter([] { return ::setuid(::getuid()) == 0; }), ENOSYS);
    EXPECT_EQ(under_filter([] { return ::unshare(CLONE_NEWUSER) == 0; }), ENOSYS);
    EXPECT_EQ(under_filter([] { return ::chroot("/") == 0; }), ENOSYS);
}

}  // namespace
}  // namespace patchcord::gateway
