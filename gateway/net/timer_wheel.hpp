#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/ports/scheduler.hpp"

namespace patchcord::gateway {

/// Timers by the tens of thousands: adding, cancelling and firing cost the same however many there are.
///
/// Knows no clock; its owner says what time it is. A timer fires in the first `advance` at or after its deadline,
/// rounded up to the next tick.
class TimerWheel {
  public:
    static constexpr std::chrono::milliseconds tick{50};

    explicit TimerWheel(chat::Now now) : now_tick_(to_tick(now)), reached_tick_(now_tick_) { heads_.fill(none); }

    chat::TimerId add(chat::Now deadline, std::function<void()> then);
    void cancel(chat::TimerId id);
    /// Fires what is due, in order of ticks. Timers added meanwhile for now or earlier fire in the next call.
    void advance(chat::Now now);
    /// When `advance` should be called next; nothing to do before. `Now::max()` when there are no timers.
    [[nodiscard]] chat::Now next() const;
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t slots = 4096;  // 204.8 s: longer waits go round
    static constexpr std::uint32_t none = UINT32_MAX;

    struct Entry {
        std::function<void()> then;
        std::int64_t tick = 0;
        std::uint32_t next = none;
        std::uint32_t previous = none;
        std::uint32_t generation = 0;
        bool armed = false;
    };

    [[nodiscard]] static std::int64_t to_tick(chat::Now at) { return at.time_since_epoch() / tick; }
    std::uint32_t take_entry();
    void link(std::uint32_t index);
    void unlink(std::uint32_t index);
    void release(std::uint32_t index);
    void fire_slot(std::int64_t tick_now);

    std::int64_t now_tick_;      // all before and at this one have fired
    std::int64_t reached_tick_;  // where `advance` is going
    std::size_t size_ = 0;
    std::array<std::uint32_t, slots> heads_{};
    std::array<std::uint64_t, slots / 64> occupied_{};  // a bit for each slot that holds timers
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
};

}  // namespace patchcord::gateway
