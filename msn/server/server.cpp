#include "msn/server/server.hpp"

#include <algorithm>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/render.hpp"
#include "msn/server/switchboard.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/client_id.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds longest_idle_check{60'000};
const std::string own_client_id_text = std::to_string(own_client_id);  // of rooms and people who are not on MSN

constexpr std::uint32_t first_switchboard_id = 10'000'000;    // of eight digits, as clients are used to
constexpr std::uint32_t last_switchboard_id = 2'147'483'647;  // old clients read it as a signed number

/// What the status does not say already: "Out to lunch: at home" is a status and "at home".
std::string_view own_words(Status status, std::string_view message) {
    const std::string_view known = describe(status);
    if (!message.starts_with(known)) return message;
    if (message.size() == known.size()) return {};
    const std::string_view rest = message.substr(known.size());
    return rest.starts_with(": ") ? rest.substr(2) : message;
}

std::uint32_t number_from(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text) number = number * 37 + static_cast<unsigned char>(c);
    return static_cast<std::uint32_t>(number % (last_switchboard_id - first_switchboard_id)) + first_switchboard_id;
}

}  // namespace

Server::Server(ServerEnvironment environment, ServerOptions options)
    : environment_(std::move(environment)),
      options_(std::move(options)),
      metrics_(environment_.metrics),
      directory_(environment_.service, options_.name),
      keys_(environment_.random_text, options_.token_lifetime),
      watchers_pacer_(environment_.scheduler, [this](const std::string& handle) { tell_watchers(handle); }),
      core_pacer_(environment_.scheduler, [this](const std::string& handle) {
          if (Principal* principal = find_principal(handle)) principal->tell_core();
      }) {
    environment_.service.add_observer(*this);
    schedule_idle_check();
}

Server::~Server() {
    switchboards_.clear();
    environment_.scheduler.cancel(idle_timer_);
    environment_.service.remove_observer(*this);
}

std::unique_ptr<chat::Protocol> Server::make_notification_session() {
    return std::make_unique<NotificationSession>(*this, next_session());
}

std::unique_ptr<chat::Protocol> Server::make_switchboard_session() {
    return std::make_unique<SwitchboardSession>(*this, next_session());
}

void Server::reload(ServerOptions options) {
    options_ = std::move(options);
    keys_.set_lifetime(options_.token_lifetime);
}

// --- who is signed in ------------------------------------------------------------------------------------------------

Principal* Server::find_principal(std::string_view handle) const {
    const auto found = principals_.find(std::string(handle));
    return found == principals_.end() ? nullptr : found->second;
}

Principal* Server::find_principal(const chat::User& user) const {
    const auto found = by_user_.find(&user);
    return found == by_user_.end() ? nullptr : found->second;
}

std::unique_ptr<Principal> Server::sign_in(NotificationSession& session, AccountRecord record) {
    if (const Principal* earlier = find_principal(record.handle)) {
        NotificationSession& elsewhere = earlier->session();
        elsewhere.end("OTH", chat::CloseKind::client);
        elsewhere.sign_out();
    }
    add_listers(record);
    auto principal = std::make_unique<Principal>(*this, session, std::move(record));
    principals_[principal->handle()] = principal.get();
    principal->list_rooms();
    metrics_.signed_in.add();
    return principal;
}

/// The store does not know who among the people on IRC without an account has this one on their list.
void Server::add_listers(AccountRecord& record) {
    for (const chat::User* owner : service().listers_of(record.handle)) {
        const Identity who = identity_of(*this, *owner);
        const bool known = std::any_of(record.reverse.begin(), record.reverse.end(),
                                       [&](const ReverseContact& other) { return other.handle == who.handle; });
        if (!known && find_principal(*owner) == nullptr) record.reverse.push_back({who.handle, who.name});
    }
}

void Server::principal_left(Principal& principal) {
    const auto found = principals_.find(principal.handle());
    if (found == principals_.end() || found->second != &principal) return;
    principal.leave_core();
    principals_.erase(found);
    metrics_.signed_in.add(-1);
    tell_watchers(principal.handle());
}

const std::string& Server::handle_of(const chat::User& user) {
    if (last_user_ != &user) {
        last_handle_ = identity_of(*this, user).handle;
        last_user_ = &user;
    }
    return last_handle_;
}

bool Server::is_awaited(std::string_view handle) const {
    if (environment_.offline_box == nullptr || !directory_.is_person(handle)) return false;
    const chat::User* person = directory_.find_person(handle);
    return (person == nullptr || person->arriving()) && environment_.offline_box->expects(directory_.nick_of(handle));
}

void Server::note_kept(std::string_view handle) {
    ++kept_;
    if (Principal* receiver = find_principal(handle)) receiver->note_messages_remain();
}

void Server::note_author(const chat::User& person) {
    authors_[directory_.person_handle(person)] = person.id();
}

