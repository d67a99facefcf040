#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace patchcord::tests {

/// No more descriptors than are open now.
class NoMoreDescriptors {
  public:
    NoMoreDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &old_);
        const int free = ::dup(STDERR_FILENO);
        ::close(free);
        const rlimit limit{static_cast<rlim_t>(free), old_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &old_); }
    NoMoreDescriptors(const NoMoreDescriptors&) = delete;
    NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

  private:
    rlimit old_{};
};

}  // namespace patchcord::tests
