#include "msn/transfer/msnftp_session.hpp"

#include "chat_core/file_error.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {

using chat::FileErrc;

std::string_view cancel_code(std::error_code why) {
    if (why.category() != chat::file_category()) return "REJECT";
    switch (static_cast<FileErrc>(why.value())) {
        case FileErrc::declined:
        case FileErrc::too_big:
        case FileErrc::too_many:
        case FileErrc::not_possible: return "REJECT";
        case FileErrc::expired: return "TIMEOUT";
        case FileErrc::unreachable:
        case FileErrc::address_refused:
        case FileErrc::loopback_refused:
        case FileErrc::stalled:
        case FileErrc::wrong_size:
        case FileErrc::protocol_error:
        case FileErrc::no_space: return "FTTIMEOUT";
        default: return "OUTBANDCANCEL";
    }
}

std::error_code cancel_reason(std::string_view code) {
    if (same_word(code, "REJECT")) return FileErrc::declined;
    if (same_word(code, "REJECT_NOT_INSTALLED")) return FileErrc::not_possible;
    if (same_word(code, "TIMEOUT")) return FileErrc::expired;
    if (same_word(code, "FTTIMEOUT")) return FileErrc::unreachable;
    return FileErrc::cancelled;
}

}  // namespace patchcord::msn