chat::User* Server::author(std::string_view handle) const {
    const auto found = authors_.find(std::string(handle));
    return found == authors_.end() ? nullptr : environment_.service.find_user(found->second);
}

// --- presence --------------------------------------------------------------------------------------------------------

std::optional<ContactPresence> Server::presence_of(std::string_view handle, const Principal& viewer) const {
    if (const chat::Group* room = directory_.find_room(handle)) {
        if (room->policy().secret && (viewer.user() == nullptr || !room->has(*viewer.user()))) return std::nullopt;
        return ContactPresence{directory_.room_handle(*room), room->name(), Status::online, own_client_id_text, {}, {}};
    }
    const chat::User* person = directory_.find_person(handle);
    if (person != nullptr) {
        if (person->roster_awaited() || person->roster().blocks(viewer.handle())) return std::nullopt;
        if (viewer.user() != nullptr && !chat::ChatService::is_known(*person, *viewer.user())) return std::nullopt;
        const bool idle = !person->presence().away() && is_idle(*person);
        const Status status = idle ? Status::idle : status_of(person->presence());
        ContactPresence presence{
            std::string(handle), identity_of(*this, *person).name, status, own_client_id_text, {}, {}};
        const std::string_view words = own_words(status, person->presence().message);
        if (!words.empty()) presence.personal_message = format_personal_message({std::string(words), {}});
        return presence;
    }
    const Principal* principal = find_principal(handle);
    if (principal == nullptr || !availability_of(principal->presence().status) || !principal->allows(viewer.handle())) {
        return std::nullopt;
    }
    return principal->presence();
}

bool Server::is_idle(const chat::User& person) const {
    return now() - person.last_message() >= options_.idle_after;
}

void Server::schedule_idle_check() {
    const std::chrono::milliseconds delay = std::min(longest_idle_check, options_.idle_after / 2);
    idle_timer_ = environment_.scheduler.after(delay, [this] { look_for_idle(); });
}

/// Nobody says that they fall silent: those who are on somebody's list are looked at now and then.
void Server::look_for_idle() {
    std::vector<std::string> changed;
    for (const auto& [handle, watchers] : watchers_) {
        const chat::User* person = directory_.find_person(handle);
        const bool idle = person != nullptr && is_idle(*person);
        if (idle == idle_.contains(handle)) continue;
        if (idle) {
            idle_.insert(handle);
        } else {
            idle_.erase(handle);
        }
        changed.push_back(handle);
    }
    for (const std::string& handle : changed) tell_watchers(handle);
    schedule_idle_check();
}

std::string Server::capabilities_of(std::string_view handle) const {
    const Principal* principal = find_principal(handle);
    return principal == nullptr ? own_client_id_text : principal->presence().capabilities;
}

void Server::watch(std::string_view handle, Principal& viewer) {
    std::vector<Principal*>& watchers = watchers_[std::string(handle)];
    if (std::find(watchers.begin(), watchers.end(), &viewer) == watchers.end()) watchers.push_back(&viewer);
}

void Server::unwatch(std::string_view handle, Principal& viewer) {
    const auto found = watchers_.find(std::string(handle));
    if (found == watchers_.end()) return;
    std::erase(found->second, &viewer);
    if (found->second.empty()) {
        idle_.erase(found->first);
        watchers_.erase(found);
    }
}

void Server::tell_watchers(std::string_view handle) {
    const auto found = watchers_.find(std::string(handle));
    if (found == watchers_.end()) return;
    chat::RenderCache shown;
    chat::RenderCache gone;
    std::optional<bool> now;  // asked only when there is something to show
    for (Principal* watcher : std::vector<Principal*>(found->second)) {
        const auto presence = presence_of(handle, *watcher);
        if (!presence) {
            watcher->show_offline(handle, gone);
            continue;
        }
        if (!now) now = watchers_pacer_.take(std::string(handle), options_.presence_interval);
        if (*now) watcher->show(*presence, shown);
    }
}

bool Server::may_tell_core(const Principal& principal) {
    return core_pacer_.take(principal.handle(), options_.presence_interval);
}

// --- chat::ServiceObserver -------------------------------------------------------------------------------------------

void Server::user_signed_on(const chat::User& user) {
    last_user_ = nullptr;
    if (auto* principal = dynamic_cast<Principal*>(user.client())) {
        by_user_[&user] = principal;
        return;
    }
    const auto before = directory_.signed_on(user);
    const std::string handle = directory_.person_handle(user);
    evicted(before, handle);
    if (!user.profile().account.empty() && !user.roster_awaited()) person_returned(user, handle);
    tell_watchers(handle);
}

/// Somebody who is known by more than a nick finds their conversations again, as soon as it is known whom they block.
void Server::person_returned(const chat::User& person, const std::string& handle) {
    const auto found = conversations_.find(handle);
    if (found == conversations_.end()) return;
    for (Switchboard* switchboard : std::vector<Switchboard*>(found->second)) switchboard->person_returned(person);
}

