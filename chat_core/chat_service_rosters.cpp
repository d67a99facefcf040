// Contact lists: who is on whose, and who is shown there.

#include <algorithm>
#include <utility>

#include "chat_core/broadcast.hpp"

namespace patchcord::chat {

User* ChatService::find_by_address(std::string_view address) const {
    const auto found = by_address_.find(std::string(address));
    return found == by_address_.end() ? nullptr : found->second;
}

std::vector<User*> ChatService::listers_of(std::string_view address) const {
    std::vector<User*> owners;
    const auto listers = listers_.find(std::string(address));
    if (listers == listers_.end()) return owners;
    for (const UserId id : listers->second) {
        if (User* owner = find_user(id)) owners.push_back(owner);
    }
    return owners;
}

void ChatService::roster_signed_on(User& user) {
    if (!user.profile_.address.empty()) bear(user, user.profile_.address);
}

void ChatService::bear(User& user, const std::string& address) {
    by_address_[address] = &user;
    refresh_listers(user, address);
}

void ChatService::bear_no_more(User& user, const std::string& address, std::string_view reason) {
    const auto bearer = by_address_.find(address);
    if (bearer == by_address_.end() || bearer->second != &user) return;
    by_address_.erase(bearer);
    RenderCache cache;
    for_each_lister_of(address, last_mark_, [&](User& owner, bool told) {
        entry_of(owner, address)->shown = false;
        owner.client_->contact_left(user, reason, told, cache);
    });
}

void ChatService::roster_signed_off(User& user, std::string_view reason) {
    if (!user.profile_.address.empty()) bear_no_more(user, user.profile_.address, reason);
    for (const std::string& address : std::exchange(user.more_addresses_, {})) bear_no_more(user, address, reason);
    user.roster_awaited_ = false;
    user.mail_awaited_ = false;
    if (user.roster_ == nullptr) return;
    for (const auto& [listed, entry] : user.roster_->entries_) {
        const auto listers = listers_.find(listed);
        if (listers == listers_.end()) continue;
        std::erase(listers->second, user.id_);
        if (listers->second.empty()) listers_.erase(listers);
    }
    user.roster_.reset();
}

std::error_code ChatService::set_contact(User& owner, RosterEntry entry) {
    if (!owner.online()) return Errc::not_logged_in;
    const RosterEntry* known = owner.roster().find(entry.address);
    const bool stays = entry.listed || entry.blocked;
    if (known == nullptr && !stays) return {};
    if (known == nullptr && owner.roster().entries().size() >= options_.max_contacts) return Errc::list_full;
    const Broadcast running(*this);
    const RosterEntry before = known != nullptr ? *known : RosterEntry{entry.address, {}, false, false, false};
    entry.shown = before.shown;
    const RosterEntry after = entry;
    const User* contact = find_by_address(after.address);
    RenderCache cache;
    if (before.shown && !after.listed && contact != nullptr) {
        owner.roster_->entries_.find(after.address)->second.shown = false;
        if (owner.client_ != nullptr) owner.client_->contact_left(*contact, {}, false, cache);
    }
    set_entry(owner, std::move(entry));
    if (after.listed && contact != nullptr) refresh(owner, *contact, after.address, cache);
    for (ServiceObserver* observer : observers_) observer->contact_changed(owner, before, after);
    return {};
}

/// Into the list and the index, or out of both.
void ChatService::set_entry(User& owner, RosterEntry entry) {
    if (owner.roster_ == nullptr) owner.roster_ = std::make_unique<Roster>();
    std::vector<UserId>& listers = listers_[entry.address];
    std::erase(listers, owner.id_);
    if (entry.listed) listers.push_back(owner.id_);
    if (listers.empty()) listers_.erase(entry.address);
    if (entry.listed || entry.blocked) {
        std::string address = entry.address;
        if (!entry.listed) entry.shown = false;
        owner.roster_->entries_.insert_or_assign(std::move(address), std::move(entry));
        return;
    }
    owner.roster_->entries_.erase(entry.address);
    if (owner.roster_->entries_.empty()) owner.roster_.reset();
}

void ChatService::restore_roster(User& owner, std::vector<RosterEntry> entries) {
    if (!owner.online()) return;
    owner.roster_awaited_ = false;
    for (RosterEntry& entry : entries) {
        if (owner.roster().find(entry.address) != nullptr) continue;  // made meanwhile
        const User* contact = find_by_address(entry.address);
        entry.shown = contact != nullptr && entry.listed && sees(owner, *contact);
        set_entry(owner, std::move(entry));
    }
    const Broadcast running(*this);
    if (owner.client_ != nullptr) owner.client_->roster_restored();
    for (ServiceObserver* observer : observers_) observer->roster_restored(owner);
}

bool ChatService::sees(const User& owner, const User& contact) const {
    return contact.online() && (contact.client_ == nullptr || contact.client_->is_visible_to(owner));
}

RosterEntry* ChatService::entry_of(const User& owner, std::string_view address) const {
    if (owner.roster_ == nullptr) return nullptr;
    const auto found = owner.roster_->entries_.find(address);
    return found == owner.roster_->entries_.end() ? nullptr : &found->second;
}

void ChatService::refresh(User& owner, const User& contact, std::string_view address, RenderCache& cache) {
    RosterEntry* entry = entry_of(owner, address);
    if (entry == nullptr || !entry->listed || owner.client_ == nullptr) return;
    const bool visible = sees(owner, contact);
    if (std::exchange(entry->shown, visible) == visible) return;
    if (visible) {
        owner.client_->contact_came(contact, cache);
    } else {
        owner.client_->contact_left(contact, {}, false, cache);
    }
}

void ChatService::refresh_listers(const User& contact, const std::string& address) {
    const auto listers = listers_.find(address);
    if (listers == listers_.end()) return;
    const Broadcast running(*this);
    RenderCache cache;
    for (const UserId id : std::vector<UserId>(listers->second)) {
        if (User* owner = find_user(id)) refresh(*owner, contact, address, cache);
    }
}

std::error_code ChatService::deliver_kept(const User& to, std::string_view sender_name, Profile sender,
                                          std::string text, WallTime sent_at) {
    if (to.client_ == nullptr) return Errc::not_logged_in;
    const Broadcast running(*this);
    User absent(*this, UserId{}, std::string(sender_name), true);
    absent.profile_ = std::move(sender);
    User* here = find_by_address(absent.profile_.address);
    User& from = here != nullptr ? *here : absent;
    if (to.blocks(from)) return Errc::not_accepted;
    User* receiver = find_user(to.id_);
    const Message message{next_message_id(),
                          &from,
                          {nullptr, receiver, {}},
                          MessageKind::text,
                          MessageText(StyledText(std::move(text))),
                          sent_at};
    RenderCache cache;
    const std::error_code error = to.client_->receive_kept(message, cache);
    if (is_connection_error(error)) delivery_failed(to, nullptr, error);
    if (!error && recorder_ != nullptr) recorder_->message_sent(message);
    return error;
}

// --- as a user has them ----------------------------------------------------------------------------------------------

const Roster& User::roster() const {
    static const Roster nobody;
    return roster_ == nullptr ? nobody : *roster_;
}

std::error_code User::set_contact(RosterEntry entry) {
    return service_.set_contact(*this, std::move(entry));
}

void User::restore_roster(std::vector<RosterEntry> entries) {
    service_.restore_roster(*this, std::move(entries));
}

const RosterEntry* User::entry_for(const User& other) const {
    if (roster_ == nullptr) return nullptr;
    if (const RosterEntry* entry = roster_->find(other.profile_.address)) return entry;
    for (const std::string& address : other.more_addresses_) {
        if (const RosterEntry* entry = roster_->find(address)) return entry;
    }
    return nullptr;
}

bool User::blocks(const User& other) const {
    const RosterEntry* entry = entry_for(other);
    return entry != nullptr && entry->blocked;
}

void User::visibility_changed() {
    if (!profile_.address.empty()) service_.refresh_listers(*this, profile_.address);
    for (const std::string& address : std::vector(more_addresses_)) service_.refresh_listers(*this, address);
}

void User::add_address(const std::string& address) {
    if (!online() || std::find(more_addresses_.begin(), more_addresses_.end(), address) != more_addresses_.end())
        return;
    more_addresses_.push_back(address);
    service_.bear(*this, address);
}

void User::remove_address(const std::string& address) {
    if (std::erase(more_addresses_, address) == 0) return;
    const Broadcast running(service_);
    ++service_.last_mark_;  // nobody has heard of it yet
    service_.bear_no_more(*this, address, {});
}

}  // namespace patchcord::chat
