#pragma once

#include <system_error>

namespace patchcord::chat {

/// Why a file was not given, in words that both sides can be told.
enum class FileErrc {
    declined = 1,      // by whoever it was offered to
    cancelled,         // by either, after it was accepted, or by the offerer before
    expired,           // nobody answered in time
    sender_gone,       // the offerer went away, or their connection ended half way
    receiver_gone,     // the same of whoever it was offered to
    stalled,           // nothing moved for too long
    too_big,           // bigger than this gateway passes on
    wrong_size,        // more or less came than was announced
    unreachable,       // no connection could be made for it
    address_refused,   // it would have to come from, or go to, an address that the gateway does not connect to
    loopback_refused,  // the same of the gateway's own machine, which is another key of the configuration
    no_space,          // there is no room to keep it
    too_many,          // as many files as allowed are on their way already, or were offered in a short time
    protocol_error,    // the other side said something that its protocol does not know
    gone,              // there is no such offer, or no longer
    taken,             // somebody has accepted it already
    cannot_seek,       // it can be had from its beginning only
    not_possible,      // the receiver's client cannot take files, and there is no link
    shutting_down,     // the gateway stops
};

/// The category of `FileErrc`, named "patchcord.file".
[[nodiscard]] const std::error_category& file_category();
[[nodiscard]] std::error_code make_error_code(FileErrc code);

}  // namespace patchcord::chat

template <>
struct std::is_error_code_enum<patchcord::chat::FileErrc> : std::true_type {};
