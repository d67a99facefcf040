// The contact list of a linked account: the service's is the owner's, for those who are there.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/linked_account.hpp"

namespace patchcord::msn {

// --- presence --------------------------------------------------------------------------------------------------------

/// A service may tell of anybody; the list has a limit.
void LinkedAccount::contact_seen(const RosterContact& contact) {
    if (!contact.is_on(ListBit::forward)) return;
    if (arriving_) {
        arrivals_[contact.handle] = contact;
    } else {
        show(contact);
    }
}

void LinkedAccount::show(const RosterContact& contact) {
    if (contact.status == Status::offline || contact.status == Status::hidden) return;
    if (!options_.room.empty()) return;  // a room has no contacts
    const chat::User* owner = this->owner();
    const auto& hook = service_.environment().contact_came;
    const std::string address = service_.address_of(contact.handle);
    if (chat::User* local = service_.local_user(contact.handle)) {  // one of us: no second person
        lose_sight(contact.handle, {});
        if (local->id() == owner_) return;
        local->add_address(address);
        if (hook && owner != nullptr) hook(*owner, *local, address, [] {});
        return;
    }
    const bool came = sighted_.insert(contact.handle).second;
    FarPerson& person = service_.person(contact.handle);
    person.seen_by(*this, contact);
    if (came) bring_older(contact.handle);
}

/// Somebody can be reached from now on: what the owner wrote to them before comes first.
void LinkedAccount::bring_older(const std::string& handle) {
    const auto& hook = service_.environment().contact_came;
    const chat::User* owner = this->owner();
    const FarPerson* person = service_.find_person(handle);
    if (!hook || owner == nullptr || person == nullptr || person->user() == nullptr) return;
    const auto expecting = std::make_shared<std::weak_ptr<Conversation>>();
    const auto done = [expecting] {
        if (const auto query = expecting->lock()) query->older_are_here();
    };
    if (!hook(*owner, *person->user(), service_.address_of(handle), done)) return;
    const auto query = query_with(handle);
    if (!query) return;
    (*query)->expect_older();
    *expecting = (*query)->weak_from_this();
}

/// All who are there came; whoever was seen before the connection was lost and did not is gone.
void LinkedAccount::arrive() {
    arriving_ = false;
    const std::map<std::string, RosterContact> here = std::exchange(arrivals_, {});
    for (const std::string& handle : std::set(sighted_)) {
        if (!here.contains(handle)) lose_sight(handle, "signed out");
    }
    const std::string there = service_.server_name();
    service_.service().begin_split({true, there});
    for (const auto& [handle, contact] : here) show(contact);
    service_.service().end_split();
}

void LinkedAccount::contact_offline(const RosterContact& contact) {
    arrivals_.erase(contact.handle);
    if (chat::User* local = service_.local_user(contact.handle)) {
        local->remove_address(service_.address_of(contact.handle));
    }
    if (!arriving_) lose_sight(contact.handle, "signed out");
}

void LinkedAccount::lose_sight(const std::string& handle, std::string_view reason) {
    if (sighted_.erase(handle) == 0) return;
    if (FarPerson* person = service_.find_person(handle)) person->not_seen_by(*this, reason);
}

void LinkedAccount::presence_changed() {
    if (status_timer_) {
        status_due_ = true;
        return;
    }
    send_status();
}

void LinkedAccount::send_status() {
    const chat::User* owner = this->owner();
    if (client() == nullptr || owner == nullptr) return;
    status_due_ = false;
    client_->change_status(status_of(owner->presence()), report("your status"));
    client_->change_personal_message({owner->presence().away() ? owner->presence().message : std::string(), {}});
    set_timer(status_timer_, service_.options().presence_interval, &LinkedAccount::rested);
}

void LinkedAccount::rested() {
    if (status_due_) send_status();
}

namespace {

/// The first of them, for a line.
std::string first_of(const std::vector<std::string>& handles) {
    constexpr std::size_t shown = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(shown, handles.size()); ++i) list += (i == 0 ? "" : ", ") + handles[i];
    return handles.size() > shown ? list + " and " + std::to_string(handles.size() - shown) + " more" : list;
}

}  // namespace

