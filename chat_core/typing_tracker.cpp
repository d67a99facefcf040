#include "chat_core/typing_tracker.hpp"

#include "chat_core/group.hpp"
#include "chat_core/user.hpp"

namespace patchcord::chat {

std::uint64_t TypingTracker::place_of(const Target& target) {
    // Group ids count up from 1 and stay far below 2^63: the top bit tells a user from a group.
    if (target.group != nullptr) return static_cast<std::uint64_t>(target.group->id());
    const UserId id = target.user->id();
    return (1ULL << 63U) | (static_cast<std::uint64_t>(id.slot) << 31U) | (id.generation & 0x7FFFFFFFU);
}

bool TypingTracker::notice(const Place& place, TypingState state, Now now) {
    const auto known = entries_.find(place);
    if (known == entries_.end()) {
        if (state != TypingState::active) return false;
        if (entries_.size() >= options_.capacity) forget_lapsed(now);
        if (entries_.size() >= options_.capacity) return false;
        entries_.emplace(place, Entry{state, now});
        return true;
    }
    Entry& entry = known->second;
    if (state == TypingState::active) {
        if (now - entry.passed_on < options_.interval) return false;
        entry = {state, now};
        return true;
    }
    if (entry.state == state || entry.state == TypingState::done) return false;
    entry.state = state;
    return true;
}

void TypingTracker::message_sent(const Place& place) {
    if (!entries_.empty()) entries_.erase(place);
}

void TypingTracker::forget_lapsed(Now now) {
    std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.passed_on >= options_.lapse; });
}

}  // namespace patchcord::chat
