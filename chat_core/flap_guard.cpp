#include "chat_core/flap_guard.hpp"

#include <algorithm>

namespace patchcord::chat {

Now FlapGuard::next(const std::string& who, Now now) const {
    if (interval_.count() == 0) return now;
    const auto last = shown_.find(who);
    return last == shown_.end() ? now : last->second + interval_;
}

void FlapGuard::shown(const std::string& who, Now now) {
    if (interval_.count() == 0) return shown_.clear();
    shown_.insert_or_assign(who, now);
    if (shown_.size() >= tidy_at_) forget_old(now);
}

/// Only when there are twice as many as were left the last time, so that each costs little.
void FlapGuard::forget_old(Now now) {
    std::erase_if(shown_, [&](const auto& known) { return known.second + interval_ <= now; });
    tidy_at_ = std::max<std::size_t>(16, 2 * shown_.size());
}

}  // namespace patchcord::chat
