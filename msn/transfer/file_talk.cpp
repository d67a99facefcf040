#include "msn/transfer/file_talk.hpp"

#include "chat_core/file_error.hpp"

namespace patchcord::msn {

class FileTalk::Impl {};

FileTalk::FileTalk(FileTalkParts, TransferWire&) : impl_(std::make_unique<Impl>()) {}

FileTalk::~FileTalk() = default;

bool FileTalk::got_invitation(const MimeMessage&) {
    return false;
}

bool FileTalk::got_p2p(const MimeMessage&) {
    return false;
}

std::error_code FileTalk::offer(const chat::FileOffer&) {
    return chat::FileErrc::not_possible;
}

void FileTalk::changed(const chat::FileOffer&) {}

void FileTalk::writable() {}

void FileTalk::undelivered() {}

bool FileTalk::idle() const {
    return true;
}

}  // namespace patchcord::msn
