#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "chat_core/clock.hpp"

namespace patchcord::chat {

/// Remembers who was shown to come, and when, so that somebody who comes and goes all the time is not shown each time.
/// It knows those of the last interval only (and at most as many more again).
class FlapGuard {
  public:
    /// `interval`: between two comings that are shown; 0: every one is.
    explicit FlapGuard(std::chrono::milliseconds interval) : interval_(interval) {}

    void set_interval(std::chrono::milliseconds interval) { interval_ = interval; }

    /// When `who` may be shown to come: not later than `now` when that is at once.
    [[nodiscard]] Now next(const std::string& who, Now now) const;
    /// They are shown to come.
    void shown(const std::string& who, Now now);

    [[nodiscard]] std::size_t size() const { return shown_.size(); }

  private:
    void forget_old(Now now);

    std::chrono::milliseconds interval_;
    std::size_t tidy_at_ = 16;
    std::unordered_map<std::string, Now> shown_;
};

}  // namespace patchcord::chat
