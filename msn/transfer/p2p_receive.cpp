#include "msn/transfer/p2p_receive.hpp"

#include <utility>

#include "chat_core/file_error.hpp"

namespace patchcord::msn {

using chat::FileErrc;

P2pReceive::P2pReceive(TransferScope& scope, P2pWriter& writer, SlpRequest request, std::uint64_t size)
    : ReceiveTransfer(scope, size), writer_(writer), request_(std::move(request)), order_(size) {
    std::string().swap(request_.context);  // a picture may be in it
}

void P2pReceive::start() {
    limit(react_time, [this] { fail(FileErrc::stalled); });
    answer_ = writer_.send_signalling(format_slp_accept(request_, wire().own_handle(), wire().peer_handle()));
}

/// Some send the file first and acknowledge then. Of an empty one there is nothing else to wait for.
bool P2pReceive::acknowledged(const P2pHeader& ack) {
    if (!answer_.is_meant_by(ack)) return false;
    if (!waits_for_bye_) no_limit();
    if (size() == 0) got_empty();
    return true;
}

/// Four zeros that go ahead of pictures, and should not of files.
bool P2pReceive::is_preparation(const P2pPiece& piece) const {
    return piece.header.total_size == 4 && size() != 4 && order_.received() == 0 &&
           piece.data == std::string_view("\0\0\0\0", 4);
}

bool P2pReceive::got_piece(const P2pPiece& piece) {
    if (!accepted() || order_.complete()) return false;
    if (is_preparation(piece)) {
        writer_.acknowledge(piece.header);
        return true;
    }
    switch (order_.add(piece)) {
        case P2pFileOrder::Verdict::out_of_order: fail(FileErrc::protocol_error); return false;
        case P2pFileOrder::Verdict::wrong_size: fail(FileErrc::wrong_size); return false;
        case P2pFileOrder::Verdict::last: got_last(piece.header); [[fallthrough]];
        case P2pFileOrder::Verdict::next: pass_on(piece.data);
    }
    return true;
}

void P2pReceive::pass_on(std::string_view data) {
    if (relay() == nullptr) return;
    if (!last_) no_limit();
    if (size() == 0) {
        got_empty();
    } else {
        relay()->got(data);
    }
}

/// The acknowledgement tells the sender that the file has arrived, so it waits until that is so; but not for longer
/// than senders do.
void P2pReceive::got_last(const P2pHeader& header) {
    if (waits_for_bye_) return writer_.acknowledge(header);  // an empty file was there before its empty piece
    last_ = header;
    limit(
        longest_silence, [this] { acknowledge_last(); }, Limited::ourselves);
}

void P2pReceive::acknowledge_last() {
    if (last_) writer_.acknowledge(*std::exchange(last_, {}));
}

// --- the end ---------------------------------------------------------------------------------------------------------

/// libpurple takes its own offer back by declining it.
void P2pReceive::answered(const SlpAnswer& answer) {
    if (answer.status == 603) said_bye();
}

void P2pReceive::said_bye() {
    keep_silent();
    if (waits_for_bye_) return conclude({});
    if (size() == 0 && accepted()) return got_empty();
    withdraw(FileErrc::cancelled);
}

void P2pReceive::broken() {
    keep_silent();
    if (waits_for_bye_) return conclude({});
    fail(FileErrc::protocol_error);
}

void P2pReceive::stopped(std::error_code why) {
    if (why || silent()) return conclude(why);
    acknowledge_last();
    waits_for_bye_ = true;
    limit(bye_time, [this] { conclude({}); });
}

void P2pReceive::say_goodbye(std::error_code) {
    const std::string& from = wire().own_handle();
    const std::string& to = wire().peer_handle();
    const std::string words =
        accepted() ? format_slp_bye({from, to, writer_.new_guid(), request_.call_id, request_.session_id})
                   : format_slp_decline(request_, from, to);
    writer_.send_signalling(words);
}

}  // namespace patchcord::msn
