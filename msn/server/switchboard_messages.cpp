// MSG: what a client says in a switchboard, and to whom it goes.

#include <algorithm>
#include <utility>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/file_invitation.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds typing_lapse{10'000};  // how long official clients show a typing notice

std::optional<MimeMessage> read(std::string_view payload) {
    return parse_mime(payload);
}

chat::StyledText decode_text(std::string_view payload) {
    const auto mime = read(payload);
    return mime ? parse_text(*mime) : chat::StyledText();
}

/// What somebody does who typed "/me does it", or chose an action in the client.
chat::StyledText decode_action(std::string_view payload) {
    const auto mime = read(payload);
    if (!mime) return {};
    if (const auto datacast = parse_datacast(*mime)) return chat::StyledText(clean_text(to_utf8(datacast->data, {})));
    const chat::StyledText text = parse_text(*mime);
    chat::StyledText deed;
    if (const auto action = action_in(text.text())) deed.append(*action, text.uniform_style().value_or(chat::Style{}));
    return deed;
}

/// What only MSN clients can show is named to the others.
chat::StyledText decode_object(std::string_view payload) {
    const auto mime = read(payload);
    if (!mime) return {};
    if (classify(*mime) == BodyKind::ink) return chat::StyledText("sends something drawn by hand");
    const auto datacast = parse_datacast(*mime);
    if (!datacast) return {};
    switch (datacast->id) {
        case DatacastId::wink: return chat::StyledText("sends a wink");
        case DatacastId::voice_clip: return chat::StyledText("sends a voice clip");
        default: return {};
    }
}

chat::StyledText decode_file(std::string_view payload) {
    const auto mime = read(payload);
    const auto file = mime ? parse_file_invitation(*mime) : std::nullopt;
    return file ? chat::StyledText(describe(*file)) : chat::StyledText();
}

chat::StyledText decode_nothing(std::string_view) {
    return {};
}

/// Lines end with CR LF, LF or CR.
std::size_t count_lines(std::string_view body) {
    std::size_t lines = 1;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '\n' || (body[i] == '\r' && !body.substr(i + 1).starts_with('\n'))) ++lines;
    }
    return lines;
}

struct Reading {
    chat::MessageKind kind = chat::MessageKind::native;
    chat::MessageText::Decoder decode = decode_nothing;
};

Reading reading_of(const MimeMessage& mime) {
    switch (classify(mime)) {
        case BodyKind::text:
            if (action_in(mime.body)) return {chat::MessageKind::action, decode_action};
            return {chat::MessageKind::text, decode_text};
        case BodyKind::nudge: return {chat::MessageKind::nudge, decode_nothing};
        case BodyKind::datacast: {
            const auto datacast = parse_datacast(mime);
            if (datacast && datacast->id == DatacastId::action) return {chat::MessageKind::action, decode_action};
            if (datacast && datacast->id != DatacastId::unknown) return {chat::MessageKind::action, decode_object};
            return {};
        }
        case BodyKind::ink: return {chat::MessageKind::action, decode_object};
        case BodyKind::invitation:
            if (parse_file_invitation(mime)) return {chat::MessageKind::action, decode_file};
            return {};
        default: return {};
    }
}

}  // namespace

void SwitchboardSession::msg(const Command& command) {
    const std::string_view trid = command.param(0);
    const std::string_view mode = command.param(1);
    if (mode.size() != 1 || std::string_view("UNADS").find(mode) == std::string_view::npos) {
        close("bad acknowledgement mode");  // as other servers do: the stream cannot be trusted
        return;
    }
    const std::error_code failed = relay(command.payload);
    if (!open()) return;
    if (!failed) server().metrics().messages_relayed.add();
    const bool wants_ack = mode == "A" || mode == "D" || mode == "S";
    const bool wants_nak = mode == "A" || mode == "D" || mode == "N";
    if (failed ? wants_nak : wants_ack) {
        emit([&](CommandBuilder& line) { line.verb(failed ? "NAK" : "ACK").param(trid).finish(); });
    }
    // Behind the acknowledgement, as from another client.
    if (!answer_.empty()) send(std::string_view(std::exchange(answer_, {})));
}

std::error_code SwitchboardSession::relay(std::string_view payload) {
    const auto mime = parse_mime(payload);
    if (!mime) return chat::Errc::not_accepted;
    const BodyKind kind = classify(*mime);
    if (kind == BodyKind::profile || kind == BodyKind::notification)
        return chat::Errc::not_accepted;  // a server's words
    if (Principal* sender = principal()) sender->note_used(*this);
    const std::optional<chat::Target> to = target();
    if (!to) return relay_natively(payload);
    if (user() == nullptr || (to->group == nullptr && to->user == nullptr)) return chat::Errc::no_such_user;
    if (is_chunk(*mime)) return collect_chunk(*mime);
    if (kind == BodyKind::typing) return typing(*to);
    if (kind == BodyKind::p2p && answer_p2p(*to, *mime)) return {};
    if (kind == BodyKind::invitation && answer_invitation(*to, *mime)) return {};
    return relay_to_core(*to, *mime, payload);
}

