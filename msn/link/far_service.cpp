#include "msn/link/far_service.hpp"

#include <algorithm>
#include <utility>

#include "msn/link/conversation.hpp"
#include "msn/link/line_files.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {

FarService::FarService(FarServiceEnvironment environment, FarServiceOptions options)
    : environment_(std::move(environment)), options_(std::move(options)), highest_(options_.login.highest) {
    environment_.service.add_observer(*this);
}

FarService::~FarService() {
    environment_.service.remove_observer(*this);
    shut_down();
    scheduler().cancel(burial_);
}

// --- accounts --------------------------------------------------------------------------------------------------------

LinkedAccount& FarService::add(LinkOptions link) {
    accounts_.push_back(std::make_shared<LinkedAccount>(*this, std::move(link)));
    LinkedAccount& account = *accounts_.back();
    by_handle_[account.handle()] = &account;
    if (!account.options().account.empty()) by_owner_[account.options().account] = &account;
    if (!account.options().room.empty()) {
        account.attach_room();
        return account;
    }
    for (const chat::User* user : service().online_users()) {
        if (user->profile().account == account.options().account) attach_waiting(*user);
    }
    return account;
}

void FarService::remove(LinkedAccount& account) {
    account.detach();
    std::erase_if(by_handle_, [&](const auto& known) { return known.second == &account; });
    std::erase_if(by_owner_, [&](const auto& known) { return known.second == &account; });
    std::erase_if(accounts_, [&](const auto& known) { return known.get() == &account; });
}

LinkedAccount* FarService::account_of(const chat::User& user) const {
    LinkedAccount* account = account_for(user.profile().account);
    return account != nullptr && account->owner() == &user ? account : nullptr;
}

LinkedAccount* FarService::account_for(const std::string& owner) const {
    const auto found = by_owner_.find(owner);
    return found == by_owner_.end() ? nullptr : found->second;
}

LinkedAccount* FarService::account_with(const std::string& handle) const {
    const auto found = by_handle_.find(handle);
    return found == by_handle_.end() ? nullptr : found->second;
}

chat::User* FarService::local_user(const std::string& handle) const {
    const LinkedAccount* account = account_with(handle);
    return account == nullptr ? nullptr : account->owner();
}

NotificationOptions FarService::login_options() const {
    NotificationOptions login = options_.login;
    login.highest = highest_;
    return login;
}

bool FarService::try_lower_version(Dialect highest) {
    if (highest != highest_) return true;  // another account has found out already
    const bool more = highest_ > options_.login.lowest;
    highest_ = more ? Dialect(highest_.number() - 1) : options_.login.highest;
    return more;
}

std::chrono::milliseconds FarService::take_turn() {
    const chat::Now now = scheduler().now();
    const chat::Now turn = std::max(now, next_turn_);
    next_turn_ = turn + std::chrono::milliseconds(static_cast<long long>(1000 / options_.connect_rate));
    return std::chrono::ceil<std::chrono::milliseconds>(turn - now);
}

void FarService::network_changed() {
    for (const auto& account : std::vector(accounts_)) account->network_changed();
}

void FarService::shut_down() {
    for (const auto& account : std::vector(accounts_)) account->detach();
}

void FarService::attach_waiting(const chat::User& user) {
    if (user.profile().account.empty() || !user.profile().address.empty()) return;
    LinkedAccount* account = account_for(user.profile().account);
    if (account != nullptr && account->owner() == nullptr) account->attach(*service().find_user(user.id()));
}

chat::User* FarService::another_login(const LinkedAccount& account, const chat::User& gone) const {
    for (chat::User* user : service().online_users()) {
        const bool theirs = user->profile().account == account.options().account && user->profile().address.empty();
        if (theirs && user->id() != gone.id()) return user;
    }
    return nullptr;
}

void FarService::user_signed_on(const chat::User& user) {
    attach_waiting(user);
}

