#include "gateway/os/syscall_filter.hpp"

#include <cerrno>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

// By name, since not every architecture has all of them: those are passed over.
constexpr const char* allowed[] = {
    // files
    "access", "chmod", "chown", "close", "close_range", "copy_file_range", "creat", "dup", "dup2", "dup3", "faccessat",
    "faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "fchown", "fchownat", "fcntl", "fdatasync", "flock",
    "fstat", "fstatfs", "fsync", "ftruncate", "futimesat", "getcwd", "getdents", "getdents64", "lchown", "link",
    "linkat", "lseek", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat", "openat2", "pread64", "preadv",
    "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat", "readv", "rename",
    "renameat", "renameat2", "rmdir", "sendfile", "splice", "stat", "statfs", "statx", "sync_file_range", "syncfs",
    "tee", "truncate", "umask", "unlink", "unlinkat", "utime", "utimensat", "utimes", "write", "writev",
    // sockets; `socket` below
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "recvfrom",
    "recvmmsg", "recvmsg", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "socketpair",
    // waiting
    "clock_nanosleep", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "eventfd", "eventfd2", "nanosleep", "pause", "pipe", "pipe2", "poll", "ppoll", "pselect6", "select", "signalfd4",
    "timerfd_create", "timerfd_gettime", "timerfd_settime",
    // memory
    "brk", "madvise", "memfd_create", "mincore", "mlock", "mlock2", "mmap", "mprotect", "mremap", "msync", "munlock",
    "munmap",
    // threads and signals; `clone`, `kill` and `tgkill` below. Without `clone3`, whose arguments a filter cannot
    // see, the C library uses `clone`.
    "exit", "exit_group", "futex", "futex_time64", "futex_waitv", "get_robust_list", "membarrier", "restart_syscall",
    "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
    "sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
    "sched_yield", "set_robust_list", "set_tid_address", "sigaltstack",
    // time, and what it asks of itself and of the machine; `prlimit64` below
    "arch_prctl", "clock_getres", "clock_gettime", "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getpgrp",
    "getpid", "getppid", "getpriority", "getrandom", "getresgid", "getresuid", "getrlimit", "getrusage", "gettid",
    "gettimeofday", "getuid", "prctl", "setrlimit", "sysinfo", "time", "times", "uname"};

struct ReleaseFilter {
    void operator()(scmp_filter_ctx filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

/// Collects the first error of several calls.
class Rules {
  public:
    explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

    void set(scmp_filter_attr attribute, std::uint32_t value) { note(seccomp_attr_set(filter_, attribute, value)); }
    /// With any arguments, or only with those that all comparisons let pass.
    template <class... Comparisons>
    void allow(const char* name, const Comparisons&... comparisons) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR) return;
        note(seccomp_rule_add(filter_, SCMP_ACT_ALLOW, number, sizeof...(comparisons), comparisons...));
    }
    [[nodiscard]] int error() const { return error_; }

  private:
    void note(int result) {
        if (error_ == 0) error_ = result;
    }

    scmp_filter_ctx filter_;
    int error_ = 0;
};

/// Threads, but no processes and no namespaces: in one of its own a process has root's rights over parts of the
/// kernel.
void allow_threads(Rules& rules) {
    constexpr scmp_datum_t namespaces =
        CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;
    constexpr scmp_datum_t thread = CLONE_THREAD;
    rules.allow("clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespaces | thread, thread));
}

void allow_sockets(Rules& rules) {
    constexpr std::uint32_t type_bits = 0xF;  // the others are SOCK_CLOEXEC and SOCK_NONBLOCK
    rules.allow("socket", SCMP_A0_32(SCMP_CMP_EQ, AF_UNIX));
    for (const auto family : {std::uint32_t{AF_INET}, std::uint32_t{AF_INET6}}) {
        for (const auto type : {std::uint32_t{SOCK_STREAM}, std::uint32_t{SOCK_DGRAM}})
            rules.allow("socket", SCMP_A0_32(SCMP_CMP_EQ, family), SCMP_A1_32(SCMP_CMP_MASKED_EQ, type_bits, type));
    }
    // Addresses of this machine come by it; other protocols of it change firewalls and the like.
    rules.allow("socket", SCMP_A0_32(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2_32(SCMP_CMP_EQ, NETLINK_ROUTE));
}

void allow_what_a_gateway_needs(Rules& rules) {
    for (const char* name : allowed) rules.allow(name);
    allow_threads(rules);
    allow_sockets(rules);
    // The last two: a name server may be at a link-local address, which names its interface.
    for (const auto request : {FIONBIO, FIONREAD, FIOCLEX, TCGETS, TIOCGWINSZ, SIOCGIFINDEX, SIOCGIFNAME})
        rules.allow("ioctl", SCMP_A1_32(SCMP_CMP_EQ, static_cast<std::uint32_t>(request)));
    const auto self = static_cast<std::uint32_t>(::getpid());  // a process that aborts signals itself
    for (const char* name : {"kill", "tgkill"}) rules.allow(name, SCMP_A0_32(SCMP_CMP_EQ, self));
    rules.allow("prlimit64", SCMP_A0_32(SCMP_CMP_EQ, 0));  // its own limits
}

}  // namespace

bool can_filter_syscalls() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#else
    return true;
#endif
}

std::string filter_syscalls() {
    const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
    if (!filter) return "no memory";
    Rules rules(filter.get());
    rules.set(SCMP_FLTATR_CTL_TSYNC, 1);  // threads that are there already, too
    allow_what_a_gateway_needs(rules);
    const int error = rules.error() != 0 ? rules.error() : seccomp_load(filter.get());
    return error == 0 ? std::string() : std::generic_category().message(-error);
}

}  // namespace patchcord::gateway
