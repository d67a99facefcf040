#pragma once

#include <chrono>

#include "chat_core/clock.hpp"

namespace patchcord::gateway {

/// The calendar, without the hours that come twice when somebody sets the clock of the machine back: what was said
/// later must not look as if it was said before, for it is by its time that history is sorted and asked for. From then
/// on this clock goes at half its pace until the true one has caught up. It does not stand still, or what is said in
/// that time could not be told apart by "since".
///
/// Nothing ends later by that than it would by the true clock. What is off by more than `most` was wrong before, not
/// now, and is corrected at once: a machine whose clock runs in local time is off by 14 h at the most.
class WallClock {
  public:
    static constexpr std::chrono::hours most{24};

    /// `told` is what the machine says, `now` what its monotonic clock says.
    [[nodiscard]] chat::WallTime read(chat::WallTime told, chat::Now now) {
        const bool behind = told < last_ && last_ - told <= most;
        if (!behind) {
            last_ = told;
            since_ = now;
            return last_;
        }
        const std::chrono::milliseconds passed = (now - since_) / 2;
        last_ += passed;
        since_ += 2 * passed;
        return last_;
    }

    /// What an earlier run has told already, if that is later.
    void not_before(chat::WallTime told, chat::Now now) {
        if (told <= last_) return;
        last_ = told;
        since_ = now;
    }

  private:
    chat::WallTime last_{};
    chat::Now since_{};  // when that was told
};

}  // namespace patchcord::gateway
