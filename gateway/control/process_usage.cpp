#include "gateway/control/process_usage.hpp"

#include <filesystem>

#include "gateway/os/resident_memory.hpp"

namespace patchcord::gateway {
namespace {

/// Without the one that counts them.
std::size_t open_files() {
    std::error_code error;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error))
        ++count;
    return count > 0 ? count - 1 : 0;
}

}  // namespace

ProcessUsage process_usage() {
    return {resident_memory(), open_files()};
}

}  // namespace patchcord::gateway