/// Somebody else has the handle now: whoever had it is gone from where it was shown, and has another.
void Server::evicted(std::optional<chat::UserId> from, const std::string& handle) {
    if (!from) return;
    person_left(handle);
    if (const chat::User* bearer = environment_.service.find_user(*from))
        tell_watchers(directory_.person_handle(*bearer));
}

void Server::person_left(const std::string& handle) {
    const auto found = conversations_.find(handle);
    if (found == conversations_.end()) return;
    for (Switchboard* switchboard : std::vector<Switchboard*>(found->second)) switchboard->person_left();
}

void Server::user_signed_off(const chat::User& user, std::string_view) {
    last_user_ = nullptr;
    const std::string handle = handle_of(user);  // kept for those who are told now that the user is gone
    if (by_user_.erase(&user) > 0) return;
    forget_guest_roster(user);
    person_left(handle);
    directory_.signed_off(user);
    tell_watchers(handle);
    idle_.erase(handle);
    authors_.erase(handle);
}

void Server::user_renamed(const chat::User& user, std::string_view old_name) {
    last_user_ = nullptr;
    if (find_principal(user) != nullptr) return;
    evicted(directory_.renamed(user, old_name), directory_.plain_handle(user));
    tell_watchers(directory_.person_handle(user));
}

void Server::user_changed(const chat::User& user) {
    if (find_principal(user) == nullptr) tell_watchers(directory_.person_handle(user));
}

/// People on IRC have contact lists, too: whoever is on one hears of it, as if an MSN client had put them there.
void Server::contact_changed(const chat::User& owner, const chat::RosterEntry& before, const chat::RosterEntry& after) {
    if (find_principal(owner) != nullptr) return;
    const std::string handle = handle_of(owner);
    if (Principal* contact = find_principal(after.address); contact != nullptr && before.listed != after.listed) {
        if (after.listed) {
            contact->session().reverse_added(handle, identity_of(*this, owner).name);
        } else {
            contact->session().reverse_removed(handle);
        }
    }
    if (before.blocked != after.blocked) tell_watchers(handle);
}

void Server::roster_restored(const chat::User& owner) {
    if (find_principal(owner) != nullptr) return;
    const std::string handle = directory_.person_handle(owner);
    if (!owner.profile().account.empty()) person_returned(owner, handle);
    tell_watchers(handle);
}

/// The list of somebody without an account ends with the login.
void Server::forget_guest_roster(const chat::User& person) {
    if (!person.profile().account.empty()) return;
    for (const auto& [address, entry] : person.roster().entries()) {
        Principal* contact = entry.listed ? find_principal(address) : nullptr;
        if (contact != nullptr) contact->session().reverse_removed(handle_of(person));
    }
}

/// A conversation of several is nobody's contact.
void Server::room_changed(const chat::Group& group) {
    if (Switchboard::is_room(group)) tell_watchers(directory_.room_handle(group));
}

/// To MSN a room is its handle: the old contact goes, the new one comes.
void Server::group_renamed(const chat::Group& group, std::string_view old_name) {
    if (!Switchboard::is_room(group)) return;
    const std::string before = directory_.room_handle(old_name);
    const std::string now_called = directory_.room_handle(group);
    if (before == now_called) return;
    tell_watchers(before);
    tell_watchers(now_called);
}

// --- switchboards ----------------------------------------------------------------------------------------------------

std::shared_ptr<Switchboard> Server::make_switchboard() {
    constexpr std::size_t entropy = 26;
    std::string id;
    do {
        id = std::to_string(number_from(environment_.random_text(entropy)));
    } while (switchboards_.contains(id));
    auto switchboard = std::make_shared<Switchboard>(*this, id);
    switchboards_.emplace(std::move(id), switchboard);
    return switchboard;
}

std::shared_ptr<Switchboard> Server::find_switchboard(std::string_view id) const {
    const auto found = switchboards_.find(std::string(id));
    return found == switchboards_.end() ? nullptr : found->second;
}

std::shared_ptr<Switchboard> Server::switchboard_of(const chat::Group& group) const {
    for (const auto& [id, switchboard] : switchboards_) {
        if (switchboard->group() == &group) return switchboard;
    }
    return nullptr;
}

void Server::conversation_began(const std::string& person, Switchboard& switchboard) {
    conversations_[person].push_back(&switchboard);
}

void Server::conversation_ended(const std::string& person, Switchboard& switchboard) {
    const auto found = conversations_.find(person);
    if (found == conversations_.end()) return;
    std::erase(found->second, &switchboard);
    if (found->second.empty()) conversations_.erase(found);
}

void Server::forget_switchboard(const Switchboard& switchboard) {
    switchboards_.erase(switchboard.id());
}

std::string Server::switchboard_address(std::string_view local_address) const {
    const std::string host = options_.advertise.empty() ? std::string(local_address) : options_.advertise;
    const bool bare_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
    return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(options_.switchboard_port);
}

}  // namespace patchcord::msn
