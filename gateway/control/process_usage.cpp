#include "gateway/control/process_usage.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

std::size_t resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    in >> size >> resident;
    return in ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

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
    return {resident_bytes(), open_files()};
}

}  // namespace patchcord::gateway