// --- the list --------------------------------------------------------------------------------------------------------

ClientBase::Done LinkedAccount::report(const std::string& what) {
    return [weak = weak_from_this(), what](std::error_code why) {
        const auto self = weak.lock();
        if (why && self != nullptr) self->tell(self->title() + " did not take " + what + ": " + why.message());
    };
}

void LinkedAccount::apply_roster() {
    chat::User* owner = this->owner();
    if (owner == nullptr) return;
    const auto unsaid = std::exchange(unsaid_, {});
    for (const auto& [handle, before] : unsaid) {
        const chat::RosterEntry* now = owner->roster().find(service_.address_of(handle));
        push(handle, before, now != nullptr ? *now : chat::RosterEntry{before.address, {}, false, false, false});
    }
    const std::vector<std::string> gone = gone_contacts(unsaid);
    const bool forgotten = gone.size() > 1 && has_nobody_left();
    applying_ = true;
    for (const auto& [handle, contact] : client_->roster().contacts()) {
        const bool kept = forgotten && std::find(gone.begin(), gone.end(), handle) != gone.end();
        if (!kept && !unsaid.contains(handle)) apply_contact(contact);
    }
    for (const std::string& handle : gone) {
        if (forgotten || client_->roster().find(handle) != nullptr) continue;
        (void)owner->set_contact({service_.address_of(handle), {}, false, false, false});
    }
    applying_ = false;
    if (forgotten) {
        tell("Nobody is on your contact list on " + title() + " any more. Here it stays as it was until somebody is");
    } else if (!gone.empty()) {
        tell("No longer on your contact list on " + title() + ": " + first_of(gone));
    }
    for (const auto& [handle, contact] : client_->roster().contacts()) ask_about(contact);
}

/// Whom the owner's list has, and the service's not any more.
std::vector<std::string> LinkedAccount::gone_contacts(const std::map<std::string, chat::RosterEntry>& unsaid) const {
    std::vector<std::string> gone;
    for (const auto& [address, entry] : owner()->roster().entries()) {
        const std::string handle = service_.handle_in(address);
        if (handle.empty() || unsaid.contains(handle)) continue;
        const RosterContact* contact = client_->roster().find(handle);
        const bool known = contact != nullptr && (contact->is_on(ListBit::forward) || contact->is_on(ListBit::block));
        if (!known) gone.push_back(handle);
    }
    return gone;
}

/// A service that has nobody at all on a list that had several has lost it, most likely.
bool LinkedAccount::has_nobody_left() const {
    const auto& contacts = client_->roster().contacts();
    return std::none_of(contacts.begin(), contacts.end(),
                        [](const auto& known) { return known.second.is_on(ListBit::forward); });
}

/// What the owner calls them stays as it is.
void LinkedAccount::apply_contact(const RosterContact& contact) {
    chat::User* owner = this->owner();
    const std::string address = service_.address_of(contact.handle);
    const chat::RosterEntry* known = owner->roster().find(address);
    chat::RosterEntry entry = known != nullptr ? *known : chat::RosterEntry{address, {}, false, false, false};
    const bool listed = contact.is_on(ListBit::forward);
    const bool blocked = contact.is_on(ListBit::block);
    if (entry.listed == listed && entry.blocked == blocked) return;
    entry.listed = listed;
    entry.blocked = blocked;
    if (!owner->set_contact(std::move(entry))) return;
    service_.metrics().limit_hits(LinkLimit::max_contacts).add();
    if (!std::exchange(list_full_told_, true)) {
        tell("Your contact list is full: not all of those on " + title() + " are on it");
    }
}

/// Somebody has the owner on their list who is neither allowed nor blocked.
void LinkedAccount::ask_about(const RosterContact& contact) {
    const bool open = contact.is_on(ListBit::reverse) || contact.is_on(ListBit::pending);
    const bool decided =
        contact.is_on(ListBit::allow) || contact.is_on(ListBit::block) || contact.is_on(ListBit::forward);
    const chat::User* owner = this->owner();
    if (!open || decided || owner == nullptr || owner->client() == nullptr) return;
    owner->client()->contact_request(service_.address_of(contact.handle), contact.name);
}

