#include "chat_core/chat_service.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/broadcast.hpp"

namespace patchcord::chat {

ChatService::ChatService(ServiceOptions options, Scheduler& scheduler)
    : options_(std::move(options)),
      scheduler_(scheduler),
      groups_(0, FoldHash{options_.names.fold}, FoldEqual{options_.names.fold}),
      users_(0, FoldHash{options_.names.fold}, FoldEqual{options_.names.fold}),
      reserved_(0, FoldHash{options_.names.fold}, FoldEqual{options_.names.fold}),
      watches_(*options_.names.fold),
      typing_(options_.typing),
      entrances_(*this, options_.entrances) {}

ChatService::~ChatService() {
    scheduler_.cancel(burial_);
}

void ChatService::set_options(ServiceOptions options) {
    options.names.fold = options_.names.fold;
    options_ = std::move(options);
    typing_.set_options(options_.typing);
    entrances_.set_options(options_.entrances);
}

Result<Group*> ChatService::lookup_group(std::string_view name) const {
    const auto found = groups_.find(name);
    if (found == groups_.end()) return Errc::no_such_group;
    return found->second.get();
}

Result<Group*> ChatService::get_group(std::string_view name) {
    auto found = lookup_group(name);
    if (found) return found;
    if (!options_.names.is_group_name(name)) return Errc::invalid_name;
    if (!options_.create_group_on_request) return found;
    return create_group(name);
}

Result<Group*> ChatService::create_group(std::string_view name) {
    if (!options_.names.is_group_name(name)) return Errc::invalid_name;
    if (groups_.contains(name)) return Errc::duplicate_group;
    auto group =
        std::make_unique<Group>(*this, GroupId{++last_group_id_}, std::string(name), false, scheduler_.wall_now());
    Group* made = group.get();
    groups_by_id_.emplace(last_group_id_, made);
    groups_.emplace(std::string_view(made->name()), std::move(group));
    for (ServiceObserver* observer : observers_) observer->group_created(*made);
    return made;
}

std::error_code ChatService::rename_group(Group& group, std::string_view name, const User* by,
                                          std::string_view reason) {
    if (!options_.names.is_group_name(name)) return Errc::invalid_name;
    if (group.permanent()) return Errc::not_supported;
    if (!same_name(name, group.name()) && groups_.contains(name)) return Errc::duplicate_group;
    const Broadcast running(*this);
    auto node = groups_.extract(std::string_view(group.name_));  // the key is a view of the name
    const std::string old_name = std::exchange(group.name_, std::string(name));
    node.key() = group.name_;
    groups_.insert(std::move(node));
    for (ServiceObserver* observer : observers_) observer->group_renamed(group, old_name);
    RenderCache cache;
    const Renaming how{old_name, by, reason};
    group.broadcast(nullptr, [&](const Member& member) -> std::error_code {
        member.client->group_renamed(group, how, cache);
        return {};
    });
    if (recorder_ != nullptr) recorder_->renamed(group, how);
    return {};
}

std::vector<Group*> ChatService::groups() const {
    std::vector<Group*> all;
    all.reserve(groups_.size());
    for (const auto& entry : groups_) all.push_back(entry.second.get());
    return all;
}

Group* ChatService::find_group(GroupId id) const {
    const auto found = groups_by_id_.find(static_cast<std::uint64_t>(id));
    return found == groups_by_id_.end() ? nullptr : found->second;
}

void ChatService::end_group_if_empty(Group& group) {
    if (group.size() != 0) return;
    if (group.permanent()) return;
    if (groups_by_id_.erase(static_cast<std::uint64_t>(group.id())) == 0) return;  // it has ended already
    departed_groups_.push_back(std::move(groups_.extract(std::string_view(group.name())).mapped()));
    bury_later();
    for (ServiceObserver* observer : observers_) observer->group_ended(group);
}

Result<User*> ChatService::lookup_user(std::string_view name) const {
    const auto found = users_.find(name);
    if (found == users_.end()) return Errc::no_such_user;
    return found->second.get();
}

Result<User*> ChatService::lookup_user(std::string_view name, const User& viewer) const {
    const auto found = lookup_user(name);
    if (found && (*found)->online() && is_known(**found, viewer)) return found;
    return Errc::no_such_user;
}

bool ChatService::is_known(const User& user, const User& viewer) {
    if (user.client_ == nullptr || user.client_->is_known_to(viewer)) return true;
    return std::any_of(user.groups_.begin(), user.groups_.end(),
                       [&](const Membership& membership) { return membership.group->has(viewer); });
}

Result<User*> ChatService::get_user(std::string_view name) {
    auto found = lookup_user(name);
    if (found) return found;
    if (!is_user_name(name)) return Errc::invalid_name;
    if (!options_.create_user_on_request) return found;
    return add_user(name, true);
}

Result<User*> ChatService::create_user(std::string_view name) {
    if (!is_user_name(name)) return Errc::invalid_name;
    if (users_.contains(name)) return Errc::duplicate_user;
    if (reserved_.contains(name)) return Errc::name_reserved;
    return add_user(name, false);
}

Result<User*> ChatService::create_puppet(std::string_view name, Profile profile) {
    auto made = create_user(name);
    if (!made) return made;
    User& user = **made;
    user.on_request_ = true;
    user.puppet_ = true;
    user.profile_ = std::move(profile);
    signed_on(user);
    return made;
}

void ChatService::remove_puppet(UserId id, std::string_view reason) {
    User* user = find_user(id);
    if (user != nullptr && user->puppet_) sign_off(*user, reason);
}

User* ChatService::find_user(UserId id) const {
    if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
    return slots_[id.slot].user;
}

std::vector<User*> ChatService::online_users() const {
    std::vector<User*> online;
    online.reserve(users_.size());
    for (const auto& entry : users_) {
        if (entry.second->online()) online.push_back(entry.second.get());
    }
    return online;
}

Result<User*> ChatService::add_user(std::string_view name, bool on_request) {
    auto user = std::make_unique<User>(*this, UserId{}, std::string(name), on_request);
    User* made = user.get();
    made->id_ = take_slot(*made);
    users_.emplace(std::string_view(made->name_), std::move(user));
    return made;
}

UserId ChatService::take_slot(User& user) {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[slot].user = &user;
    return {slot, ++slots_[slot].generation};
}

void ChatService::erase_user(User& user) {
    slots_[user.id_.slot].user = nullptr;
    free_slots_.push_back(user.id_.slot);
    departed_.push_back(std::move(users_.extract(std::string_view(user.name_)).mapped()));
    bury_later();
}

void ChatService::bury_later() {
    if (burial_) return;
    burial_ = scheduler_.after(std::chrono::milliseconds(0), [this] {
        burial_ = {};
        departed_.clear();
        departed_groups_.clear();
    });
}

std::error_code ChatService::name_is_free(std::string_view name) const {
    const auto found = lookup_user(name);
    if (found && (*found)->online()) return Errc::already_logged_in;
    if (reserved_.contains(name)) return Errc::name_reserved;
    return {};
}

Result<NameReservation> ChatService::reserve_name(std::string_view name) {
    if (!is_user_name(name)) return Errc::invalid_name;
    if (const std::error_code taken = name_is_free(name)) return taken;
    reserved_.emplace(std::string(name), true);
    return NameReservation(*this, std::string(name));
}

Result<Login> ChatService::login(std::string_view name, ChatClient& client, Profile profile, bool has_account) {
    if (const std::error_code taken = name_is_free(name)) return taken;
    auto found = get_user(name);
    if (!found && found.error() == Errc::no_such_user && has_account) found = add_user(name, true);
    if (!found) return found.error();
    User& user = **found;
    user.client_ = &client;
    user.profile_ = std::move(profile);
    signed_on(user);
    return Login(*this, user.id());
}

void ChatService::signed_on(User& user) {
    user.sign_on_ = user.last_message_ = scheduler_.wall_now();
    user.presence_ = {};
    ++counts_.online;
    counts_.most_online = std::max(counts_.most_online, counts_.online);
    count_flags(user.flags_, +1);
    for (ServiceObserver* observer : observers_) observer->user_signed_on(user);
    roster_signed_on(user);
    RenderCache cache;
    for_each_watcher(user, user.name_, [&](User& watcher) { watcher.client_->watched_on(user, cache); });
}

void ChatService::sign_off(User& user, std::string_view reason) {
    const Broadcast running(*this);
    for (ServiceObserver* observer : observers_) observer->user_signed_off(user, reason);
    const std::string name = user.name_;
    const std::vector<UserId> watchers = watchers_of(user, name);
    RenderCache cache;
    user.client_ = nullptr;
    for_each_companion(user, [&](ChatClient& client) { client.signed_off(user, reason, cache); });
    roster_signed_off(user, reason);
    leave_all(user);
    user.puppet_ = false;
    user.invitations_.clear();
    --counts_.online;
    count_flags(user.flags_, -1);
    user.flags_ = {};
    if (user.on_request_) {
        erase_user(user);
    } else {
        user.id_.generation = ++slots_[user.id_.slot].generation;  // what is left of this login finds nobody
    }
    RenderCache watched;
    for_each_of(watchers, [&](User& watcher) { watcher.client_->watched_off(name, watched); });
}

std::vector<UserId> ChatService::watchers_of(const User& user, std::string_view name) const {
    std::vector<UserId> watchers;
    for (const UserId id : watches_.of(name)) {
        const User* watcher = find_user(id);
        if (watcher != nullptr && is_known(user, *watcher)) watchers.push_back(id);
    }
    return watchers;
}

void ChatService::leave_all(User& user) {
    while (!user.groups_.empty()) user.groups_.back().group->erase_member(user);
}

std::error_code ChatService::rename(User& user, std::string_view name) {
    if (!user.online()) return Errc::not_logged_in;
    if (!is_user_name(name)) return Errc::invalid_name;
    const bool same = same_name(name, user.name_);
    if (!same && users_.contains(name)) return Errc::duplicate_user;
    if (!same && reserved_.contains(name)) return Errc::name_reserved;
    const Broadcast running(*this);
    const std::string old_name = user.name_;
    rekey(user, name);
    for (ServiceObserver* observer : observers_) observer->user_renamed(user, old_name);
    RenderCache cache;
    if (user.client_ != nullptr) user.client_->renamed(user, old_name, cache);
    for_each_companion(user, [&](ChatClient& client) { client.renamed(user, old_name, cache); });
    for_each_lister(user, last_mark_, [&](User& owner, bool told) {
        if (!told) owner.client_->renamed(user, old_name, cache);
    });
    if (same) return {};
    RenderCache off;
    for_each_watcher(user, old_name, [&](User& watcher) { watcher.client_->watched_off(old_name, off); });
    RenderCache on;
    for_each_watcher(user, user.name_, [&](User& watcher) { watcher.client_->watched_on(user, on); });
    return {};
}

void ChatService::rekey(User& user, std::string_view name) {
    auto node = users_.extract(std::string_view(user.name_));  // the key is a view of the name: out before it changes
    user.name_ = std::string(name);
    node.key() = user.name_;
    users_.insert(std::move(node));
}

void ChatService::operator_notice(const User& by, std::string_view text) {
    const Broadcast running(*this);
    RenderCache cache;
    for (User* user : online_users()) {
        if (user->client_ != nullptr) user->client_->operator_notice(by, text, cache);
    }
}

WallTime ChatService::time_of_message() const {
    const WallTime now = scheduler_.wall_now();
    return next_moment_ - now == std::chrono::milliseconds(1) ? next_moment_ : now;
}

void ChatService::begin_split(const Split& split) {
    for (ServiceObserver* observer : observers_) observer->split_began(split);
}

void ChatService::end_split() {
    for (ServiceObserver* observer : observers_) observer->split_ended();
}

void ChatService::count_flags(const UserFlags& flags, int sign) {
    if (flags.invisible) counts_.invisible += static_cast<std::size_t>(sign);
    if (flags.gateway_operator) counts_.operators += static_cast<std::size_t>(sign);
}

void ChatService::delivery_failed(const User& user, Group* group, std::error_code why) {
    failures_.push_back({user.id(), group, why});
}

void ChatService::end_broadcast() {
    // Taking somebody out is itself a broadcast, in which others may fail: go on until nobody does.
    while (!failures_.empty()) {
        const Failure failure = failures_.back();
        failures_.pop_back();
        User* user = find_user(failure.user);
        if (user == nullptr || !user->online()) continue;
        ++broadcasts_;
        if (is_connection_error(failure.why)) {
            sign_off(*user, failure.why.message());
        } else {
            failure.group->remove(*user, {Departure::Kind::failed, failure.why.message(), nullptr});
        }
        --broadcasts_;
    }
    for (Group* group : std::exchange(gapped_groups_, {})) {
        group->close_gaps();
        if (group->size() == 0) group->open_to_all();
        end_group_if_empty(*group);
    }
}

User* Login::user() const {
    return service_ == nullptr ? nullptr : service_->find_user(id_);
}

void Login::logout(std::string_view reason) {
    User* logged_in = user();
    if (logged_in != nullptr) service_->sign_off(*logged_in, reason);
    service_ = nullptr;
    id_ = {};
}

void NameReservation::release() {
    if (service_ == nullptr) return;
    const auto held = service_->reserved_.find(name_);
    if (held != service_->reserved_.end()) service_->reserved_.erase(held);
    service_ = nullptr;
}

}  // namespace patchcord::chat
