#pragma once

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "chat_core/ports/scheduler.hpp"

namespace patchcord::tests {

/// A scheduler whose clock is moved by hand.
class ManualScheduler final : public chat::Scheduler {
  public:
    /// Both clocks begin well after their epochs, as real ones do.
    static constexpr chat::Now start{std::chrono::hours(1)};
    static constexpr chat::WallTime wall_start{std::chrono::seconds(1'700'000'000)};

    [[nodiscard]] chat::Now now() const override { return now_; }
    [[nodiscard]] chat::WallTime wall_now() const override { return wall_start + (now_ - start); }

    chat::TimerId after(std::chrono::milliseconds delay, std::function<void()> then) override {
        const Due due{now_ + std::max(delay, std::chrono::milliseconds(0)), ++last_id_};
        timers_.emplace(due, std::move(then));
        due_at_.emplace(last_id_, due.at);
        return {last_id_, 1};
    }

    void cancel(chat::TimerId id) override {
        const auto found = due_at_.find(id.slot);
        if (!id || found == due_at_.end()) return;
        timers_.erase({found->second, id.slot});
        due_at_.erase(found);
    }

    /// Moves the clock and fires what falls due, earliest first, each with the clock at its own time. Timers made
    /// meanwhile fire too if they fall due before the end.
    void advance(std::chrono::milliseconds by) {
        const chat::Now end = now_ + by;
        while (!timers_.empty() && timers_.begin()->first.at <= end) {
            const auto timer = timers_.extract(timers_.begin());
            due_at_.erase(timer.key().id);
            now_ = timer.key().at;
            timer.mapped()();
        }
        now_ = end;
    }

    /// Timers that have neither fired nor been cancelled.
    [[nodiscard]] std::size_t pending() const { return timers_.size(); }

  private:
    struct Due {
        chat::Now at{};
        std::uint32_t id = 0;
        friend auto operator<=>(const Due&, const Due&) = default;
    };

    chat::Now now_ = start;
    std::uint32_t last_id_ = 0;
    std::map<Due, std::function<void()>> timers_;
    std::map<std::uint32_t, chat::Now> due_at_;
};

}  // namespace patchcord::tests
