#pragma once

#include <utility>

#include "chat_core/chat_service.hpp"

namespace patchcord::chat {

/// While one lives, members who leave become gaps and failures are noted; at the end of the outermost, gaps are closed
/// and whoever failed is taken out. So a broadcast survives whatever its receivers do.
class Broadcast {
  public:
    explicit Broadcast(ChatService& service) : service_(service) { ++service_.broadcasts_; }
    ~Broadcast() {
        if (--service_.broadcasts_ == 0) service_.end_broadcast();
    }
    Broadcast(const Broadcast&) = delete;
    Broadcast& operator=(const Broadcast&) = delete;

  private:
    ChatService& service_;
};

template <class Tell>
void Group::broadcast(const User* except, Tell&& tell) {
    const Broadcast running(service_);
    // By index: a receiver's failure may change the vector.
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const Member member = members_[i];
        if (member.client == nullptr || member.user == except) continue;
        if (const std::error_code error = tell(member)) service_.delivery_failed(*member.user, this, error);
    }
}

template <class Tell>
void ChatService::for_each_companion(User& user, Tell&& tell) {
    const Broadcast running(*this);
    const std::uint64_t mark = ++last_mark_;
    user.mark_ = mark;
    for (const Membership& membership : user.groups_) {
        if (!membership.group->members_[membership.index].shown) continue;
        for (const Member& member : membership.group->members_) {
            if (member.client == nullptr || member.user->mark_ == mark) continue;
            member.user->mark_ = mark;
            tell(*member.client);
        }
    }
}

template <class Tell>
void ChatService::for_each_of(const std::vector<UserId>& watchers, Tell&& tell) {
    const Broadcast running(*this);
    for (const UserId id : watchers) {
        User* watcher = find_user(id);
        if (watcher != nullptr && watcher->client_ != nullptr) tell(*watcher);
    }
}

template <class Tell>
void ChatService::for_each_watcher(const User& user, std::string_view name, Tell&& tell) {
    for_each_of(watchers_of(user, name), tell);
}

template <class Tell>
void ChatService::for_each_acquaintance(User& user, Tell&& tell) {
    const Broadcast running(*this);
    const std::uint64_t watching = ++last_mark_;
    for_each_watcher(user, user.name_, [&](User& watcher) { watcher.mark_ = watching; });
    const std::uint64_t told = ++last_mark_;
    user.mark_ = told;
    for (const Membership& membership : user.groups_) {
        if (!membership.group->members_[membership.index].shown) continue;
        for (const Member& member : membership.group->members_) {
            if (member.client == nullptr || member.user->mark_ == told) continue;
            const Audience audience{true, member.user->mark_ == watching, false};
            member.user->mark_ = told;
            tell(*member.client, audience);
        }
    }
    for_each_lister(user, told, [&](User& owner, bool heard) {
        if (heard) return;
        const Audience audience{false, owner.mark_ == watching, true};
        owner.mark_ = told;
        tell(*owner.client_, audience);
    });
    for_each_watcher(user, user.name_, [&](User& watcher) {
        if (watcher.mark_ != told) tell(*watcher.client_, Audience{false, true, false});
    });
}

template <class Tell>
void ChatService::for_each_lister(const User& user, std::uint64_t mark, Tell&& tell) {
    for_each_lister_of(user.profile().address, mark, tell);
    for (const std::string& address : user.more_addresses_) for_each_lister_of(address, mark, tell);
}

template <class Tell>
void ChatService::for_each_lister_of(const std::string& address, std::uint64_t mark, Tell&& tell) {
    const auto listers = listers_.find(address);
    if (listers == listers_.end()) return;
    const Broadcast running(*this);
    for (const UserId id : std::vector<UserId>(listers->second)) {
        User* owner = find_user(id);
        const RosterEntry* entry = owner == nullptr ? nullptr : entry_of(*owner, address);
        if (entry != nullptr && entry->shown && owner->client_ != nullptr) tell(*owner, owner->mark_ == mark);
    }
}

}  // namespace patchcord::chat
