#include "chat_core/user.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/broadcast.hpp"
#include "chat_core/chat_service.hpp"
#include "chat_core/receipt.hpp"

namespace patchcord::chat {

User::User(ChatService& service, UserId id, std::string name, bool on_request)
    : service_(service), id_(id), on_request_(on_request), name_(std::move(name)) {}

std::string User::identity() const {
    std::string identity;
    identity.reserve(name_.size() + profile_.username.size() + profile_.host.size() + 2);
    identity.append(name_).append(1, '!').append(profile_.username).append(1, '@').append(profile_.host);
    return identity;
}

std::error_code User::send(Message& message, RenderCache& cache) {
    if (!online()) return Errc::not_logged_in;
    const Broadcast running(service_);  // keeps this user and the group until the end
    const Now now = service_.scheduler().now();
    if (!service_.loops_.allows(message.target, id_, message.text, now)) return Errc::looping;
    message.sender = this;
    message.id = service_.next_message_id();
    // One that waited says itself when it was sent: histories show it there.
    if (message.sent_at == WallTime{}) message.sent_at = service_.time_of_message();
    const std::error_code error =
        message.target.group != nullptr ? message.target.group->receive(message, cache) : send_to_user(message, cache);
    if (error) return error;
    service_.loops_.said(message.target, id_, message.text, now);
    last_message_ = std::max(last_message_, message.sent_at);
    service_.typing_.message_sent({id_, TypingTracker::place_of(message.target)});
    const bool again = message.receipt != nullptr && message.receipt->again();
    if (service_.recorder_ != nullptr && !again) service_.recorder_->message_sent(message);
    return {};
}

std::error_code User::send_to_user(const Message& message, RenderCache& cache) {
    const User* to = message.target.user;
    if (to == nullptr || !to->online()) return Errc::no_such_user;
    if (to->client_ == nullptr) return Errc::not_supported;
    if (to->blocks(*this)) return Errc::not_accepted;
    const std::error_code error = to->client_->receive(message, cache);
    if (is_connection_error(error)) service_.delivery_failed(*to, nullptr, error);
    return error;
}

std::error_code User::withdraw(Withdrawal& withdrawal, RenderCache& cache) {
    if (!online()) return Errc::not_logged_in;
    const Broadcast running(service_);
    withdrawal.by = this;
    withdrawal.id = service_.next_message_id();
    withdrawal.at = service_.scheduler().wall_now();
    if (withdrawal.target.group != nullptr) {
        withdrawal.target.group->withdraw(withdrawal, cache);
        return {};
    }
    const User* to = withdrawal.target.user;
    if (to == nullptr || !to->online()) return Errc::no_such_user;
    if (to->blocks(*this)) return Errc::not_accepted;
    if (to->client_ != nullptr) to->client_->message_withdrawn(withdrawal, cache);
    return {};
}

std::error_code User::join(Group& group, const JoinRequest& request) {
    const std::size_t limit = service_.options().max_groups_per_user;
    const bool too_many = limit != 0 && groups_.size() >= limit && !group.has(*this);
    const std::error_code refused = !online()  ? make_error_code(Errc::not_logged_in)
                                    : too_many ? make_error_code(Errc::too_many_groups)
                                               : group.add(*this, request);
    if (refused) service_.end_group_if_empty(group);  // it may have been made for this join
    return refused;
}

std::error_code User::leave(Group& group, std::string_view reason) {
    return group.remove(*this, {Departure::Kind::left, reason, nullptr});
}

std::error_code User::typing(const Target& target, TypingState state) {
    if (target.group != nullptr) {
        if (const std::error_code refused = target.group->may_speak(*this)) return refused;
    } else if (target.user == nullptr || !target.user->online()) {
        return Errc::no_such_user;
    } else if (target.user->blocks(*this)) {
        return Errc::not_accepted;
    }
    const TypingTracker::Place place{id_, TypingTracker::place_of(target)};
    if (!service_.typing_.notice(place, state, service_.scheduler().now())) return {};
    const TypingNotice notice{this, target, state};
    RenderCache cache;
    if (target.group != nullptr) {
        target.group->typing(notice, cache);
    } else if (target.user->client_ != nullptr) {
        target.user->client_->typing(notice, cache);
    }
    return {};
}

std::error_code User::rename(std::string_view name) {
    return service_.rename(*this, name);
}

void User::set_presence(Presence presence) {
    if (presence == presence_) return;
    presence_ = std::move(presence);
    RenderCache cache;
    service_.for_each_acquaintance(
        *this, [&](ChatClient& client, Audience audience) { client.presence_changed(*this, audience, cache); });
    for (ServiceObserver* observer : service_.observers_) observer->user_changed(*this);
}

void User::set_real_name(std::string real_name) {
    if (real_name == profile_.real_name) return;
    profile_.real_name = std::move(real_name);
    RenderCache cache;
    service_.for_each_acquaintance(*this, [&](ChatClient& client, Audience audience) {
        client.profile_changed(*this, ProfileField::real_name, audience, cache);
    });
    for (ServiceObserver* observer : service_.observers_) observer->user_changed(*this);
}

void User::set_account(std::string account) {
    if (account == profile_.account) return;
    profile_.account = std::move(account);
    RenderCache cache;
    service_.for_each_acquaintance(*this, [&](ChatClient& client, Audience audience) {
        client.profile_changed(*this, ProfileField::account, audience, cache);
    });
    for (ServiceObserver* observer : service_.observers_) observer->user_changed(*this);
    for (ServiceObserver* observer : service_.observers_) observer->account_changed(*this);
}

void User::set_host(std::string username, std::string host) {
    if (username == profile_.username && host == profile_.host) return;
    const OldHost old{std::exchange(profile_.username, std::move(username)),
                      std::exchange(profile_.host, std::move(host))};
    RenderCache cache;
    service_.for_each_acquaintance(
        *this, [&](ChatClient& client, Audience audience) { client.host_changed(*this, old, audience, cache); });
}

void User::set_flags(UserFlags flags) {
    if (flags == flags_) return;
    if (online()) service_.count_flags(flags_, -1);
    flags_ = flags;
    if (online()) service_.count_flags(flags_, +1);
}

bool User::invited_to(GroupId group) const {
    return std::find(invitations_.begin(), invitations_.end(), group) != invitations_.end();
}

void User::add_invitation(GroupId group) {
    if (invited_to(group) || service_.options().max_invitations == 0) return;
    if (invitations_.size() >= service_.options().max_invitations) invitations_.erase(invitations_.begin());
    invitations_.push_back(group);
}

void User::forget_invitation(GroupId group) {
    if (!invitations_.empty()) std::erase(invitations_, group);
}

const Membership* User::membership(const Group& group) const {
    for (const Membership& membership : groups_) {
        if (membership.group == &group) return &membership;
    }
    return nullptr;
}

}  // namespace patchcord::chat
