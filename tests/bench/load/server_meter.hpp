#pragma once

#include <cstdint>
#include <sys/types.h>
#include <vector>

#include "tests/bench/load/clock.hpp"

namespace patchcord::bench {

/// Reads what the measured server processes have used, from /proc. A process that is gone throws RunFailure: a figure
/// taken from half of the processes would look like a fast server.
class ServerMeter {
  public:
    explicit ServerMeter(std::vector<pid_t> pids) : pids_(std::move(pids)) {}

    /// Time on a processor, user and kernel, summed over all threads (/proc/PID/task/*/schedstat, first field).
    [[nodiscard]] Nanoseconds cpu() const;

    /// The part of it that the first thread of each process has: what is not done by helpers.
    [[nodiscard]] Nanoseconds main_thread_cpu() const;

    /// Resident memory (Rss in /proc/PID/smaps_rollup; statm is only approximate on current kernels).
    [[nodiscard]] std::int64_t resident_bytes() const;

  private:
    std::vector<pid_t> pids_;
};

/// Time this process has spent on a processor: near 1 per second of a run, the generator is the bottleneck.
Nanoseconds own_cpu();

}  // namespace patchcord::bench