void FarService::user_signed_off(const chat::User& user, std::string_view) {
    LinkedAccount* account = account_of(user);
    if (account == nullptr) return;
    account->owner_leaves();
    if (chat::User* other = another_login(*account, user)) account->attach(*other);
}

void FarService::account_changed(const chat::User& user) {
    for (const auto& account : std::vector(accounts_)) {
        if (account->owner() == &user && account->options().account != user.profile().account) account->detach();
    }
    attach_waiting(user);
}

void FarService::user_changed(const chat::User& user) {
    if (LinkedAccount* account = account_of(user)) account->presence_changed();
}

void FarService::contact_changed(const chat::User& owner, const chat::RosterEntry& before,
                                 const chat::RosterEntry& after) {
    if (LinkedAccount* account = account_of(owner)) account->contact_changed(before, after);
}

void FarService::roster_restored(const chat::User& owner) {
    if (LinkedAccount* account = account_of(owner)) account->roster_restored();
}

// --- people ----------------------------------------------------------------------------------------------------------

std::string FarService::address_of(std::string_view handle) const {
    return std::string(handle) + "/" + options_.name;
}

std::string FarService::handle_in(std::string_view address) const {
    const std::size_t slash = address.rfind('/');
    if (slash == std::string_view::npos || address.substr(slash + 1) != options_.name) return {};
    return std::string(address.substr(0, slash));
}

FarPerson& FarService::person(const std::string& handle) {
    std::unique_ptr<FarPerson>& person = people_[handle];
    if (person == nullptr) person = std::make_unique<FarPerson>(*this, handle);
    return *person;
}

FarPerson* FarService::find_person(std::string_view handle) const {
    const auto found = people_.find(handle);
    return found == people_.end() ? nullptr : found->second.get();
}

void FarService::want_picture(const chat::User& user) {
    FarPerson* person = find_person(handle_in(user.profile().address));
    if (person != nullptr && person->user() == &user) person->picture().want();
}

/// Whoever is in the middle of a call may still hold them.
void FarService::forget(FarPerson& person) {
    const auto found = people_.find(person.handle());
    if (found == people_.end() || found->second.get() != &person) return;
    departed_.push_back(std::move(found->second));
    people_.erase(found);
    if (burial_) return;
    burial_ = scheduler().after(std::chrono::milliseconds(0), [this] {
        burial_ = {};
        departed_.clear();
    });
}

// --- groups ----------------------------------------------------------------------------------------------------------

void FarService::stands_for(chat::GroupId group, Conversation& conversation) {
    conversations_[static_cast<std::uint64_t>(group)].push_back(&conversation);
}

void FarService::stands_no_more(chat::GroupId group, Conversation& conversation) {
    const auto found = conversations_.find(static_cast<std::uint64_t>(group));
    if (found == conversations_.end()) return;
    std::erase(found->second, &conversation);
    if (!found->second.empty()) return;
    conversations_.erase(found);
    std::erase_if(sessions_, [&](const auto& known) { return known.second == group; });
}

void FarService::file_changed(const chat::FileOffer& offer) {
    std::vector<std::shared_ptr<LineFiles>> all;
    for (LineFiles* files : files_) all.push_back(files->shared_from_this());
    for (const auto& files : all) files->talk().changed(offer);
}

void FarService::note_session(const std::string& session_id, chat::GroupId group) {
    sessions_[session_id] = group;
}

void FarService::forget_session(const std::string& session_id) {
    sessions_.erase(session_id);
}

chat::Group* FarService::group_of_session(const std::string& session_id) const {
    const auto found = sessions_.find(session_id);
    return found == sessions_.end() ? nullptr : service().find_group(found->second);
}

std::vector<Conversation*> FarService::conversations_of(const chat::Group& group) const {
    const auto found = conversations_.find(static_cast<std::uint64_t>(group.id()));
    return found == conversations_.end() ? std::vector<Conversation*>() : found->second;
}

}  // namespace patchcord::msn
