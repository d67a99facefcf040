// What MSN clients offer those who are not on MSN: files. Whatever else they offer cannot be taken there, and they are
// told.

#include <algorithm>

#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard_files.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

/// Is somebody in `group` on MSN, besides `but`?
bool has_others_on_msn(const Server& server, const chat::Group& group, const chat::User& but) {
    const auto members = group.users();
    return std::any_of(members.begin(), members.end(), [&](const chat::Member& member) {
        return member.user != nullptr && member.user != &but && server.find_principal(*member.user) != nullptr;
    });
}

/// Somebody in `group` who is not on MSN.
const chat::User* somebody_elsewhere(const Server& server, const chat::Group& group) {
    for (const chat::Member& member : group.users()) {
        if (member.user != nullptr && server.find_principal(*member.user) == nullptr) return member.user;
    }
    return nullptr;
}

}  // namespace

SwitchboardFiles* SwitchboardSession::files_with(const Identity& other) {
    if (server().environment().files == nullptr) return nullptr;
    for (const auto& known : files_) {
        if (known->other().handle == other.handle) return known.get();
    }
    if (files_.size() >= options().max_participants) return nullptr;
    return files_.emplace_back(std::make_unique<SwitchboardFiles>(*this, other)).get();
}

/// Whoever can speak to the client besides others on MSN: a person, the room, one of several.
std::optional<Identity> SwitchboardSession::somebody_not_on_msn(const chat::Target& target) {
    if (target.user != nullptr) return identity_of(server(), *target.user);
    if (target.group == nullptr) return std::nullopt;
    if (Switchboard::is_room(*target.group)) {
        return Identity{server().directory().room_handle(*target.group), target.group->name()};
    }
    const chat::User* somebody = somebody_elsewhere(server(), *target.group);
    return somebody == nullptr ? std::nullopt : std::optional(identity_of(server(), *somebody));
}

/// In a conversation of several with others on MSN, those may take it.
bool SwitchboardSession::answer_invitation(const chat::Target& target, const MimeMessage& mime) {
    const bool of_several = target.group != nullptr && !Switchboard::is_room(*target.group);
    if (of_several && has_others_on_msn(server(), *target.group, *user())) return false;
    const std::optional<Identity> other = somebody_not_on_msn(target);
    SwitchboardFiles* files = other ? files_with(*other) : nullptr;
    return files != nullptr && files->got_invitation(mime);
}

bool SwitchboardSession::answer_p2p(const chat::Target& target, const MimeMessage& mime) {
    const auto other = whom_p2p_is_for(target, mime);
    SwitchboardFiles* files = other ? files_with(*other) : nullptr;
    if (files == nullptr) return target.user != nullptr;
    // Data are held back by whoever takes them, not by the pace of commands.
    if (files->got_p2p(mime) == P2pUse::file_data) give_back_token();
    return true;
}

/// Nobody, when it is for somebody on MSN.
std::optional<Identity> SwitchboardSession::whom_p2p_is_for(const chat::Target& target, const MimeMessage& mime) {
    std::string_view to = find_header(mime, "P2P-Dest").value_or("");
    if (to.empty() && target.user != nullptr) return identity_of(server(), *target.user);
    to = to.substr(0, to.find(';'));  // newer clients name the machine behind it
    const auto handle = parse_handle(to);
    if (!handle) return std::nullopt;
    if (target.group != nullptr && server().directory().find_room(*handle) == target.group) {
        return Identity{*handle, target.group->name()};
    }
    const chat::User* person = server().directory().find_person(*handle);
    const bool here =
        person != nullptr && (target.group != nullptr ? target.group->has(*person) : target.user == person);
    return here ? std::optional(identity_of(server(), *person)) : std::nullopt;
}

chat::Result<chat::FileOfferId> SwitchboardSession::offer_file(std::string_view name, std::uint64_t size,
                                                               std::unique_ptr<chat::FileSource> source) {
    chat::User* from = user();
    const auto to = target();
    if (from == nullptr || !to || (to->group == nullptr && to->user == nullptr)) return chat::Errc::no_such_user;
    const bool of_several = to->group != nullptr && !Switchboard::is_room(*to->group);
    auto offered = of_several ? chat::Result<chat::FileOfferId>(chat::FileErrc::not_possible)
                              : server().environment().files->offer(*from, *to, name, size, std::move(source));
    if (!offered) name_file(*to, name, size, offered.error());
    return offered;
}

/// The others learn what they cannot have.
void SwitchboardSession::name_file(const chat::Target& target, std::string_view name, std::uint64_t size,
                                   std::error_code why) {
    const std::string words = "offers a file: " + chat::clean_file_name(name) + " (" + chat::format_file_size(size) +
                              "), which cannot be had: " + why.message();
    chat::Message message{{}, nullptr, target, chat::MessageKind::action, chat::MessageText(chat::StyledText(words)),
                          {}};
    chat::RenderCache cache;
    (void)user()->send(message, cache);
}

void SwitchboardSession::file_changed(const chat::FileOffer& offer) {
    for (const auto& files : files_) files->changed(offer);
}

std::error_code SwitchboardSession::offer_to_client(const Identity& from, const chat::FileOffer& offer) {
    SwitchboardFiles* files = files_with(from);
    return files == nullptr ? make_error_code(chat::FileErrc::not_possible) : files->offer_to_client(offer);
}

/// Not before the client was shown who asks.
bool SwitchboardSession::can_be_asked() {
    const auto to = switchboard_ != nullptr && open() ? target() : std::nullopt;
    const auto other = to ? somebody_not_on_msn(*to) : std::nullopt;
    return other && shows(other->handle) && files_with(*other) != nullptr;
}

void SwitchboardSession::fetch_picture(PictureOrder order) {
    files_with(*somebody_not_on_msn(*target()))->fetch_picture(std::move(order));
}

/// Somebody came whom the client can be asked by; once they were shown.
void SwitchboardSession::look_for_picture() {
    Principal* owner = principal();
    if (picture_timer_ || owner == nullptr || !owner->picture().is_due()) return;
    picture_timer_ = run_later(std::chrono::milliseconds(0), [this] {
        picture_timer_ = {};
        if (Principal* still = principal()) still->picture().look();
    });
}

void SwitchboardSession::send_from(const Identity& from, std::string_view payload) {
    std::string commands = render_payload(from, payload);
    if (answering_) {
        answer_ += commands;  // behind the acknowledgement, as from another client
    } else {
        send(std::string_view(commands));
    }
}

void SwitchboardSession::sent_all() {
    if (switchboard_ != nullptr) switchboard_->somebody_caught_up();
    for (const auto& files : files_) files->writable();
}

}  // namespace patchcord::msn
