#include "irc/server/recent_messages.hpp"

#include <algorithm>

#include "chat_core/group.hpp"
#include "chat_core/user.hpp"

namespace patchcord::irc {
namespace {

constexpr auto is_older = [](const RecentMessages::Entry& entry, chat::MessageId id) { return entry.id < id; };

}  // namespace

void RecentMessages::note(const chat::Message& message) {
    const auto at = entries_.empty() || entries_.back().id < message.id
                        ? entries_.end()
                        : std::lower_bound(entries_.begin(), entries_.end(), message.id, is_older);
    if (at != entries_.end() && at->id == message.id) return;
    Entry entry;
    entry.id = message.id;
    entry.sender = message.sender->id();
    entry.account = message.sender->profile().account;
    if (message.target.group != nullptr) {
        entry.group = message.target.group->id();
    } else {
        entry.peer = message.target.user->id();
    }
    entry.at_least = message.target.at_least;
    entry.sent_at = message.sent_at;
    entries_.insert(at, std::move(entry));
    if (entries_.size() > capacity) entries_.pop_front();
}

const RecentMessages::Entry* RecentMessages::find(chat::MessageId id) const {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), id, is_older);
    return at != entries_.end() && at->id == id ? &*at : nullptr;
}

void RecentMessages::forget(chat::MessageId id) {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), id, is_older);
    if (at != entries_.end() && at->id == id) entries_.erase(at);
}

}  // namespace patchcord::irc
