#pragma once

#include <string>

namespace patchcord::gateway {

/// Whether this build can run under the filter: sanitizers make calls of their own.
[[nodiscard]] bool can_filter_syscalls();

/// From now on all threads of this process can make the system calls that a gateway needs, and no others: none that
/// starts programs, changes who it is, mounts, traces, or loads code into the kernel. The others fail as if the kernel
/// did not know them (ENOSYS), for which libraries are prepared. Cannot be undone. Gives what went wrong, as a
/// sentence.
[[nodiscard]] std::string filter_syscalls();

}  // namespace patchcord::gateway
