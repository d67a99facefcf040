#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "chat_core/clock.hpp"
#include "chat_core/ids.hpp"

namespace patchcord::msn {

/// What was said for others into switchboards a moment ago. When it comes back, because somebody else's bridge or a
/// second account of ours carries it, it is not said again: it would go around for ever.
class Echoes {
  public:
    static constexpr std::chrono::seconds memory{30};
    static constexpr std::size_t most = 256;

    /// `text` names its speaker: `<ana> hello`.
    void note(chat::GroupId group, std::string_view text, chat::Now now) {
        forget(now);
        if (said_.size() >= most) said_.pop_front();
        said_.push_back({group, std::string(text), now});
    }
    /// Is this what was noted, perhaps with another name in front?
    [[nodiscard]] bool is_echo(chat::GroupId group, std::string_view text, chat::Now now) {
        forget(now);
        for (const Said& said : said_) {
            if (said.group == group && text.ends_with(said.text)) return true;
        }
        return false;
    }

  private:
    struct Said {
        chat::GroupId group;
        std::string text;
        chat::Now at;
    };
    void forget(chat::Now now) {
        while (!said_.empty() && said_.front().at + memory < now) said_.pop_front();
    }

    std::deque<Said> said_;
};

}  // namespace patchcord::msn
