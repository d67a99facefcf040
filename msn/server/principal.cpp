#include "msn/server/principal.hpp"

#include <algorithm>

#include "chat_core/deceptive_text.hpp"
#include "msn/server/notification_session.hpp"
#include "msn/server/render.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {

Principal::Principal(Server& server, NotificationSession& session, AccountRecord record)
    : server_(server),
      session_(session),
      handle_(record.handle),
      messages_remain_(record.messages_wait),
      contacts_(std::move(record), server.environment().md5),
      picture_(&server.pictures(), picture_owner()) {
    presence_.handle = handle_;
    presence_.name = friendly_name();
    presence_.status = Status::offline;
}

Principal::~Principal() {
    for (const Contact& contact : contacts_.contacts()) server_.unwatch(contact.handle, *this);
    server_.principal_left(*this);
}

OwnPicture::Owner Principal::picture_owner() {
    return {[this] { return user(); },
            [this](PictureOrder& order) {
                SwitchboardSession* session = session_to_ask();
                if (session != nullptr) session->fetch_picture(std::move(order));
                return session != nullptr;
            },
            [this](Limit limit) { session_.limit_hit(limit); }};
}

const std::string& Principal::friendly_name() const {
    const std::string& name = contacts_.settings().friendly_name;
    return name.empty() ? handle_ : name;
}

std::string Principal::real_name() const {
    std::string name = chat::without_deceptive(friendly_name());
    return name.find_first_not_of(' ') == std::string::npos ? handle_ : name;
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
    const bool comes = visible && user() == nullptr;
    if (comes) {
        if (const auto refused = sign_on_to_core()) return refused;
    }
    presence_.status = status;
    presence_.capabilities = capabilities.empty() ? "0" : std::string(capabilities);
    presence_.object = object;
    if (!visible) {
        leave_core();
    }
    if (comes) {  // is seen as they are, at once
        tell_core();
        server_.tell_watchers(handle_);
    } else {
        changed();
    }
    picture_.set(object);
    return std::nullopt;
}

std::optional<ErrorCode> Principal::sign_on_to_core() {
    const HandleParts parts = split_handle(handle_);
    chat::Profile profile;
    profile.username = clean_username(parts.local);
    profile.host = clean_host(parts.domain);
    profile.client = "MSN (" + format_dialect(session_.dialect()) + ")";
    profile.real_name = real_name();
    profile.account = handle_;
    profile.address = handle_;
    auto login = server_.service().login(find_nick(), *this, std::move(profile), true);
    if (!login) {
        log_refusal(login.error());
        return ErrorCode::server_unavailable;
    }
    login_ = std::move(*login);
    fetch_remaining();
    return std::nullopt;
}

std::string Principal::find_nick() {
    const auto taken = [this](std::string_view nick) {
        if (const chat::User* me = user(); me != nullptr && server_.service().same_name(nick, me->name())) return false;
        return server_.service().reserve_name(nick).error() != std::error_code();
    };
    NickNames& nicks = server_.environment().nicks;
    const bool follows = std::exchange(renamed_, false) && server_.options().follow_friendly_name;
    return follows ? nicks.new_nick_for(handle_, friendly_name(), taken)
                   : nicks.nick_for(handle_, friendly_name(), taken);
}

void Principal::log_refusal(std::error_code why) {
    if (std::exchange(refusal_logged_, true) || !server_.log().enabled(chat::LogLevel::warn)) return;
    server_.log().log(chat::LogLevel::warn, session_.log_name(), "no nick could be had",
                      {{"account", handle_}, {"why", why.message()}});
}

/// Something of what others see is other than before.
void Principal::changed() {
    if (user() != nullptr && server_.may_tell_core(*this)) tell_core();
    server_.tell_watchers(handle_);
}

void Principal::tell_core() {
    chat::User* me = user();
    if (me == nullptr) return;
    const std::string words = parse_personal_message(presence_.personal_message).text;
    const chat::Availability availability = availability_of(presence_.status).value_or(chat::Availability::available);
    std::string shown;
    if (availability != chat::Availability::available) {
        shown = describe(presence_.status);
        if (!words.empty()) shown += ": " + words;
    }
    me->set_presence({availability, shown});
    me->set_real_name(real_name());
    if (!renamed_ || !server_.options().follow_friendly_name) return;
    if (const std::string nick = find_nick(); nick != me->name()) (void)me->rename(nick);
}

void Principal::friendly_name_changed() {
    if (presence_.name == friendly_name()) return;
    presence_.name = friendly_name();
    renamed_ = true;
    changed();
}

void Principal::set_personal_message(std::string_view payload) {
    presence_.personal_message = payload.empty() ? "" : format_personal_message(parse_personal_message(payload));
    changed();
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
    if (presence) shown_[presence->handle] = chat::make_wire_bytes(render_presence(session_.dialect(), *presence));
    return presence;
}

void Principal::show(const ContactPresence& presence, chat::RenderCache& cache) {
    if (presence_.status == Status::offline) return;
    const Dialect dialect = session_.dialect();
    const chat::WireBytes& bytes =
        cache.get_or_render({msn_protocol, dialect.number()}, [&] { return render_presence(dialect, presence); });
    chat::WireBytes& last = shown_[presence.handle];
    if (last && *last == *bytes) return;
    last = bytes;
    session_.send(bytes);
}

void Principal::show_offline(std::string_view handle, chat::RenderCache& cache) {
    if (shown_.erase(std::string(handle)) == 0) return;
    session_.send(cache.get_or_render({msn_protocol, 0}, [&] { return render_offline(handle); }));
}

}  // namespace patchcord::msn