void LinkedAccount::user_added_me(const std::string& handle, const std::string& name) {
    const chat::User* owner = this->owner();
    if (!options_.room.empty() && client_ != nullptr) {
        client_->add_contact(ListBit::allow, handle);  // a room is open to all; who may speak is another matter
        return;
    }
    if (owner != nullptr && owner->client() != nullptr)
        owner->client()->contact_request(service_.address_of(handle), name);
}

void LinkedAccount::contact_changed(const chat::RosterEntry& before, const chat::RosterEntry& after) {
    if (applying_) return;
    const std::string handle = service_.handle_in(after.address);
    if (handle.empty() || (before.listed == after.listed && before.blocked == after.blocked)) return;
    if (client_ != nullptr && (state_ == State::signed_in || !client_->roster().contacts().empty())) {
        push(handle, before, after);
    } else {
        unsaid_.try_emplace(handle, before);  // when it can be said, all that changed since is
    }
}

void LinkedAccount::push(const std::string& handle, const chat::RosterEntry& before, const chat::RosterEntry& after) {
    if (changes_.size() >= max_pending_changes) {
        service_.metrics().limit_hits(LinkLimit::pending_changes).add();
        change_trouble_ = ClientErrc::too_many_requests;
        service_.scheduler().after(std::chrono::milliseconds(0), [weak = weak_from_this(), handle] {
            if (const auto self = weak.lock()) self->verify(handle);
        });
        return;
    }
    const auto put = [&](ListBit list) {
        changes_.push_back([handle, list](NotificationClient& client, ClientBase::Done done) {
            client.add_contact(list, handle, std::move(done));
        });
    };
    const auto take = [&](ListBit list) {
        changes_.push_back([handle, list](NotificationClient& client, ClientBase::Done done) {
            client.remove_contact(list, handle, std::move(done));
        });
    };
    if (after.blocked && !before.blocked) {
        take(ListBit::allow);
        put(ListBit::block);
    } else if (before.blocked && !after.blocked) {
        take(ListBit::block);
        put(ListBit::allow);
    }
    if (after.listed && !before.listed) {
        if (!after.blocked) put(ListBit::allow);
        put(ListBit::forward);
    } else if (before.listed && !after.listed) {
        take(ListBit::forward);
        lose_sight(handle, "not a contact any more");
    }
    changes_.push_back([weak = weak_from_this(), handle](NotificationClient&, const ClientBase::Done& done) {
        if (const auto self = weak.lock()) self->verify(handle);
        done({});
    });
    change_next();
}

/// One after the other: what a change is, depends on what the service said to the one before.
void LinkedAccount::change_next() {
    if (changing_ || changes_.empty() || client_ == nullptr) return;
    const auto change = std::move(changes_.front());
    changes_.pop_front();
    changing_ = true;
    change(*client_, [weak = weak_from_this()](std::error_code why) {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->changing_ = false;
        const bool as_wished = !why || why == ClientErrc::not_on_list ||
                               why == refusal_error(ErrorCode::already_there) ||
                               why == refusal_error(ErrorCode::not_on_list);
        if (!as_wished) self->change_trouble_ = why;
        self->change_next();
    });
}

/// What the service did not take is taken back here, and told.
void LinkedAccount::verify(const std::string& handle) {
    const std::error_code why = std::exchange(change_trouble_, {});
    const RosterContact* contact = client_ == nullptr ? nullptr : client_->roster().find(handle);
    chat::User* owner = this->owner();
    if (!why || client_ == nullptr || owner == nullptr) return;
    tell(title() + " did not take the change of your contact list about " + handle + ": " + why.message());
    applying_ = true;
    if (contact != nullptr) {
        apply_contact(*contact);
    } else {
        (void)owner->set_contact({service_.address_of(handle), {}, false, false, false});
    }
    applying_ = false;
}

}  // namespace patchcord::msn
