// What MSN clients offer each other: files, pictures, games. Nobody else can take them, and says so.

#include <algorithm>

#include "msn/server/principal.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::msn {
namespace {

constexpr std::uint32_t last_first_identifier = 0x0FFF'FFFF;  // numbers then grow for long without turning over

/// A number nobody can guess.
std::uint32_t random_number(Server& server) {
    constexpr std::size_t entropy = 12;
    std::uint64_t number = 0;
    for (const char c : server.environment().random_text(entropy)) number = number * 37 + static_cast<unsigned char>(c);
    return static_cast<std::uint32_t>(number % last_first_identifier) + 1;
}

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

// --- text/x-msmsgsinvite ---------------------------------------------------------------------------------------------

/// Declined, else the client would wait for ever; unless there are others on MSN, who may take it.
bool SwitchboardSession::answer_invitation(const chat::Target& target, const MimeMessage& mime) {
    const auto fields = parse_mime(mime.body);
    const auto command = fields ? find_header(*fields, "Invitation-Command") : std::nullopt;
    const auto cookie = fields ? find_header(*fields, "Invitation-Cookie") : std::nullopt;
    const bool sound = command == "INVITE" && cookie && parse_digits(*cookie, 10, 10);
    if (target.user != nullptr) {
        if (!sound) return true;
        decline(identity_of(server(), *target.user), *cookie);
        if (const auto file = parse_file_invitation(mime)) name_file(target, *file);
        return true;
    }
    if (!sound || has_others_on_msn(server(), *target.group, *user())) return false;
    if (Switchboard::is_room(*target.group)) {
        decline({server().directory().room_handle(*target.group), target.group->name()}, *cookie);
    } else if (const chat::User* somebody = somebody_elsewhere(server(), *target.group)) {
        decline(identity_of(server(), *somebody), *cookie);
    }
    return false;
}

void SwitchboardSession::decline(const Identity& from, std::string_view cookie) {
    std::string body;
    MimeBuilder fields(body);
    fields.header("Invitation-Command", "CANCEL").header("Invitation-Cookie", cookie);
    fields.header("Cancel-Code", "REJECT_NOT_INSTALLED").body({});
    std::string payload;
    MimeBuilder(payload).content_type("text/x-msmsgsinvite; charset=UTF-8").body(body);
    answer_ += render_payload(from, payload);
}

// --- application/x-msnmsgrp2p ----------------------------------------------------------------------------------------

/// Each message of signalling is acknowledged, and each invitation in it declined, in the name of whom it is for.
bool SwitchboardSession::answer_p2p(const chat::Target& target, const MimeMessage& mime) {
    const auto from = whom_p2p_is_for(target, mime);
    if (!from) return target.user != nullptr;
    const auto piece = parse_p2p(mime.body);
    if (!piece) return true;
    if (!p2p_) p2p_ = std::make_unique<P2pTalk>(P2pTalk{{}, random_number(server())});
    const auto message = p2p_->assembler.add(*piece);
    if (!message) return true;
    add_p2p_answer(*from, format_p2p_ack(piece->header, ++p2p_->last_identifier));
    const auto request = parse_slp_request(*message);
    if (!request || request->method != SlpRequest::Method::invite) return true;
    decline_slp(*from, *request);
    const bool offers = request->purpose == SlpPurpose::file;
    if (const auto file = offers ? parse_file_context(request->context) : std::nullopt) name_file(target, *file);
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

void SwitchboardSession::decline_slp(const Identity& from, const SlpRequest& request) {
    P2pHeader header;
    header.identifier = ++p2p_->last_identifier;
    header.ack_id = random_number(server());
    add_p2p_answer(from, format_p2p(header, format_slp_decline(request, from.handle, handle())));
}

void SwitchboardSession::add_p2p_answer(const Identity& from, std::string_view body) {
    std::string payload;
    MimeBuilder(payload).content_type("application/x-msnmsgrp2p").header("P2P-Dest", handle()).body(body);
    answer_ += render_payload(from, payload);
}

/// The others learn what they cannot have.
void SwitchboardSession::name_file(const chat::Target& target, const FileInvitation& file) {
    chat::Message message{
        {}, nullptr, target, chat::MessageKind::action, chat::MessageText(chat::StyledText(describe(file))), {}};
    chat::RenderCache cache;
    (void)user()->send(message, cache);
}

}  // namespace patchcord::msn