/// Nothing when the conversation is among MSN clients; a target of nobody when its group or person is gone.
std::optional<chat::Target> SwitchboardSession::target() const {
    if (switchboard_->stands_for_group()) return chat::Target{switchboard_->group(), nullptr, {}};
    if (switchboard_->person_handle().empty()) return std::nullopt;
    return chat::Target{nullptr, switchboard_->person(), {}};
}

std::error_code SwitchboardSession::relay_natively(std::string_view payload) {
    std::error_code failed = chat::Errc::no_such_user;  // alone
    chat::WireBytes bytes;
    const std::vector<SwitchboardSession*> sessions = switchboard_->sessions();
    bool reached_all = true;
    for (SwitchboardSession* other : sessions) {
        if (other == this) continue;
        if (!bytes) bytes = chat::make_wire_bytes(render_payload(identity_, payload));
        const std::error_code error = other->send(bytes);
        if (error) reached_all = false;
        failed = error;
    }
    return reached_all ? failed : make_error_code(chat::Errc::client_gone);
}

std::error_code SwitchboardSession::relay_to_core(const chat::Target& target, const MimeMessage& mime,
                                                  std::string_view payload) {
    const Reading reading = reading_of(mime);
    if (reading.kind == chat::MessageKind::native && target.user != nullptr) return {};  // nothing to show there
    if (reading.kind == chat::MessageKind::nudge && !take_nudge_out()) return chat::Errc::not_accepted;
    if (reading.kind != chat::MessageKind::native) server().scheduler().cancel(typing_timer_);
    const chat::NativeForm native{msn_protocol, "MSG", payload, {}};
    // What was put together from chunks is too long for other MSN clients as it is.
    const chat::MessageText text = payload.size() <= max_message_payload ? chat::MessageText(native, reading.decode)
                                                                         : chat::MessageText(reading.decode(payload));
    chat::Message message{{}, nullptr, target, reading.kind, text, {}};
    chat::RenderCache cache;
    const bool words = reading.kind == chat::MessageKind::text || reading.kind == chat::MessageKind::action;
    const std::size_t lines = words ? count_lines(mime.body) : 1;
    if (lines > options().max_message_lines) {
        limit_hit(Limit::message_lines);
        return chat::Errc::not_accepted;
    }
    if (lines > 1) charge(static_cast<double>(lines - 1));  // each is a message of its own elsewhere
    if (target.group != nullptr && target.group->size() < 2) return chat::Errc::no_such_user;
    undelivered_ = 0;
    Principal& sender = *principal();
    sender.set_sending(this);
    const std::error_code refused = user()->send(message, cache);
    sender.set_sending(nullptr);
    if (refused) return refused;
    return undelivered_ > 0 ? make_error_code(chat::Errc::client_gone) : std::error_code();
}

std::error_code SwitchboardSession::collect_chunk(const MimeMessage& part) {
    if (!chunks_) chunks_ = std::make_unique<ChunkAssembler>();
    const auto [outcome, payload] = chunks_->add(identity_.handle, part, server().scheduler().now());
    switch (outcome) {
        case ChunkAssembler::Outcome::refused: return chat::Errc::not_accepted;
        case ChunkAssembler::Outcome::complete: return relay(payload);
        case ChunkAssembler::Outcome::waiting: break;
    }
    run_later(ChunkLimits{}.lifetime + std::chrono::milliseconds(100), [this] { give_up_chunks(); });
    return {};
}

/// Of a message whose other parts do not come, what came is delivered, and marked.
void SwitchboardSession::give_up_chunks() {
    for (const ChunkAssembler::Incomplete& message : chunks_->expire(server().scheduler().now())) {
        const auto mime = parse_mime(message.payload);
        const bool text = mime && classify(*mime) == BodyKind::text;
        if (text) (void)relay(message.payload + " [...]");  // half a picture is none
    }
}

std::error_code SwitchboardSession::typing(const chat::Target& target) {
    const std::error_code refused = user()->typing(target, chat::TypingState::active);
    server().scheduler().cancel(typing_timer_);
    typing_timer_ = run_later(typing_lapse, [this] {
        const std::optional<chat::Target> where = this->target();
        if (user() == nullptr || !where || (where->group == nullptr && where->user == nullptr)) return;
        (void)user()->typing(*where, chat::TypingState::done);
    });
    return refused;
}

}  // namespace patchcord::msn
