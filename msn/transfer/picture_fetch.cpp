#include "msn/transfer/picture_fetch.hpp"

#include <utility>

#include "chat_core/file_error.hpp"

namespace patchcord::msn {

using chat::FileErrc;

PictureFetch::PictureFetch(TransferScope& scope, P2pWriter& writer, PictureOrder order)
    : FileTransfer(scope),
      writer_(writer),
      order_(std::move(order)),
      dialogue_(writer.new_dialogue()),
      pieces_(order_.object.size) {}

void PictureFetch::begin() {
    limit(order_.time, [this] { end(FileErrc::stalled); });
    invitation_ = writer_.send_signalling(format_slp_object_invite(dialogue_, order_.object.text));
}

void PictureFetch::answered(const SlpAnswer& answer) {
    if (answer.status == 200) return;
    keep_silent();
    end(FileErrc::declined);
}

/// Four zeros go ahead of the picture, as a message of their own.
bool PictureFetch::is_preparation(const P2pPiece& piece) const {
    return piece.header.total_size == 4 && order_.object.size != 4 && pieces_.received() == 0 &&
           piece.data == std::string_view("\0\0\0\0", 4);
}

bool PictureFetch::got_piece(const P2pPiece& piece) {
    if (is_over()) return false;
    if (is_preparation(piece)) {
        writer_.acknowledge(piece.header);
        return true;
    }
    switch (pieces_.add(piece)) {
        case P2pFileOrder::Verdict::out_of_order: end(FileErrc::protocol_error); return false;
        case P2pFileOrder::Verdict::wrong_size: end(FileErrc::wrong_size); return false;
        case P2pFileOrder::Verdict::next: bytes_ += piece.data; break;
        case P2pFileOrder::Verdict::last:
            bytes_ += piece.data;
            writer_.acknowledge(piece.header);
            end({});
            break;
    }
    return true;
}

// --- the end ---------------------------------------------------------------------------------------------------------

void PictureFetch::said_bye() {
    keep_silent();
    end(FileErrc::cancelled);
}

void PictureFetch::broken() {
    keep_silent();
    end(FileErrc::protocol_error);
}

void PictureFetch::abandon() {
    keep_silent();
    end(FileErrc::sender_gone);
}

void PictureFetch::end(std::error_code why) {
    if (is_over()) return;
    conclude(why);
    const auto done = std::exchange(order_.done, {});
    if (done) done(why, why ? std::string() : std::move(bytes_));
}

/// The one who asked ends it.
void PictureFetch::say_goodbye(std::error_code) {
    SlpDialogue bye = dialogue_;
    bye.branch = writer_.new_guid();
    writer_.send_signalling(format_slp_bye(bye));
}

}  // namespace patchcord::msn
