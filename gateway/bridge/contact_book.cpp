#include "gateway/bridge/contact_book.hpp"

#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

/// Those on MSN keep their lists there.
bool keeps_list_here(const chat::User& user) {
    return user.profile().address.empty() && !user.profile().account.empty();
}

}  // namespace

std::optional<std::string> ContactBook::address_of(std::string_view name) const {
    if (name.find('@') != std::string_view::npos) {
        const auto handle = msn::parse_handle(name);
        return handle && parts_.is_ours(*handle) ? std::nullopt : handle;
    }
    const auto user = parts_.service.lookup_user(name);
    if (user && (*user)->online()) {
        const std::string& address = (*user)->profile().address;
        return address.empty() ? std::nullopt : std::optional(address);
    }
    return parts_.names.handle_of(name);
}

std::string ContactBook::name_of(std::string_view address) const {
    const chat::User* user = parts_.service.find_by_address(address);
    return user != nullptr ? user->name() : parts_.names.nick_of(address).value_or(std::string());
}

void ContactBook::exists(std::string address, std::function<void(chat::Result<bool>)> done) const {
    parts_.store.exists(std::move(address), std::move(done));
}

void ContactBook::user_signed_off(const chat::User& user, std::string_view) {
    fetched_.erase(&user);
}

void ContactBook::fetch_once(const chat::User& user) {
    if (!keeps_list_here(user)) return;
    std::string& fetched = fetched_[&user];
    if (std::exchange(fetched, user.profile().account) == user.profile().account) return;
    parts_.service.find_user(user.id())->await_roster();
    parts_.store.load_roster(user.profile().account, [this, id = user.id()](chat::Result<StoredRoster> stored) {
        restore(id, std::move(stored));
    });
}

void ContactBook::restore(chat::UserId id, chat::Result<StoredRoster> stored) {
    chat::User* owner = parts_.service.find_user(id);
    if (owner == nullptr || !owner->online()) return;
    if (!stored) {
        parts_.log.log(chat::LogLevel::error, {}, "cannot load a contact list",
                       {{"account", owner->profile().account}, {"error", stored.error().message()}});
        owner->restore_roster({});
        return;
    }
    for (const auto& [address, entry] : owner->roster().entries()) contact_changed(*owner, {}, entry);  // a guest's
    owner->restore_roster(std::move(stored->entries));
    for (const msn::ReverseContact& other : stored->listed_by) {
        if (owner->client() == nullptr) return;
        if (owner->roster().find(other.handle) == nullptr) owner->client()->contact_request(other.handle, other.name);
    }
}

void ContactBook::contact_changed(const chat::User& owner, const chat::RosterEntry&, const chat::RosterEntry& after) {
    if (!keeps_list_here(owner)) return;
    parts_.store.save_roster_entry(owner.profile().account, after,
                                   [&log = parts_.log, account = owner.profile().account](std::error_code error) {
                                       if (!error) return;
                                       log.log(chat::LogLevel::error, {}, "cannot store a contact",
                                               {{"account", account}, {"error", error.message()}});
                                   });
}

}  // namespace patchcord::gateway
