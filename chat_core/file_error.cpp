#include "chat_core/file_error.hpp"

#include <string>

namespace patchcord::chat {
namespace {

const char* describe(FileErrc code) {
    switch (code) {
        case FileErrc::declined: return "declined";
        case FileErrc::cancelled: return "cancelled";
        case FileErrc::expired: return "nobody answered in time";
        case FileErrc::sender_gone: return "the sender is gone";
        case FileErrc::receiver_gone: return "the receiver is gone";
        case FileErrc::stalled: return "nothing came for too long";
        case FileErrc::too_big: return "the file is too big";
        case FileErrc::wrong_size: return "it is not as long as was said";
        case FileErrc::unreachable: return "no connection could be made";
        case FileErrc::address_refused: return "address not allowed";
        case FileErrc::loopback_refused:
            return "the gateway connects to its own machine only with files.allow_loopback";
        case FileErrc::no_space: return "there is no room for it";
        case FileErrc::too_many: return "too many files at once";
        case FileErrc::protocol_error: return "the other client did not keep to the protocol";
        case FileErrc::gone: return "there is no such offer any more";
        case FileErrc::taken: return "it was accepted already";
        case FileErrc::cannot_seek: return "it can be had from its beginning only";
        case FileErrc::not_possible: return "their client cannot take files";
        case FileErrc::shutting_down: return "the gateway is shutting down";
    }
    return "unknown error";
}

class FileCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.file"; }
    [[nodiscard]] std::string message(int value) const override { return describe(static_cast<FileErrc>(value)); }
};

}  // namespace

const std::error_category& file_category() {
    static const FileCategory category;
    return category;
}

std::error_code make_error_code(FileErrc code) {
    return {static_cast<int>(code), file_category()};
}

}  // namespace patchcord::chat
