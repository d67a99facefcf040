#include "msn/transfer/msnftp_send.hpp"

#include "chat_core/file_error.hpp"

namespace patchcord::msn {

using chat::FileErrc;

MsnftpSend::MsnftpSend(TransferScope& scope, const chat::FileOffer& offer, std::uint32_t cookie)
    : SendTransfer(scope, offer),
      cookie_(cookie),
      door_(scope.parts, scope.wire, *this,
            [this](std::shared_ptr<MsnftpLink> link, std::uint32_t secret) -> std::unique_ptr<MsnftpStream> {
                return std::make_unique<MsnftpSenderStream>(std::move(link), wire().peer_handle(), secret,
                                                            this->offer().size);
            }) {}

// --- the invitation --------------------------------------------------------------------------------------------------

void MsnftpSend::begin() {
    wire().send(
        format_file_offer(offer().name, offer().size, std::to_string(cookie_), scope().parts.network.can_listen()),
        false);
}

void MsnftpSend::got_accept(const Invitation& accept) {
    if (sender_connects(accept)) places_ = transfer_addresses(accept);
    this->accept();
}

void MsnftpSend::got_cancel(const Invitation& cancel) {
    keep_silent();
    fail(cancel_reason(cancel.cancel_code));
}

/// We go where the peer waits, if it does; else it is told where we do.
void MsnftpSend::start() {
    limit(MsnftpDoor::open_time, [this] { fail(FileErrc::unreachable); });
    if (!places_.empty()) return door_.connect(places_);
    const auto where = door_.listen();
    if (!where) return fail(FileErrc::unreachable);
    wire().send(format_accept(std::to_string(cookie_), *where), false);
}

// --- the connection --------------------------------------------------------------------------------------------------

void MsnftpSend::stream_ready() {
    if (!std::exchange(flowing_, true)) no_limit();
    if (relay() != nullptr) relay()->sink_ready();
}

std::size_t MsnftpSend::take(std::string_view bytes) {
    return door_.stream() == nullptr ? 0 : door_.stream()->take(bytes);
}

void MsnftpSend::finish() {
    all_sent_ = true;
    if (done_) relay()->sink_finished();
}

void MsnftpSend::stream_done() {
    done_ = offer().size == 0 && relay() != nullptr;
    if (done_ && !all_sent_) return;
    if (all_sent_ && relay() != nullptr) return relay()->sink_finished();
    fail(FileErrc::cancelled);
}

void MsnftpSend::stream_ended(std::error_code why) {
    if (flowing_) keep_silent();
    if (done_) return;
    fail(why ? why : make_error_code(flowing_ ? FileErrc::receiver_gone : FileErrc::unreachable));
}

void MsnftpSend::close(std::error_code why) {
    door_.close(why);
}

void MsnftpSend::say_goodbye(std::error_code why) {
    if (!flowing_) wire().send(format_cancel(std::to_string(cookie_), cancel_code(why)), false);
}

}  // namespace patchcord::msn
