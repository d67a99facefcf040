#include "msn/link/far_person.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "chat_core/deceptive_text.hpp"
#include "chat_core/file_error.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr std::uint64_t shown_offers = std::uint64_t{1} << 63U;  // ids of their own, apart from those of messages

/// The handle when the name shows nothing. A server that knows none gives the handle, too.
std::string shown_name(std::string_view name, const std::string& handle) {
    std::string clean = chat::without_deceptive(name);
    return clean.find_first_not_of(' ') == std::string::npos ? handle : clean;
}

}  // namespace

FarIdentity identity_of(const FarService& service, const std::string& handle, std::string_view friendly_name) {
    const HandleParts parts = split_handle(handle);
    FarIdentity known{{}, shown_name(friendly_name, handle), {}};
    known.profile.username = clean_username(parts.local);
    known.profile.host = clean_host(parts.domain);
    known.profile.client = "MSN (" + service.options().name + ")";
    known.profile.real_name = known.name;
    known.profile.address = service.address_of(handle);
    const auto taken = [&](std::string_view nick) {
        return service.service().reserve_name(nick).error() != std::error_code();
    };
    const std::string friendly = known.name == handle ? std::string() : known.name;
    known.nick = service.environment().nicks.nick_for(known.profile.address, friendly, taken);
    return known;
}

FarPerson::FarPerson(FarService& service, std::string handle)
    : service_(service),
      handle_(std::move(handle)),
      name_(handle_),
      picture_(service.environment().pictures, picture_owner()) {}

/// Any account of ours that talks to them can ask: they show everybody the same.
OwnPicture::Owner FarPerson::picture_owner() {
    return {[this] { return user(); },
            [this](PictureOrder& order) {
                const auto& accounts = service_.accounts();
                return std::any_of(accounts.begin(), accounts.end(),
                                   [&](const auto& account) { return account->fetch_picture(handle_, order); });
            },
            [this](Limit limit) { service_.environment().pictures->count(limit); }};
}

// --- coming and going ------------------------------------------------------------------------------------------------

void FarPerson::seen_by(const LinkedAccount& account, const RosterContact& contact) {
    set_name(contact.name);
    const bool first = sightings_.empty() || !sightings_.contains(&account);
    sightings_[&account] = {contact.status, contact.personal.text};
    come();
    show();
    if (first && user() != nullptr) user()->visibility_changed();
    picture_.set(percent_encode(contact.object));
}

void FarPerson::not_seen_by(const LinkedAccount& account, std::string_view reason) {
    if (!sightings_.contains(&account)) return;
    const bool stays = sightings_.size() > 1 || holds_ > 0;
    if (!stays) picture_.left();
    if (!stays) login_.logout(reason);  // as long as those who know them still do
    sightings_.erase(&account);
    if (user() != nullptr && stays) {
        user()->visibility_changed();
        show();
    }
    leave_if_unneeded(reason);
}

void FarPerson::hold(std::string_view name) {
    ++holds_;
    set_name(name);
    come();
    show();
}

void FarPerson::let_go() {
    --holds_;
    if (user() != nullptr && holds_ == 0 && !sightings_.empty()) user()->visibility_changed();
    leave_if_unneeded("left");
}

void FarPerson::set_name(std::string_view name) {
    if (std::string clean = shown_name(name, handle_); clean != handle_) name_ = std::move(clean);
}

void FarPerson::come() {
    if (user() != nullptr) return;
    FarIdentity me = identity_of(service_, handle_, name_);
    auto login = service_.service().login(me.nick, *this, std::move(me.profile), true);
    if (login) {
        login_ = std::move(*login);
        return;
    }
    if (std::exchange(refusal_logged_, true)) return;
    service_.environment().log.log(chat::LogLevel::warn, {}, "no nick could be had",
                                   {{"address", service_.address_of(handle_)}, {"why", login.error().message()}});
}

/// As the account sees them that saw them first: they may look different to others.
void FarPerson::show() {
    chat::User* me = user();
    if (me == nullptr) return;
    const Sighting seen = sightings_.empty() ? Sighting{} : sightings_.begin()->second;
    const auto availability = availability_of(seen.status).value_or(chat::Availability::available);
    std::string shown;
    if (availability != chat::Availability::available) {
        shown = describe(seen.status);
        if (!seen.words.empty()) shown += ": " + seen.words;
    }
    me->set_presence({availability, shown});
    me->set_real_name(name_);
}

