#pragma once

#include <chrono>

namespace patchcord::chat {

/// A point on a clock that never jumps; for deadlines and rates.
using Now = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// A point on the calendar; for what people read.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

[[nodiscard]] inline long long unix_seconds(WallTime at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace patchcord::chat
