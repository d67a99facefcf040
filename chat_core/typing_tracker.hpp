#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "chat_core/clock.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/message.hpp"

namespace patchcord::chat {

/// Who types where, so that notices are passed on often enough to stay true and no oftener.
///
/// A typing client repeats itself every few seconds (IRC: 3 s, MSN: 5 s); whoever falls silent has stopped.
class TypingTracker {
  public:
    struct Options {
        std::chrono::milliseconds interval{3'000};  // at most one "active" each, per person and place
        std::chrono::milliseconds lapse{30'000};    // silence after which somebody no longer types
        std::size_t capacity = 4096;                // people and places; beyond it nobody new is passed on
    };

    /// One person typing in one place.
    struct Place {
        UserId who;
        std::uint64_t where = 0;  // the group's id, or the other user's slot and generation
        friend bool operator==(const Place&, const Place&) = default;
    };

    explicit TypingTracker(Options options) : options_(options) {}

    void set_options(Options options) { options_ = options; }
    /// Should this notice be passed on? "active" at most once an interval, "paused" only after "active", "done" once
    /// after either.
    bool notice(const Place& place, TypingState state, Now now);
    /// A message arrived from there: whoever was shown typing no longer is, without a notice.
    void message_sent(const Place& place);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    [[nodiscard]] static std::uint64_t place_of(const Target& target);

  private:
    struct Entry {
        TypingState state = TypingState::active;
        Now passed_on{};  // the last "active"
    };
    struct PlaceHash {
        std::size_t operator()(const Place& place) const {
            return std::hash<std::uint64_t>{}(place.where * 0x9E3779B97F4A7C15ULL + place.who.slot);
        }
    };

    void forget_lapsed(Now now);

    Options options_;
    std::unordered_map<Place, Entry, PlaceHash> entries_;
};

}  // namespace patchcord::chat
