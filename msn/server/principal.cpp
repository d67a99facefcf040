#include "msn/server/principal.hpp"

#include <algorithm>

#include "msn/server/notification_session.hpp"
#include "msn/server/render.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t longest_username = 20;  // what other edges leave room for in a line
constexpr std::size_t longest_host = 63;

/// What may stand between `!` and `@` elsewhere.
std::string clean_username(std::string_view local) {
    std::string name(local.substr(0, longest_username));
    for (char& c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '-' && c != '_' && c != '+') c = '_';
    }
    return name;
}

}  // namespace

Principal::Principal(Server& server, NotificationSession& session, AccountRecord record)
    : server_(server),
      session_(session),
      handle_(record.handle),
      contacts_(std::move(record), server.environment().md5) {
    presence_.handle = handle_;
    presence_.name = friendly_name();
    presence_.status = Status::offline;
}

Principal::~Principal() {
    for (const Contact& contact : contacts_.contacts()) server_.unwatch(contact.handle, *this);
    server_.principal_left(*this);
}

const std::string& Principal::friendly_name() const {
    const std::string& name = contacts_.settings().friendly_name;
    return name.empty() ? handle_ : name;
}

void Principal::list_rooms() {
    if (!contacts_.contacts().empty() || contacts_.version() > 1) return;
    const ContactLimits limits{server_.options().max_contacts, server_.options().max_groups};
    for (const std::string& name : server_.options().listed_rooms) {
        const auto room = server_.service().lookup_group(name);
        if (!room) continue;
        for (const ListBits list : {list_forward, list_allow}) {
            const auto plan = contacts_.plan_add(list, server_.directory().room_handle(**room), (*room)->name(),
                                                 std::nullopt, GroupStyle::by_guid, limits);
            if (const auto* contact = std::get_if<Contact>(&plan)) add_contact(*contact);
        }
    }
}

void Principal::add_contact(const Contact& contact) {
    // The store itself tells the operator of trouble; the room is on the list until the end of this sign-in anyway.
    server_.store().save_contact(handle_, contact, contacts_.next_version(), [](std::error_code) {});
    contacts_.apply(contact);
}

// --- presence --------------------------------------------------------------------------------------------------------

std::optional<ErrorCode> Principal::set_status(Status status, std::string_view capabilities, std::string_view object) {
    const bool visible = status != Status::hidden && status != Status::offline;
    if (visible && user() == nullptr) {
        if (const auto refused = sign_on_to_core()) return refused;
    }
    presence_.status = status;
    presence_.capabilities = capabilities.empty() ? "0" : std::string(capabilities);
    presence_.object = object;
    if (!visible) {
        leave_core();
    }
    tell_presence();
    return std::nullopt;
}

std::optional<ErrorCode> Principal::sign_on_to_core() {
    const HandleParts parts = split_handle(handle_);
    chat::Profile profile;
    profile.username = clean_username(parts.local);
    profile.host = parts.domain.substr(0, longest_host);
    profile.client = "MSN (" + format_dialect(session_.dialect()) + ")";
    profile.real_name = friendly_name();
    profile.account = handle_;
    profile.address = handle_;
    const auto taken = [this](std::string_view nick) {
        return server_.service().reserve_name(nick).error() != std::error_code();
    };
    const std::string nick = server_.environment().nicks.nick_for(handle_, friendly_name(), taken);
    auto login = server_.service().login(nick, *this, std::move(profile), true);
    if (!login) return ErrorCode::server_unavailable;
    login_ = std::move(*login);
    fetch_messages();
    return std::nullopt;
}

/// What IRC sees, and what other principals see.
void Principal::tell_presence() {
    if (chat::User* me = user()) {
        const std::string words = parse_personal_message(presence_.personal_message).text;
        const chat::Availability availability =
            availability_of(presence_.status).value_or(chat::Availability::available);
        std::string shown;
        if (availability != chat::Availability::available) {
            shown = describe(presence_.status);
            if (!words.empty()) shown += ": " + words;
        }
        me->set_presence({availability, shown});
    }
    server_.tell_watchers(handle_);
}

void Principal::friendly_name_changed() {
    presence_.name = friendly_name();
    if (chat::User* me = user()) me->set_real_name(friendly_name());
    server_.tell_watchers(handle_);
}

void Principal::set_personal_message(std::string_view payload) {
    presence_.personal_message = payload.empty() ? "" : format_personal_message(parse_personal_message(payload));
    tell_presence();
}

bool Principal::allows(std::string_view handle) const {
    return contacts_.is_allowed(handle);
}

void Principal::contact_added(std::string_view handle) {
    server_.watch(handle, *this);
}

void Principal::contact_removed(std::string_view handle) {
    server_.unwatch(handle, *this);
    shown_.erase(std::string(handle));
}

void Principal::privacy_changed() {
    if (chat::User* me = user()) me->visibility_changed();
    server_.tell_watchers(handle_);
}

std::vector<ContactPresence> Principal::visible_contacts() {
    std::vector<ContactPresence> visible;
    for (const Contact& contact : contacts_.contacts()) {
        if ((contact.lists & list_forward) == 0) continue;
        if (auto presence = visible_contact(contact.handle)) visible.push_back(std::move(*presence));
    }
    return visible;
}

std::optional<ContactPresence> Principal::visible_contact(std::string_view handle) {
    if (presence_.status == Status::offline) return std::nullopt;  // nobody is shown before the first CHG
    server_.watch(handle, *this);
    auto presence = server_.presence_of(handle, *this);
    if (presence) shown_.insert(presence->handle);
    return presence;
}

void Principal::show(const ContactPresence& presence, chat::RenderCache& cache) {
    if (presence_.status == Status::offline) return;
    shown_.insert(presence.handle);
    const Dialect dialect = session_.dialect();
    session_.send(
        cache.get_or_render({msn_protocol, dialect.number()}, [&] { return render_presence(dialect, presence); }));
}

void Principal::show_offline(std::string_view handle, chat::RenderCache& cache) {
    if (shown_.erase(std::string(handle)) == 0) return;
    session_.send(cache.get_or_render({msn_protocol, 0}, [&] { return render_offline(handle); }));
}

}  // namespace patchcord::msn
