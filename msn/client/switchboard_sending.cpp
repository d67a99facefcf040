// What a SwitchboardClient says, and what becomes of it.

#include <memory>

#include "msn/client/switchboard_client.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/slp.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::uint32_t takes_chunks = 0x20;  // of ChatMember::capabilities

/// Says one result when all parts of something have one.
class Together {
  public:
    Together(std::size_t parts, ClientBase::Done done) : parts_(parts), left_(parts), done_(std::move(done)) {}
    void answered(std::error_code result) {
        switch (delivery_of(result)) {
            case Delivery::delivered: ++delivered_; break;
            case Delivery::refused: refused_ = result; break;
            case Delivery::in_doubt: doubt_ = result; break;
        }
        if (--left_ == 0 && done_) done_(whole());
    }

  private:
    [[nodiscard]] std::error_code whole() const {
        if (delivered_ == parts_ || (doubt_ && !refused_)) return doubt_;
        const bool nothing_arrived = delivered_ == 0 && !doubt_;
        return nothing_arrived ? refused_ : make_error_code(ClientErrc::partly_delivered);
    }

    std::size_t parts_;
    std::size_t left_;
    ClientBase::Done done_;
    std::size_t delivered_ = 0;
    std::error_code refused_;
    std::error_code doubt_;
};

std::string format_mime(const MimeMessage& message) {
    std::string payload;
    MimeBuilder builder(payload);
    for (const MimeHeader& header : message.headers) builder.header(header.name, header.value);
    builder.body(message.body);
    return payload;
}

/// In the form of a GUID, as other clients have it; it needs to be new to our conversations only.
std::string message_id(chat::WallTime now, std::uint32_t number) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string digits(32, '0');
    auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (std::size_t i = 12; i-- > 0; time >>= 4U) digits[i] = hex[time & 15U];
    for (std::size_t i = digits.size(); i-- > 24; number >>= 4U) digits[i] = hex[number & 15U];
    std::string id = "{";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
        id += digits[i];
    }
    return id + "}";
}

}  // namespace

void SwitchboardClient::send_message(const MimeMessage& message, Acknowledge acknowledge, Done done) {
    send_message(format_mime(message), acknowledge, std::move(done));
}

void SwitchboardClient::send_message(std::string_view payload, Acknowledge acknowledge, Done done) {
    std::error_code refused;
    if (payload.find("\r\n\r\n") == std::string_view::npos) refused = ClientErrc::malformed_message;
    if (payload.empty() || payload.size() > max_message_payload) refused = ClientErrc::message_too_long;
    if (users_.empty()) refused = ClientErrc::nobody_there;
    if (requests_left() == 0) refused = ClientErrc::too_many_requests;
    if (!open()) refused = ClientErrc::disconnected;
    if (!refused) return put(acknowledge, payload, std::move(done));
    if (done) done(refused);
}

void SwitchboardClient::put(Acknowledge acknowledge, std::string_view payload, Done done) {
    const std::string letter(1, static_cast<char>(acknowledge));
    const auto build = [&](CommandBuilder& line) { line.param(letter).payload(payload); };
    if (acknowledge == Acknowledge::never) {
        const bool sent = emit([&](CommandBuilder& line) { build(line.verb("MSG").param(unanswered_trid())); });
        if (done) done(sent ? std::error_code() : make_error_code(ClientErrc::not_sent));
        return;
    }
    request("MSG", build, [this, acknowledge, done = std::move(done)](const Answer& answer) {
        if (done) done(result_of(acknowledge, answer));
    });
}

std::error_code SwitchboardClient::result_of(Acknowledge acknowledge, const Answer& answer) const {
    // It was open when this was sent.
    if (answer.error() == ClientErrc::disconnected) return ClientErrc::unconfirmed;
    if (acknowledge == Acknowledge::failure && answer.error() == ClientErrc::timed_out) return {};
    // Whoever left did so before the server passed the message on, else it would have said so first.
    if (answer && users_.empty()) return ClientErrc::nobody_there;
    return answer.error();
}

