#include "chat_core/group.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "chat_core/broadcast.hpp"
#include "chat_core/chat_service.hpp"
#include "chat_core/user.hpp"

namespace patchcord::chat {

Group::Group(ChatService& service, GroupId id, std::string name, bool permanent, WallTime created_at)
    : service_(service), id_(id), name_(std::move(name)), created_at_(created_at), permanent_(permanent) {}

std::error_code Group::add(User& user, const JoinRequest& request) {
    if (const std::error_code refused = may_join(user, request)) return refused;
    Member member{&user, user.client_, {}};
    if (size_ == 0) member.roles.set(Role::op, true);
    user.groups_.push_back({this, static_cast<std::uint32_t>(members_.size())});
    user.forget_invitation(id_);
    member.shown = false;
    members_.push_back(member);
    ++size_;
    ++hidden_;
    if (!request.quiet || service_.entrances_.at_once(*this, user)) show(user);
    return {};
}

void Group::show(const User& user) {
    const Membership* membership = user.membership(*this);
    if (membership == nullptr || std::exchange(members_[membership->index].shown, true)) return;
    --hidden_;
    service_.entrances_.shown(*this, user);
    RenderCache cache;
    broadcast(&user, [&](const Member& other) { return other.client->user_joined(*this, user, cache); });
    if (service_.recorder_ != nullptr) service_.recorder_->user_joined(*this, user);
}

std::error_code Group::remove(User& user, const Departure& how) {
    if (!has(user)) return Errc::not_a_member;
    const Broadcast running(service_);  // keeps the group alive until everybody is told
    if (how.kind == Departure::Kind::removed) show(user);
    if (shows(user)) tell_left(user, how);
    if (has(user)) erase_member(user);
    return {};
}

void Group::tell_left(const User& user, const Departure& how) {
    RenderCache cache;
    const User* except = how.kind == Departure::Kind::removed ? nullptr : &user;
    broadcast(except, [&](const Member& other) { return other.client->user_left(*this, user, how, cache); });
    if (service_.recorder_ != nullptr) service_.recorder_->user_left(*this, user, how);
}

void Group::erase_member(User& user) {
    const auto at = std::find_if(user.groups_.begin(), user.groups_.end(),
                                 [&](const Membership& membership) { return membership.group == this; });
    const std::uint32_t index = at->index;
    if (!members_[index].shown) --hidden_;
    members_[index] = {};
    *at = user.groups_.back();
    user.groups_.pop_back();
    --size_;
    if (gaps_.empty()) service_.gapped_groups_.push_back(this);
    gaps_.push_back(index);
}

void Group::close_gaps() {
    // From the back, so that what moves into a gap is never a gap itself.
    std::sort(gaps_.begin(), gaps_.end(), std::greater<>());
    for (const std::uint32_t gap : std::exchange(gaps_, {})) {
        members_[gap] = members_.back();
        members_.pop_back();
        if (gap == members_.size()) continue;
        for (Membership& membership : members_[gap].user->groups_) {
            if (membership.group == this) membership.index = gap;
        }
    }
}

std::error_code Group::receive(const Message& message, RenderCache& cache) {
    if (const std::error_code refused = may_speak(*message.sender)) return refused;
    if (hidden_ != 0) show(*message.sender);
    broadcast(message.sender, [&](const Member& member) -> std::error_code {
        if (message.target.at_least && !member.roles.at_least(*message.target.at_least)) return {};
        const std::error_code error = member.client->receive(message, cache);
        if (error && message.sender->client_ != nullptr) {
            message.sender->client_->undelivered(message, *member.user, error);
        }
        return error;
    });
    return {};
}

std::error_code Group::set_metadata(const User* by, std::string topic, std::string set_by, WallTime at) {
    if (by != nullptr) {
        if (!has(*by)) return Errc::not_a_member;
        if (policy_.topic_locked && !roles(*by).has(Role::op)) return Errc::not_an_operator;
        show(*by);
    }
    meta_ = {std::move(topic), std::move(set_by), at, service_.next_message_id()};
    RenderCache cache;
    broadcast(nullptr, [&](const Member& member) { return member.client->group_meta_update(*this, meta_, by, cache); });
    if (service_.recorder_ != nullptr) service_.recorder_->topic_changed(*this, by);
    return {};
}

Result<bool> Group::change(const SettingChange& change, std::string_view set_by, WallTime at) {
    if (change.setting == Setting::op) return change_role(change, Role::op);
    if (change.setting == Setting::voice) return change_role(change, Role::voice);
    if (MaskList* list = mask_list(policy_, change.setting)) return change_list(*list, change, set_by, at);
    const bool changed = apply_flag(policy_, change);
    if (changed) tell_observers();
    return changed;
}

Result<bool> Group::change_role(const SettingChange& change, Role role) {
    const Membership* membership = change.member->membership(*this);
    if (membership == nullptr) return Errc::not_a_member;
    const Roles roles = members_[membership->index].roles;
    if (roles.has(role) == change.on) return false;
    show(*change.member);
    members_[membership->index].roles.set(role, change.on);
    return true;
}

Result<bool> Group::change_list(MaskList& list, const SettingChange& change, std::string_view set_by, WallTime at) {
    const auto same = [&](const MaskEntry& entry) { return service_.same_name(entry.mask, change.argument); };
    const auto found = std::find_if(list.begin(), list.end(), same);
    if (!change.on) {
        if (found == list.end()) return false;
        list.erase(found);
        return true;
    }
    if (found != list.end()) return false;
    if (list.size() >= service_.options().max_list_entries) return Errc::list_full;
    list.push_back({change.argument, std::string(set_by), at});
    return true;
}

void Group::announce(const User* by, std::span<const SettingChange> changes) {
    if (by != nullptr) show(*by);
    RenderCache cache;
    broadcast(nullptr,
              [&](const Member& member) { return member.client->group_settings_changed(*this, by, changes, cache); });
    if (service_.recorder_ != nullptr) service_.recorder_->settings_changed(*this, by, changes);
}

void Group::open_to_all() {
    policy_ = {};
    if (permanent_) tell_observers();  // any other ends now
}

void Group::tell_observers() const {
    for (ServiceObserver* observer : service_.observers_) observer->group_changed(*this);
}

void Group::typing(const TypingNotice& notice, RenderCache& cache) {
    if (has(*notice.who) && !shows(*notice.who)) return;
    broadcast(notice.who, [&](const Member& member) -> std::error_code {
        if (!notice.target.at_least || member.roles.at_least(*notice.target.at_least))
            member.client->typing(notice, cache);
        return {};
    });
}

void Group::withdraw(const Withdrawal& withdrawal, RenderCache& cache) {
    broadcast(withdrawal.by, [&](const Member& member) -> std::error_code {
        if (!withdrawal.target.at_least || member.roles.at_least(*withdrawal.target.at_least))
            member.client->message_withdrawn(withdrawal, cache);
        return {};
    });
}

std::error_code Group::invite(User& by, User& invitee) {
    if (!has(by)) return Errc::not_a_member;
    if (policy_.invite_only && !roles(by).has(Role::op)) return Errc::not_an_operator;
    if (has(invitee)) return Errc::already_a_member;
    if (invitee.blocks(by)) return Errc::not_accepted;
    show(by);
    if (roles(by).has(Role::op)) invitee.add_invitation(id_);
    RenderCache cache;
    const Broadcast running(service_);
    if (invitee.client_ != nullptr) invitee.client_->invited(*this, by, invitee, cache);
    broadcast(&by, [&](const Member& member) -> std::error_code {
        member.client->invited(*this, by, invitee, cache);
        return {};
    });
    return {};
}

bool Group::has(const User& user) const {
    return user.membership(*this) != nullptr;
}

bool Group::shows(const User& user) const {
    const Membership* membership = user.membership(*this);
    return membership != nullptr && members_[membership->index].shown;
}

Roles Group::roles(const User& user) const {
    const Membership* membership = user.membership(*this);
    return membership == nullptr ? Roles{} : members_[membership->index].roles;
}

bool Group::banned(const User& user) const {
    if (policy_.bans.empty()) return false;
    const std::string identity = user.identity();
    const std::string& account = user.profile().account;
    return any_match(policy_.bans, identity, account, service_.fold()) &&
           !any_match(policy_.ban_exemptions, identity, account, service_.fold());
}

std::error_code Group::may_join(const User& user, const JoinRequest& request) const {
    if (has(user)) return Errc::already_a_member;
    if (request.let_in) return {};
    const bool invited = user.invited_to(id_);
    if (banned(user) && !invited) return Errc::banned;
    if (policy_.invite_only && !invited &&
        !any_match(policy_.invite_exemptions, user.identity(), user.profile().account, service_.fold())) {
        return Errc::invite_only;
    }
    if (!policy_.key.empty() && policy_.key != request.key) return Errc::wrong_key;
    if (policy_.limit != 0 && size_ >= policy_.limit && !invited) return Errc::group_full;
    return {};
}

std::error_code Group::may_speak(const User& user) const {
    const Membership* membership = user.membership(*this);
    if (membership == nullptr && policy_.members_only) return Errc::members_only;
    const Roles roles = membership == nullptr ? Roles{} : members_[membership->index].roles;
    if (roles.any()) return {};
    if (policy_.moderated) return Errc::moderated;
    if (banned(user)) return Errc::banned;
    return {};
}

}  // namespace patchcord::chat
