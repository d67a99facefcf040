#include "gateway/bridge/contact_book.hpp"

#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

/// `bob@example.com/escargot`
bool is_on_service(std::string_view address) {
    return address.find('/', address.find('@')) != std::string_view::npos;
}

/// Those on MSN keep their lists there.
bool keeps_list_here(const chat::User& user) {
    return user.profile().address.empty() && !user.profile().account.empty();
}

}  // namespace

std::optional<std::string> ContactBook::address_of(std::string_view name, const chat::User& asker) const {
    if (name.find('@') != std::string_view::npos) {
        if (auto address = parts_.on_service ? parts_.on_service(name, asker) : std::nullopt) return address;
        const auto handle = msn::parse_handle(name);
        return handle && parts_.is_ours(*handle) ? std::nullopt : handle;
    }
    const auto user = parts_.service.lookup_user(name, asker);
    if (user) {
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
    if (is_on_service(address)) {  // which says so when it is told
        parts_.service.scheduler().after(std::chrono::milliseconds(0), [done = std::move(done)] { done(true); });
        return;
    }
    parts_.store.exists(std::move(address), std::move(done));
}

void ContactBook::user_signed_on(const chat::User& user) {
    await(user);
}

/// What was put on the list before goes to the account's.
void ContactBook::account_changed(const chat::User& user) {
    if (!keeps_list_here(user)) return;
    for (const auto& [address, entry] : user.roster().entries()) save(user.profile().account, entry);
    await(user);
}

void ContactBook::await(const chat::User& user) {
    if (!keeps_list_here(user)) return;
    parts_.service.find_user(user.id())->await_roster();
    load(user.id());
}

void ContactBook::load(chat::UserId id) {
    const chat::User* owner = parts_.service.find_user(id);
    if (owner == nullptr || !owner->online()) return;
    parts_.store.load_roster(owner->profile().account,
                             [this, alive = std::weak_ptr(alive_), id](chat::Result<StoredRoster> stored) {
                                 if (!alive.expired()) restore(id, std::move(stored));
                             });
}

void ContactBook::restore(chat::UserId id, chat::Result<StoredRoster> stored) {
    chat::User* owner = parts_.service.find_user(id);
    if (owner == nullptr || !owner->online()) return;
    if (!stored) {
        load_again(id, stored.error());
        return;
    }
    trouble_logged_ = false;
    owner->restore_roster(std::move(stored->entries));
    for (const msn::ReverseContact& other : stored->listed_by) {
        if (owner->client() == nullptr) return;
        if (owner->roster().find(other.handle) == nullptr) owner->client()->contact_request(other.handle, other.name);
    }
}

/// An empty list in its place would show the owner to those they block.
void ContactBook::load_again(chat::UserId id, std::error_code why) {
    if (!std::exchange(trouble_logged_, true)) {
        parts_.log.log(chat::LogLevel::error, {}, "cannot load a contact list",
                       {{"account", parts_.service.find_user(id)->profile().account}, {"error", why.message()}});
    }
    parts_.service.scheduler().after(parts_.retry_after, [this, alive = std::weak_ptr(alive_), id] {
        if (!alive.expired()) load(id);
    });
}

/// Whoever is here twice has one list.
void ContactBook::contact_changed(const chat::User& owner, const chat::RosterEntry&, const chat::RosterEntry& after) {
    if (!keeps_list_here(owner) || mirroring_) return;
    save(owner.profile().account, after);
    mirroring_ = true;
    for (chat::User* other : parts_.service.online_users()) {
        const bool same = keeps_list_here(*other) && other->profile().account == owner.profile().account;
        if (same && other->id() != owner.id()) (void)other->set_contact(after);
    }
    mirroring_ = false;
}

void ContactBook::save(const std::string& account, const chat::RosterEntry& entry) {
    parts_.store.save_roster_entry(account, entry, [&log = parts_.log, account](std::error_code error) {
        if (!error) return;
        log.log(chat::LogLevel::error, {}, "cannot store a contact",
                {{"account", account}, {"error", error.message()}});
    });
}

}  // namespace patchcord::gateway
