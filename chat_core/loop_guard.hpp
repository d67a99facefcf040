#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "chat_core/clock.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/message.hpp"

namespace patchcord::chat {

/// Notices when programs answer each other for ever: a bot that repeats what it hears, one that answers whatever it is
/// told, or a second bridge between the same two rooms. From then on, for a while, what repeats words of others is not
/// passed on in that place; everybody's own words are. Only places are watched in which words cross to another
/// protocol: within one, programs know how to tell each other apart.
class LoopGuard {
  public:
    static constexpr std::size_t most_repeats = 5;      // of one speaker in `window`; one more is a loop
    static constexpr std::chrono::seconds window{10};   // also how long words are remembered
    static constexpr std::chrono::seconds silence{60};  // for repeats, after a loop
    static constexpr std::size_t most_words = 32;       // remembered of one place
    static constexpr std::size_t most_bytes = 400;      // of each, its end
    static constexpr std::size_t least_bytes = 4;       // shorter words are everybody's

    /// May `who` say this? Asks for the neutral form of `text` only in places where words have crossed a moment ago.
    bool allows(const Target& target, UserId who, const MessageText& text, Now now);
    /// It was said. Remembered if it crossed.
    void said(const Target& target, UserId who, const MessageText& text, Now now);

    [[nodiscard]] std::size_t size() const { return places_.size(); }

  private:
    /// A group; or two users, in either order.
    using Key = std::pair<std::uint64_t, std::uint64_t>;
    struct Words {
        UserId who;
        std::string text;
        Now at{};
    };
    struct Place {
        std::deque<Words> words;
        std::map<std::uint64_t, std::size_t> repeats;  // by who said them; a crowd that greets is no loop
        Now began{};                                   // of the window in which they are counted
        Now loops_until{};
    };

    [[nodiscard]] static Key key_of(const Target& target, UserId who);
    [[nodiscard]] static bool is_repeat(const Place& place, UserId who, std::string_view text);
    void forget_old(Now now);

    std::map<Key, Place> places_;
    std::size_t tidy_at_ = 16;
};

}  // namespace patchcord::chat
