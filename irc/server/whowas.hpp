#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/fold.hpp"

namespace patchcord::irc {

/// Somebody who is gone, or who bore another name.
struct WhowasEntry {
    std::string nick;
    std::string username;
    std::string host;
    std::string real_name;
    chat::WallTime left_at{};
};

/// The last people who left, newest first, at most so many.
class WhowasHistory {
  public:
    explicit WhowasHistory(std::size_t capacity) : capacity_(capacity) {}

    void add(WhowasEntry entry) {
        entries_.push_front(std::move(entry));
        set_capacity(capacity_);
    }
    void set_capacity(std::size_t capacity) {
        capacity_ = capacity;
        while (entries_.size() > capacity_) entries_.pop_back();
    }
    /// Entries for `nick`, newest first, at most `limit` (0: all).
    [[nodiscard]] std::vector<const WhowasEntry*> find(std::string_view nick, std::size_t limit,
                                                       const chat::FoldTable& fold) const {
        std::vector<const WhowasEntry*> found;
        for (const WhowasEntry& entry : entries_) {
            if (!chat::equal_folded(entry.nick, nick, fold)) continue;
            found.push_back(&entry);
            if (limit != 0 && found.size() == limit) break;
        }
        return found;
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    std::size_t capacity_;
    std::deque<WhowasEntry> entries_;
};

}  // namespace patchcord::irc
