#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "chat_core/clock.hpp"

namespace patchcord::chat {

/// Names a timer; a default one names none.
struct TimerId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    explicit operator bool() const { return generation != 0; }
};

/// Time, for code that must not read a clock itself.
class Scheduler {
  public:
    virtual ~Scheduler() = default;

    [[nodiscard]] virtual Now now() const = 0;
    [[nodiscard]] virtual WallTime wall_now() const = 0;

    /// Calls `then` once, not before `delay` is over (and up to 100 ms later), never from inside this call.
    virtual TimerId after(std::chrono::milliseconds delay, std::function<void()> then) = 0;
    /// Forgets a timer; one that has fired, was cancelled or names none is ignored.
    virtual void cancel(TimerId id) = 0;
};

}  // namespace patchcord::chat
