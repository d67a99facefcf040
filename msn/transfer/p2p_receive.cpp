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

void P2pReceive::got_piece(const P2pPiece& piece) {
    if (!accepted() || order_.complete()) return;
    if (is_preparation(piece)) return writer_.acknowledge(piece.header);
    const P2pFileOrder::Verdict verdict = order_.add(piece);
    if (verdict == P2pFileOrder::Verdict::last) writer_.acknowledge(piece.header);
    if (relay() == nullptr) return;
    no_limit();
    switch (verdict) {
        case P2pFileOrder::Verdict::next:
        case P2pFileOrder::Verdict::last: return size() == 0 ? got_empty() : relay()->got(piece.data);
        case P2pFileOrder::Verdict::out_of_order: return fail(FileErrc::protocol_error);
        case P2pFileOrder::Verdict::wrong_size: return fail(FileErrc::wrong_size);
    }
}

// --- the end ---------------------------------------------------------------------------------------------------------

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