void FarPerson::leave_if_unneeded(std::string_view reason) {
    if (!sightings_.empty() || holds_ > 0) return;
    picture_.left();
    login_.logout(reason);
    service_.forget(*this);
}

// --- chat::ChatClient ------------------------------------------------------------------------------------------------

std::error_code FarPerson::receive(const chat::Message& message, chat::RenderCache&) {
    if (message.target.group == nullptr) {
        LinkedAccount* account = service_.account_of(*message.sender);
        return account == nullptr ? make_error_code(chat::Errc::not_accepted) : account->send(handle_, message);
    }
    std::error_code refused = chat::Errc::not_supported;  // taken out of the group: nobody could tell them
    for (Conversation* conversation : service_.conversations_of(*message.target.group)) {
        if (conversation->has(handle_)) refused = conversation->relay(message);
    }
    return refused;
}

/// In a group, as a line with the link.
std::error_code FarPerson::file_offered(const chat::FileOffer& offer) {
    if (offer.from == nullptr) return chat::Errc::no_such_user;
    if (offer.to.group == nullptr) {
        LinkedAccount* account = service_.account_of(*offer.from);
        return account == nullptr ? make_error_code(chat::Errc::not_accepted) : account->offer_file(handle_, offer);
    }
    if (offer.link.empty()) return chat::FileErrc::not_possible;
    // The id tells those who speak for several apart which offer they have shown already.
    const chat::MessageId id{shown_offers | static_cast<std::uint64_t>(offer.id)};
    chat::RenderCache cache;
    return receive({id, offer.from, offer.to, chat::MessageKind::action,
                    chat::MessageText(chat::StyledText(describe(offer))), service_.scheduler().wall_now()},
                   cache);
}

void FarPerson::file_offer_changed(const chat::FileOffer& offer) {
    service_.file_changed(offer);
}

void FarPerson::typing(const chat::TypingNotice& notice, chat::RenderCache&) {
    if (notice.state != chat::TypingState::active) return;
    if (notice.target.group == nullptr) {
        if (LinkedAccount* account = service_.account_of(*notice.who)) account->typing(handle_);
        return;
    }
    for (Conversation* conversation : service_.conversations_of(*notice.target.group)) {
        if (conversation->has(handle_)) conversation->typing(*notice.who);
    }
}

std::error_code FarPerson::user_joined(const chat::Group&, const chat::User&, chat::RenderCache&) {
    return {};  // a switchboard has no place for those who have no switchboard connection
}

std::error_code FarPerson::user_left(const chat::Group& group, const chat::User&, const chat::Departure&,
                                     chat::RenderCache&) {
    for (Conversation* conversation : service_.conversations_of(group)) conversation->somebody_left();
    return {};
}

std::error_code FarPerson::group_meta_update(const chat::Group&, const chat::GroupMeta&, const chat::User*,
                                             chat::RenderCache&) {
    return {};
}

void FarPerson::signed_off(const chat::User& user, std::string_view, chat::RenderCache&) {
    for (const chat::Membership& membership : user.groups()) {
        for (Conversation* conversation : service_.conversations_of(*membership.group)) conversation->somebody_left();
    }
}

void FarPerson::invited(const chat::Group& group, const chat::User& by, const chat::User& invitee, chat::RenderCache&) {
    if (&invitee != user()) return;
    LinkedAccount* account = service_.account_of(by);
    if (account != nullptr) {
        account->invite(group, handle_, by);
    } else if (by.client() != nullptr) {
        by.client()->invitation_failed(group, invitee, chat::Errc::not_accepted);
    }
}

/// A switchboard has no command for it.
bool FarPerson::can_be_removed(const chat::Group& group) const {
    return !group.name().starts_with('&');
}

bool FarPerson::is_known_to(const chat::User& viewer) const {
    if (&viewer == user()) return true;
    const LinkedAccount* account = service_.account_of(viewer);
    return account != nullptr && (is_seen_by(*account) || account->talks_to(handle_));
}

bool FarPerson::is_visible_to(const chat::User& owner) const {
    const LinkedAccount* account = service_.account_of(owner);
    return account != nullptr && is_seen_by(*account);
}

}  // namespace patchcord::msn