std::vector<std::string> SwitchboardClient::payloads_of(const chat::StyledText& text, std::string_view name) {
    TextOptions how;
    how.name = name.empty() ? std::string_view(options_.name) : name;
    how.graphemes = options_.graphemes;
    std::vector<std::string> payloads = format_text(text, how);
    bool chunks = options_.chunks && payloads.size() > 1;
    for (const auto& [handle, who] : users_) chunks = chunks && (who.capabilities & takes_chunks) != 0;
    if (!chunks) return payloads;
    const std::string id = message_id(scheduler().wall_now(), ++last_message_id_);
    return format_chunks(format_whole_text(text, how), id).value_or(std::move(payloads));
}

void SwitchboardClient::send_text(const chat::StyledText& text, Done done, std::string_view name) {
    const std::vector<std::string> payloads = payloads_of(text, name);
    std::error_code refused;
    if (payloads.size() > requests_left()) refused = ClientErrc::too_many_requests;
    if (payloads.empty() || payloads.size() > max_messages_per_text) refused = ClientErrc::message_too_long;
    if (refused) {
        if (done) done(refused);
        return;
    }
    const auto together = std::make_shared<Together>(payloads.size(), std::move(done));
    for (const std::string& payload : payloads) {
        send_message(payload, Acknowledge::always, [together](std::error_code result) { together->answered(result); });
    }
}

void SwitchboardClient::send_nudge(Done done) {
    send_message(format_datacast({DatacastId::nudge, {}}), Acknowledge::always, std::move(done));
}

void SwitchboardClient::send_typing_notification() {
    send_message(format_typing(options_.handle), Acknowledge::never);
}

// --- files -----------------------------------------------------------------------------------------------------------

bool SwitchboardClient::take_invitation(const ChatMember& from, const MimeMessage& message) {
    const auto invitation = parse_invitation(message);
    if (!invitation) return false;
    if (invitation->command == Invitation::Command::invite) {
        // Where there are more, somebody else may take it.
        if (users_.size() > 1) return false;
        if (invitation->file && observer_.got_send_request({from.handle, invitation->cookie, *invitation->file})) {
            return true;
        }
        // Nothing here can take it, and whoever offers waits for a word.
        send_message(format_cancel(invitation->cookie, "REJECT_NOT_INSTALLED"), Acknowledge::never);
        return false;
    }
    const Invitations::Waiting offer = invitations_.take(from.handle, invitation->cookie);
    if (offer.done) {
        scheduler().cancel(offer.timer);
        offer.done(*invitation);
    } else if (invitation->command == Invitation::Command::cancel) {
        observer_.invitation_cancelled(from, invitation->cookie, invitation->cancel_code);
    } else {
        return false;
    }
    return true;
}

/// Waits for what `handle` says to an invitation.
void SwitchboardClient::answered_later(const std::string& handle, const std::string& cookie,
                                       std::chrono::milliseconds within, InvitationAnswered done) {
    const chat::TimerId timer = run_later(within, [this, handle, cookie] {
        const Invitations::Waiting late = invitations_.take(handle, cookie);
        if (!late.done) return;
        send_message(format_cancel(cookie, "TIMEOUT"), Acknowledge::never);
        late.done(ClientErrc::not_answered);
    });
    if (!done) done = [](const chat::Result<Invitation>&) {};
    invitations_.add(handle, cookie, std::move(done), timer);
}

