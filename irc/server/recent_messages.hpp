#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "chat_core/clock.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/message.hpp"

namespace patchcord::irc {

/// Who said the last messages, and where; not what. Of as many as fit; the oldest go first.
class RecentMessages {
  public:
    struct Entry {
        chat::MessageId id{};
        chat::UserId sender;
        std::string account;    // the sender's; empty without one
        chat::GroupId group{};  // 0: `peer` got it
        chat::UserId peer;
        std::optional<chat::Role> at_least;
        chat::WallTime sent_at{};
    };

    static constexpr std::size_t capacity = 4096;

    /// Remembers a message; again is as good as once.
    void note(const chat::Message& message);
    /// nullptr when it is not remembered. Good until the next change.
    [[nodiscard]] const Entry* find(chat::MessageId id) const;
    void forget(chat::MessageId id);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    std::deque<Entry> entries_;  // in the order of their ids
};

}  // namespace patchcord::irc
