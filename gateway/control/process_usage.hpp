#pragma once

#include <cstddef>

namespace patchcord::gateway {

/// What the system says this process uses; 0 where it does not say.
struct ProcessUsage {
    std::size_t resident_bytes = 0;
    std::size_t open_files = 0;
};

[[nodiscard]] ProcessUsage process_usage();

}  // namespace patchcord::gateway
