// MSG: what a client says in a switchboard, and to whom it goes.

#include <algorithm>
#include <utility>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard_session.hpp"
#include "msn/wire/reading.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t most_waiting_data = 64 * 1024;       // for a receiver that keeps up
constexpr std::chrono::seconds longest_wait{30};           // for one that does not
constexpr std::chrono::milliseconds typing_lapse{10'000};  // how long official clients show a typing notice

/// Lines end with CR LF, LF or CR.
std::size_t count_lines(std::string_view body) {
    std::size_t lines = 1;
    for (std::size_t at = body.find('\n'); at != std::string_view::npos; at = body.find('\n', at + 1)) ++lines;
    for (std::size_t at = body.find('\r'); at != std::string_view::npos; at = body.find('\r', at + 1)) {
        if (!body.substr(at + 1).starts_with('\n')) ++lines;
    }
    return lines;
}

/// Decodes a payload that was taken apart before it was known whether somebody needs that.
class ReadPayload final : public chat::TextDecoder {
  public:
    ReadPayload(const MimeMessage& mime, const Reading& reading) : mime_(mime), reading_(reading) {}
    [[nodiscard]] chat::StyledText decode() const { return reading_.decode(mime_); }
    [[nodiscard]] chat::StyledText decode(const chat::NativeForm&) const override { return decode(); }

  private:
    const MimeMessage& mime_;
    Reading reading_;
};

}  // namespace

void SwitchboardSession::msg(const Command& command) {
    const std::string_view trid = command.param(0);
    const std::string_view mode = command.param(1);
    if (mode.size() != 1 || std::string_view("UNADS").find(mode) == std::string_view::npos) {
        close({chat::CloseKind::protocol,
               "bad acknowledgement mode"});  // as other servers do: the stream cannot be trusted
        return;
    }
    const bool wants_ack = mode == "A" || mode == "D" || mode == "S";
    const bool wants_nak = mode == "A" || mode == "D" || mode == "N";
    if (keep_for_later(command, wants_ack, wants_nak)) return;
    answering_ = true;
    const std::error_code failed = relay(command.payload);
    answering_ = false;
    if (!open()) return;
    if (!failed) server().metrics().messages_relayed.add();
    if (failed ? wants_nak : wants_ack) {
        emit([&](CommandBuilder& line) { line.verb(failed ? "NAK" : "ACK").param(trid).finish(); });
    }
    if (!answer_.empty()) send(std::string_view(std::exchange(answer_, {})));
}

std::error_code SwitchboardSession::relay(std::string_view payload) {
    const auto mime = parse_mime(payload);
    if (!mime) return chat::Errc::not_accepted;
    const BodyKind kind = classify(*mime);
    if (kind == BodyKind::profile || kind == BodyKind::notification)
        return chat::Errc::not_accepted;  // a server's words
    Principal* sender = principal();
    if (sender != nullptr) sender->note_used(*this);
    const std::optional<chat::Target> to = target();
    if (!to) return relay_natively(payload, kind == BodyKind::p2p);
    const bool nobody = to->group == nullptr && to->user == nullptr;
    if (nobody || sender == nullptr || sender->user() == nullptr) return chat::Errc::no_such_user;
    if (kind == BodyKind::text) sender->picture().look();
    if (is_chunk(*mime)) return collect_chunk(*mime);
    if (kind == BodyKind::typing) return typing(*to);
    if (kind == BodyKind::p2p && answer_p2p(*to, *mime)) return {};
    if (kind == BodyKind::invitation && answer_invitation(*to, *mime)) return {};
    return relay_to_core(*sender, *to, kind, *mime, payload);
}

/// Nothing when the conversation is among MSN clients; a target of nobody when its group or person is gone.
std::optional<chat::Target> SwitchboardSession::target() const {
    if (switchboard_->stands_for_group()) return chat::Target{switchboard_->group(), nullptr, {}};
    if (switchboard_->person_handle().empty()) return std::nullopt;
    return chat::Target{nullptr, switchboard_->person(), {}};
}

/// Not for ever: who takes nothing at all is closed in the end, because too much waits for them.
void SwitchboardSession::wait_for(SwitchboardSession& receiver) {
    receiver.notify_when_sent();
    if (std::exchange(waits_, true)) return;
    hold_input(true);
    wait_timer_ = run_later(longest_wait, [this] { go_on(); });
}

void SwitchboardSession::go_on() {
    if (!std::exchange(waits_, false)) return;
    server().scheduler().cancel(std::exchange(wait_timer_, {}));
    hold_input(false);
}

/// Pieces of files are held back by those who get them, not by the pace of commands.
std::error_code SwitchboardSession::relay_natively(std::string_view payload, bool data) {
    std::error_code failed = chat::Errc::no_such_user;  // alone
    chat::WireBytes bytes;
    const std::vector<SwitchboardSession*> sessions = switchboard_->sessions();
    bool reached_all = true;
    for (SwitchboardSession* other : sessions) {
        if (other == this) continue;
        if (!bytes) bytes = chat::make_wire_bytes(render_payload(identity_, payload));
        const std::error_code error = other->send(bytes);
        if (error) reached_all = false;
        if (data && !error && other->send_queue_size() >= most_waiting_data) wait_for(*other);
        failed = error;
    }
    if (data && reached_all) give_back_token();
    return reached_all ? failed : make_error_code(chat::Errc::client_gone);
}

