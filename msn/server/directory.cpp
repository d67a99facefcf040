#include "msn/server/directory.hpp"

#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

}  // namespace

Directory::Directory(chat::ChatService& service, std::string_view name)
    : service_(service), person_domain_("irc." + lower(name)), room_domain_("rooms." + lower(name)) {}

bool Directory::is_person(std::string_view handle) const {
    return split_handle(handle).domain == person_domain_;
}

bool Directory::is_room(std::string_view handle) const {
    return split_handle(handle).domain == room_domain_;
}

chat::User* Directory::find_person(std::string_view handle) const {
    if (!is_person(handle)) return nullptr;
    const std::string local = lower(split_handle(handle).local);
    if (const auto bearer = bearers_.find(local); bearer != bearers_.end()) return service_.find_user(bearer->second);
    const auto user = service_.lookup_user(local);
    if (!user || !people_.contains(key((*user)->id())) || local_parts_.contains(key((*user)->id()))) return nullptr;
    return lower((*user)->name()) == local ? *user : nullptr;  // nicks may be the same in more ways than handles
}

std::string Directory::nick_of(std::string_view handle) const {
    const chat::User* user = find_person(handle);
    return user != nullptr ? user->name() : std::string(split_handle(handle).local);
}

chat::Group* Directory::find_room(std::string_view handle) const {
    if (!is_room(handle)) return nullptr;
    const auto group = service_.lookup_group(room_name(handle));
    return group ? *group : nullptr;
}

std::string Directory::room_name(std::string_view handle) const {
    const std::string_view local = split_handle(handle).local;
    return (local.starts_with('&') ? "" : "#") + std::string(local);
}

std::string Directory::person_handle(const chat::User& user) const {
    const auto local = local_parts_.find(key(user.id()));
    return (local != local_parts_.end() ? local->second : lower(user.name())) + "@" + person_domain_;
}

std::string Directory::plain_handle(const chat::User& user) const {
    return lower(user.name()) + "@" + person_domain_;
}

std::string Directory::room_handle(const chat::Group& group) const {
    return room_handle(std::string_view(group.name()));
}

std::string Directory::room_handle(std::string_view name) const {
    return lower(name.starts_with('#') ? name.substr(1) : name) + "@" + room_domain_;
}

std::optional<chat::UserId> Directory::signed_on(const chat::User& user) {
    people_.insert(key(user.id()));
    const std::string account = lower(user.profile().account);
    const bool elsewhere = find_person(account + "@" + person_domain_) != nullptr;
    if (account.empty() || account == lower(user.name()) || elsewhere) return claim(lower(user.name()), user);
    bearers_[account] = user.id();
    local_parts_[key(user.id())] = account;
    return std::nullopt;
}

std::optional<chat::UserId> Directory::renamed(const chat::User& user, std::string_view old_name) {
    const std::string local = lower(user.name());
    const auto evicted = claim(local, user);
    const auto own = local_parts_.find(key(user.id()));
    if (own == local_parts_.end()) {
        const std::string old_local = lower(old_name);
        if (old_local == local) return evicted;
        bearers_[old_local] = user.id();
        local_parts_[key(user.id())] = old_local;
    } else if (own->second == local) {  // back to the nick the handle stands for
        bearers_.erase(local);
        local_parts_.erase(own);
    }
    return evicted;
}

/// Whoever has the nick has the handle; one who only kept it goes back to that of their own nick.
std::optional<chat::UserId> Directory::claim(const std::string& local, const chat::User& user) {
    const auto bearer = bearers_.find(local);
    if (bearer == bearers_.end() || bearer->second == user.id()) return std::nullopt;
    const chat::UserId evicted = bearer->second;
    bearers_.erase(bearer);
    local_parts_.erase(key(evicted));
    return evicted;
}

void Directory::signed_off(const chat::User& user) {
    people_.erase(key(user.id()));
    const auto local = local_parts_.find(key(user.id()));
    if (local == local_parts_.end()) return;
    bearers_.erase(local->second);
    local_parts_.erase(local);
}

std::uint64_t Directory::key(chat::UserId id) {
    return static_cast<std::uint64_t>(id.generation) << 32U | id.slot;
}

}  // namespace patchcord::msn