std::string SwitchboardClient::send_file_invitation(std::string_view name, std::uint64_t size,
                                                    InvitationAnswered done) {
    const std::string cookie = invitations_.fresh_cookie();
    const std::string handle = users_.empty() ? std::string() : users_.begin()->first;
    std::error_code refused;
    if (!invitations_.has_room(handle, cookie) || requests_left() == 0) refused = ClientErrc::too_many_requests;
    if (users_.size() > 1) refused = ClientErrc::not_in_private;
    if (users_.empty()) refused = ClientErrc::nobody_there;
    if (!open()) refused = ClientErrc::disconnected;
    if (refused) {
        if (done) done(refused);
        return {};
    }
    answered_later(handle, cookie, options_.offer_timeout, std::move(done));
    send_message(format_file_offer(name, size, cookie), Acknowledge::failure, [=, this](std::error_code result) {
        if (!result || delivery_of(result) == Delivery::in_doubt) return;
        const Invitations::Waiting offer = invitations_.take(handle, cookie);
        scheduler().cancel(offer.timer);
        if (offer.done) offer.done(result);
    });
    return cookie;
}

void SwitchboardClient::file_invitation_reply(const SendRequest& request, bool accept, InvitationAnswered done) {
    std::error_code refused;
    if (accept && !invitations_.has_room(request.handle, request.cookie)) refused = ClientErrc::too_many_requests;
    if (!users_.contains(request.handle)) refused = ClientErrc::nobody_there;
    if (!open()) refused = ClientErrc::disconnected;
    if (refused || !accept) {
        if (!refused) send_message(format_cancel(request.cookie, "REJECT"), Acknowledge::never);
        Invitation declined;
        declined.command = Invitation::Command::cancel;
        declined.cookie = request.cookie;
        if (done) done(refused ? chat::Result<Invitation>(refused) : declined);
        return;
    }
    answered_later(request.handle, request.cookie, request_timeout(), std::move(done));
    send_message(format_accept(request.cookie), Acknowledge::never);
}

void SwitchboardClient::send_transfer_info(const std::string& cookie, const TransferAddress& where) {
    send_message(format_accept(cookie, where), Acknowledge::never);
}

void SwitchboardClient::cancel_invitation(const std::string& cookie, std::string_view code) {
    const Invitations::Waiting offer = invitations_.take(cookie);
    scheduler().cancel(offer.timer);
    send_message(format_cancel(cookie, code), Acknowledge::never);
    if (!offer.done) return;
    Invitation cancelled;
    cancelled.command = Invitation::Command::cancel;
    cancelled.cookie = cookie;
    cancelled.cancel_code = code;
    offer.done(cancelled);
}

// --- MSNSLP ----------------------------------------------------------------------------------------------------------

/// Acknowledges each message of signalling, and declines what is offered in it.
void SwitchboardClient::answer_p2p(const ChatMember& from, const MimeMessage& message) {
    std::string_view to = find_header(message, "P2P-Dest").value_or("");
    const bool for_us = same_word(take_field(to, ';'), options_.handle);  // newer clients name the machine behind it
    if (!options_.decline_p2p || !for_us || users_.size() != 1) return;
    const auto piece = parse_p2p(message.body);
    const auto whole = piece ? slp_.add(*piece) : std::nullopt;
    if (!whole) return;
    send_p2p(from.handle, format_p2p_ack(piece->header, ++last_p2p_identifier_));
    const auto request = parse_slp_request(*whole);
    if (!request || request->method != SlpRequest::Method::invite) return;
    P2pHeader header;
    header.identifier = ++last_p2p_identifier_;
    header.ack_id = header.identifier;  // anything but what is in use
    send_p2p(from.handle, format_p2p(header, format_slp_decline(*request, options_.handle, from.handle)));
    if (request->purpose != SlpPurpose::file) return;
    if (const auto file = parse_file_context(request->context)) observer_.declined_file(from, *file);
}

/// Servers hang up on P2P with any other letter. What becomes of it matters to nobody.
void SwitchboardClient::send_p2p(const std::string& to, std::string_view body) {
    std::string payload;
    MimeBuilder(payload).content_type("application/x-msnmsgrp2p").header("P2P-Dest", to).body(body);
    if (payload.size() > max_message_payload) return;
    emit([&](CommandBuilder& line) { line.verb("MSG").param(unanswered_trid()).param("D").payload(payload); });
}

}  // namespace patchcord::msn
