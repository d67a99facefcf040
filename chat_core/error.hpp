#pragma once

#include <system_error>

namespace patchcord::chat {

/// Why the core refused something. The values follow Twisted Words' `ewords` exceptions, then what it lacked.
enum class Errc {
    no_such_group = 1,  // ewords.NoSuchGroup
    duplicate_group,    // ewords.DuplicateGroup
    no_such_user,       // ewords.NoSuchUser
    duplicate_user,     // ewords.DuplicateUser
    already_logged_in,  // ewords.AlreadyLoggedIn
    name_reserved,      // somebody else is signing in with it
    invalid_name,       // the name rules refuse it
    not_a_member,       // of a group
    already_a_member,
    too_many_groups,  // this user is in as many groups as allowed
    group_full,       // the group's member limit
    invite_only,
    wrong_key,
    banned,
    moderated,     // only members with a role may speak
    members_only,  // only members may speak
    not_an_operator,
    list_full,            // a ban or exception list
    send_queue_exceeded,  // the receiver does not read fast enough
    client_gone,          // the receiver's connection is closing
    not_supported,        // the receiver's client has no such thing
    not_logged_in,
    not_accepted,  // the receiver takes no messages from the sender
    not_answered,  // the receiver was called and did not answer
    queue_full,    // too much waits for the receiver already
    in_doubt,      // it was sent, but nobody said that it arrived
    service_away,  // the receiver is on a service that cannot be reached
    no_such_message,
    looping,  // it repeats what others said, as programs do that answer each other
};

/// The category of `Errc`, named "patchcord.chat".
[[nodiscard]] const std::error_category& chat_category();
[[nodiscard]] std::error_code make_error_code(Errc code);

/// Is this an error of the connection itself, so that nothing more can reach the client?
[[nodiscard]] bool is_connection_error(std::error_code error);

}  // namespace patchcord::chat

template <>
struct std::is_error_code_enum<patchcord::chat::Errc> : std::true_type {};
