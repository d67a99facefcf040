#pragma once

#include <system_error>

#include "msn/wire/error_code.hpp"

namespace patchcord::msn {

/// Why a request of ours to somebody else's server came to nothing, other than by the server's refusal.
enum class ClientErrc {
    timed_out = 1,      // no answer: servers pass over what they do not know without a word
    disconnected,       // the connection ended first
    too_many_requests,  // too many wait for an answer already
    unexpected_answer,  // not in the form the protocol says
    no_common_dialect,  // the server speaks none of ours
    wrong_password,
    no_ticket,          // the Passport service could not be asked
    no_proof,           // nothing here can make what the server asks for
    no_address_book,    // nothing here knows where the lists are
    not_on_list,        // there is nobody of that handle to change
    nobody_there,       // everybody else has left the switchboard
    not_answered,       // the called person did not come
    not_delivered,      // NAK
    message_too_long,   // it would take too many messages, or is empty
    malformed_message,  // no end of its head: servers drop such a message without a word
    not_sent,           // no room for it in front of a server that does not read
    unconfirmed,        // sent, and the connection ended before the server said what became of it
    partly_delivered,   // of several messages some have arrived and some not
    no_such_group,      // in the contact list
    not_in_private,     // what only two people can do, and more are there
};

/// What became of something said.
enum class Delivery {
    delivered,  // the server has passed it on
    refused,    // nothing of it can have arrived: it may be said again
    in_doubt,   // all or some of it may have arrived: whoever says it again may say it twice
};
/// Reads how a message or a text ended (`SwitchboardClient::send_message`, `send_text`).
[[nodiscard]] Delivery delivery_of(std::error_code result);

/// The category of `ClientErrc`, named "patchcord.msn.client".
[[nodiscard]] const std::error_category& client_category();
[[nodiscard]] std::error_code make_error_code(ClientErrc code);

/// The category of refusals by number, named "patchcord.msn.server". Its values are those of `ErrorCode`, and others
/// that a server made up.
[[nodiscard]] const std::error_category& refusal_category();
/// A server's refusal as an error. Its message has the number, too.
[[nodiscard]] std::error_code refusal_error(ErrorCode code);

}  // namespace patchcord::msn

template <>
struct std::is_error_code_enum<patchcord::msn::ClientErrc> : std::true_type {};
