#include "msn/wire/error_code.hpp"

#include <charconv>

namespace patchcord::msn {

std::optional<ErrorCode> parse_error_code(std::string_view verb) {
    constexpr std::size_t digits = 3;
    if (verb.size() != digits || verb.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::uint16_t number = 0;
    std::from_chars(verb.data(), verb.data() + verb.size(), number);
    return static_cast<ErrorCode>(number);
}

std::string_view describe(ErrorCode code) {
    switch (code) {
        case ErrorCode::syntax_error: return "syntax error";
        case ErrorCode::invalid_parameter: return "invalid parameter";
        case ErrorCode::invalid_user: return "no such user";
        case ErrorCode::domain_missing: return "the domain is missing";
        case ErrorCode::already_logged_in: return "already logged in";
        case ErrorCode::invalid_handle: return "invalid handle";
        case ErrorCode::invalid_friendly_name: return "invalid friendly name";
        case ErrorCode::list_full: return "the list is full";
        case ErrorCode::cannot_rename: return "this contact cannot be renamed";
        case ErrorCode::already_there: return "already there";
        case ErrorCode::not_on_list: return "not on the list";
        case ErrorCode::not_online: return "not online";
        case ErrorCode::already_in_mode: return "already in that mode";
        case ErrorCode::on_opposite_list: return "on the opposite list";
        case ErrorCode::not_accepting_pages: return "not accepting pages";
        case ErrorCode::too_many_groups: return "too many groups";
        case ErrorCode::invalid_group: return "invalid group";
        case ErrorCode::not_in_group: return "not in that group";
        case ErrorCode::group_not_empty: return "the group is not empty";
        case ErrorCode::group_exists: return "the group exists already";
        case ErrorCode::group_name_too_long: return "the name of the group is too long";
        case ErrorCode::cannot_remove_first_group: return "the first group cannot be removed";
        case ErrorCode::no_such_group: return "no such group";
        case ErrorCode::domain_without_contacts: return "a domain without contacts";
        case ErrorCode::invalid_lists: return "invalid lists";
        case ErrorCode::switchboard_failed: return "the switchboard failed";
        case ErrorCode::transfer_failed: return "the transfer to a switchboard failed";
        case ErrorCode::malformed_p2p: return "malformed data message";
        case ErrorCode::required_field_missing: return "a required field is missing";
        case ErrorCode::too_many_results: return "too many results";
        case ErrorCode::not_logged_in: return "not logged in";
        case ErrorCode::contact_list_unavailable: return "the contact list is not available";
        case ErrorCode::contact_list_error: return "error in the contact list";
        case ErrorCode::account_permissions: return "the account may not do that";
        case ErrorCode::internal_error: return "internal server error";
        case ErrorCode::database_error: return "database error";
        case ErrorCode::command_disabled: return "the command is disabled";
        case ErrorCode::file_operation_failed: return "a file operation failed";
        case ErrorCode::out_of_memory: return "the server is out of memory";
        case ErrorCode::wrong_challenge_response: return "wrong answer to a challenge";
        case ErrorCode::server_busy: return "the server is busy";
        case ErrorCode::server_unavailable:
        case ErrorCode::server_unavailable_605: return "the server is not available";
        case ErrorCode::peer_server_down: return "a peer of the server is down";
        case ErrorCode::database_unreachable: return "the server cannot reach its database";
        case ErrorCode::server_going_down: return "the server is going down";
        case ErrorCode::no_connection:
        case ErrorCode::no_connection_707: return "the connection could not be made";
        case ErrorCode::bad_client_version: return "bad client version";
        case ErrorCode::write_blocked: return "the session is blocked";
        case ErrorCode::session_overload: return "the session is overloaded";
        case ErrorCode::too_active: return "too active";
        case ErrorCode::too_many_sessions: return "too many sessions";
        case ErrorCode::not_expected:
        case ErrorCode::not_expected_731: return "not expected now";
        case ErrorCode::bad_friend_file: return "bad friend file";
        case ErrorCode::changing_too_rapidly: return "changing too rapidly";
        case ErrorCode::authentication_failed:
        case ErrorCode::authentication_failed_917: return "authentication failed";
        case ErrorCode::not_allowed_when_offline: return "not allowed when offline";
        case ErrorCode::no_new_users: return "not accepting new users";
        case ErrorCode::login_busy:
        case ErrorCode::login_busy_912:
        case ErrorCode::login_busy_914:
        case ErrorCode::login_busy_915:
        case ErrorCode::login_busy_916:
        case ErrorCode::login_busy_918:
        case ErrorCode::login_busy_919:
        case ErrorCode::login_busy_921:
        case ErrorCode::login_busy_922: return "the server is too busy for logins";
        case ErrorCode::no_parental_consent: return "a child's account without consent";
        case ErrorCode::account_not_verified: return "the account is not verified";
        case ErrorCode::managed_account_limit: return "the managed account is at its limit";
        case ErrorCode::managed_account_suspended: return "the managed account is suspended";
        case ErrorCode::bad_ticket: return "bad or expired ticket";
        case ErrorCode::account_not_hosted: return "the account is not hosted here";
    }
    return "unknown error";
}

}  // namespace patchcord::msn
