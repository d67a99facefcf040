#include "msn/transfer/p2p_send.hpp"

#include <algorithm>

#include "chat_core/file_error.hpp"
#include "msn/wire/file_invitation.hpp"

namespace patchcord::msn {

using chat::FileErrc;

namespace {

/// At what pace a client must work off what was sent to it at once, in bytes a second: aMSN takes tens of megabytes
/// into memory and writes them slowly.
constexpr std::uint64_t least_pace = 16 * 1024;
/// So long at the most: whoever never acknowledges keeps one of the transfers that there may be at a time.
constexpr std::chrono::seconds most_more_time{1800};

}  // namespace

P2pSend::P2pSend(TransferScope& scope, P2pWriter& writer, const chat::FileOffer& offer)
    : SendTransfer(scope, offer),
      writer_(writer),
      dialogue_(writer.new_dialogue()),
      cutter_(max_p2p_data_bytes, offer.size) {}

// --- the offer -------------------------------------------------------------------------------------------------------

void P2pSend::begin() {
    limit(react_time, [this] { try_otherwise(); });
    invitation_ =
        writer_.send_signalling(format_slp_file_invite(dialogue_, format_file_context(offer().name, offer().size)));
}

/// From here on the peer's client is known to have seen it; how long its user thinks about it is the desk's affair.
void P2pSend::reacted() {
    if (relay() == nullptr) no_limit();
}

bool P2pSend::acknowledged(const P2pHeader& ack) {
    if (invitation_.is_meant_by(ack)) {
        reacted();
        return true;
    }
    if (!file_.is_meant_by(ack)) return false;
    if (all_sent_) done();
    return true;
}

void P2pSend::answered(const SlpAnswer& answer) {
    if (std::exchange(answered_, true)) return;
    reacted();
    if (answer.status == 200) return accept();
    keep_silent();
    if (answer.status == 603) return fail(FileErrc::declined);
    try_otherwise();
}

void P2pSend::try_otherwise() {
    conclude(FileErrc::not_possible);
    scope().host.fall_back(*this);
}

// --- the file --------------------------------------------------------------------------------------------------------

void P2pSend::start() {
    file_ = writer_.new_message();
    writable();
}

void P2pSend::writable() {
    if (relay() != nullptr && !all_sent_ && wire().takes_data()) relay()->sink_ready();
}

std::size_t P2pSend::take(std::string_view bytes) {
    return cutter_.take(
        bytes, [this] { return wire().takes_data(); },
        [this](std::string_view data, std::uint64_t offset) { send_piece(data, offset); });
}

void P2pSend::send_piece(std::string_view data, std::uint64_t offset) {
    P2pHeader header;
    header.session_id = dialogue_.session_id;
    header.identifier = file_.identifier;
    header.ack_id = file_.ack_id;
    header.offset = offset;
    header.total_size = offer().size;
    header.flags = p2p_file_flags;
    writer_.send_piece(header, data);
}

/// An empty file is one empty piece: something has to be acknowledged.
void P2pSend::finish() {
    all_sent_ = true;
    if (offer().size == 0) send_piece({}, 0);
    more_time_ = std::min(std::chrono::seconds(offer().size / least_pace), most_more_time);
    wait_for_acknowledgement();
}

void P2pSend::wait_for_acknowledgement() {
    limit(acknowledge_time, [this] {
        if (more_time_ <= std::chrono::seconds(0)) return fail(FileErrc::stalled);
        more_time_ -= acknowledge_time;
        relay()->sink_works();
        wait_for_acknowledgement();
    });
}

// --- the end ---------------------------------------------------------------------------------------------------------

void P2pSend::done() {
    if (relay() != nullptr) relay()->sink_finished();
}

/// When all was sent, a BYE says the same as the acknowledgement.
void P2pSend::said_bye() {
    keep_silent();
    if (all_sent_) return done();
    fail(relay() == nullptr ? FileErrc::declined : FileErrc::cancelled);
}

void P2pSend::broken() {
    fail(FileErrc::protocol_error);
}

void P2pSend::undelivered() {
    if (relay() != nullptr) fail(FileErrc::receiver_gone);
}

void P2pSend::say_goodbye(std::error_code) {
    SlpDialogue bye = dialogue_;
    bye.branch = writer_.new_guid();
    writer_.send_signalling(format_slp_bye(bye));
}

}  // namespace patchcord::msn