std::error_code SwitchboardSession::relay_to_core(Principal& sender, const chat::Target& target, BodyKind body,
                                                  const MimeMessage& mime, std::string_view payload) {
    const Reading reading = reading_of(body, mime);
    if (reading.kind == chat::MessageKind::native && target.user != nullptr) return {};  // nothing to show there
    if (reading.kind == chat::MessageKind::nudge && !take_nudge_out()) return chat::Errc::not_accepted;
    if (reading.kind != chat::MessageKind::native) server().scheduler().cancel(typing_timer_);
    const chat::NativeForm native{msn_protocol, "MSG", payload, {}};
    // What was put together from chunks is too long for other MSN clients as it is.
    const ReadPayload read(mime, reading);
    chat::MessageText text =
        payload.size() <= max_message_payload ? chat::MessageText(native, read) : chat::MessageText(read.decode());
    chat::Message message{{}, nullptr, target, reading.kind, std::move(text), {}};
    chat::RenderCache cache;
    const bool words = reading.kind == chat::MessageKind::text || reading.kind == chat::MessageKind::action;
    if (words && !take_lines(mime.body)) return chat::Errc::not_accepted;
    if (target.group != nullptr && target.group->size() < 2) return chat::Errc::no_such_user;
    undelivered_ = 0;
    sender.set_sending(this);
    const std::error_code refused = sender.user()->send(message, cache);
    sender.set_sending(nullptr);
    if (refused) return refused;
    return undelivered_ > 0 ? make_error_code(chat::Errc::client_gone) : std::error_code();
}

/// Each line is a message of its own elsewhere, and costs as much. False when there are too many.
bool SwitchboardSession::take_lines(std::string_view body) {
    const std::size_t lines = count_lines(body);
    if (lines > options().max_message_lines) {
        limit_hit(Limit::message_lines);
        return false;
    }
    if (lines > 1) charge(static_cast<double>(lines - 1));
    return true;
}

std::error_code SwitchboardSession::collect_chunk(const MimeMessage& part) {
    if (!chunks_) chunks_ = std::make_unique<ChunkAssembler>();
    const auto [outcome, payload] = chunks_->add(identity_.handle, part, server().scheduler().now());
    switch (outcome) {
        case ChunkAssembler::Outcome::refused: return chat::Errc::not_accepted;
        case ChunkAssembler::Outcome::complete: return relay(payload);
        case ChunkAssembler::Outcome::waiting: break;
    }
    expect_chunks();
    return {};
}

/// One timer, however many parts wait: for the message that began first.
void SwitchboardSession::expect_chunks() {
    const std::optional<chat::Now> due = chunks_->next_expiry();
    if (!due || chunk_timer_) return;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - server().scheduler().now());
    chunk_timer_ = run_later(wait, [this] { give_up_chunks(); });
}

/// Of a message whose other parts do not come, what came is delivered, and marked.
void SwitchboardSession::give_up_chunks() {
    chunk_timer_ = {};
    deliver_incomplete(chunks_->expire(server().scheduler().now()));
    expect_chunks();
}

void SwitchboardSession::deliver_incomplete(const std::vector<ChunkAssembler::Incomplete>& messages) {
    for (const ChunkAssembler::Incomplete& message : messages) {
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

/// Is the one on IRC away, or not quite back, and the message kept until they are? The answer comes when it is safe.
bool SwitchboardSession::keep_for_later(const Command& command, bool ack, bool nak) {
    const std::string& handle = switchboard_->person_handle();
    const chat::User* person = switchboard_->person();
    if (user() == nullptr || handle.empty() || (person != nullptr && !person->arriving())) return false;
    const auto mime = server().is_awaited(handle) ? parse_mime(command.payload) : std::nullopt;
    if (!mime || is_chunk(*mime)) return false;
    const Reading reading = reading_of(classify(*mime), *mime);
    if (reading.kind != chat::MessageKind::text && reading.kind != chat::MessageKind::action) return false;
    if (!take_lines(mime->body)) {
        if (nak) emit([&](CommandBuilder& line) { line.verb("NAK").param(command.param(0)).finish(); });
        return true;
    }
    switchboard_->note_said_to_absent();
    std::string text = reading.decode(*mime).text();
    if (reading.kind == chat::MessageKind::action) text = "*" + user()->name() + " " + text + "*";
    const auto done = [this, trid = std::string(command.param(0)), ack, nak](std::error_code failed) {
        if (failed ? nak : ack)
            emit([&](CommandBuilder& line) { line.verb(failed ? "NAK" : "ACK").param(trid).finish(); });
        const bool away = switchboard_ != nullptr && switchboard_->person() == nullptr;
        if (!failed && away) tell_kept();
    };
    server().environment().offline_box->keep(*user(), server().directory().nick_of(handle), std::move(text),
                                             when_answered<std::error_code>(done));
    return true;
}

/// Once: MSN has no word for it, so it is said as the other's client would.
void SwitchboardSession::tell_kept() {
    if (std::exchange(kept_told_, true)) return;
    const std::string& handle = switchboard_->person_handle();
    const std::string nick = server().directory().nick_of(handle);
    chat::StyledText text;
    text.append("(" + nick + " is not online; your messages wait until they are)", {.italic = true});
    for (const std::string& payload : format_text(text))
        send(std::string_view(render_payload({handle, nick}, payload)));
}

}  // namespace patchcord::msn
