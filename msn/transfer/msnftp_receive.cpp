#include "msn/transfer/msnftp_receive.hpp"

#include "chat_core/file_error.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {

using chat::FileErrc;

MsnftpReceive::MsnftpReceive(TransferScope& scope, const Invitation& invite)
    : ReceiveTransfer(scope, invite.file->size.value_or(0)),
      cookie_(invite.cookie),
      peer_listens_(!cannot_listen(invite)),
      door_(scope.parts, scope.wire, *this,
            [this](std::shared_ptr<MsnftpLink> link, std::uint32_t secret) -> std::unique_ptr<MsnftpStream> {
                return std::make_unique<MsnftpReceiverStream>(std::move(link), wire().own_handle(), secret, size());
            }) {}

std::uint32_t MsnftpReceive::cookie() const {
    return parse_digits(cookie_, 10, 10).value_or(0);
}

// --- the invitation --------------------------------------------------------------------------------------------------

/// A gateway is reached more easily than somebody at home, so the peer is asked to come here. Older clients do not read
/// that and say where they are; so do all when nobody can come here.
void MsnftpReceive::start() {
    limit(MsnftpDoor::open_time, [this] { fail(FileErrc::unreachable); });
    if (const auto where = door_.listen()) return wire().send(format_sender_connect(cookie_, *where), false);
    if (!peer_listens_) return fail(FileErrc::unreachable);
    wire().send(format_accept(cookie_), false);
}

void MsnftpReceive::got_accept(const Invitation& accept) {
    const auto places = transfer_addresses(accept);
    if (relay() == nullptr || places.empty() || door_.connecting() || door_.stream() != nullptr) return;
    door_.connect(places);
}

void MsnftpReceive::got_cancel(const Invitation& cancel) {
    keep_silent();
    const std::error_code why = cancel_reason(cancel.cancel_code);
    if (why == FileErrc::unreachable && accepted()) return fail(why);
    withdraw(FileErrc::cancelled);
}

// --- the connection --------------------------------------------------------------------------------------------------

void MsnftpReceive::stream_ready() {
    flowing_ = true;
    no_limit();
    if (size() == 0) got_empty();
}

void MsnftpReceive::stream_got(std::string_view bytes) {
    if (relay() != nullptr) relay()->got(bytes);
}

void MsnftpReceive::stream_ended(std::error_code why) {
    if (flowing_) keep_silent();
    if (why == FileErrc::cancelled) return withdraw(why);
    fail(why ? why : make_error_code(flowing_ ? FileErrc::sender_gone : FileErrc::unreachable));
}

void MsnftpReceive::pause_changed(bool paused) {
    if (door_.stream() != nullptr) door_.stream()->set_paused(paused);
}

void MsnftpReceive::close(std::error_code why) {
    door_.close(why);
}

void MsnftpReceive::say_goodbye(std::error_code why) {
    if (!flowing_) wire().send(format_cancel(cookie_, cancel_code(why)), false);
}

}  // namespace patchcord::msn
