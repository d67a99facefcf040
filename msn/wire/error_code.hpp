#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace patchcord::msn {

/// The error numbers of MSNP2 to MSNP15. A server answers a refused request with `NNN trid`.
enum class ErrorCode : std::uint16_t {
    syntax_error = 200,
    invalid_parameter = 201,
    invalid_user = 205,  // ADD and REM up to MSNP9
    domain_missing = 206,
    already_logged_in = 207,
    invalid_handle = 208,  // CAL; ADC from MSNP10
    invalid_friendly_name = 209,
    list_full = 210,
    cannot_rename = 213,
    already_there = 215,  // on the list, or in the switchboard session
    not_on_list = 216,    // in a switchboard: the called person's privacy forbids it
    not_online = 217,
    already_in_mode = 218,
    on_opposite_list = 219,
    not_accepting_pages = 220,
    too_many_groups = 223,
    invalid_group = 224,
    not_in_group = 225,
    group_not_empty = 227,
    group_exists = 228,
    group_name_too_long = 229,
    cannot_remove_first_group = 230,
    no_such_group = 231,
    domain_without_contacts = 240,  // ADL, RML; MSNP13 and later
    invalid_lists = 241,
    switchboard_failed = 280,
    transfer_failed = 281,
    malformed_p2p = 282,
    required_field_missing = 300,
    too_many_results = 301,
    not_logged_in = 302,
    contact_list_unavailable = 402,
    contact_list_error = 403,
    account_permissions = 420,
    internal_error = 500,
    database_error = 501,
    command_disabled = 502,
    file_operation_failed = 510,
    out_of_memory = 520,
    wrong_challenge_response = 540,
    server_busy = 600,
    server_unavailable = 601,
    peer_server_down = 602,
    database_unreachable = 603,
    server_going_down = 604,
    server_unavailable_605 = 605,
    no_connection = 700,
    no_connection_707 = 707,
    bad_client_version = 710,
    write_blocked = 711,
    session_overload = 712,
    too_active = 713,
    too_many_sessions = 714,
    not_expected = 715,
    bad_friend_file = 717,
    not_expected_731 = 731,
    changing_too_rapidly = 800,
    login_busy = 910,
    authentication_failed = 911,
    login_busy_912 = 912,
    not_allowed_when_offline = 913,
    login_busy_914 = 914,
    login_busy_915 = 915,
    login_busy_916 = 916,
    authentication_failed_917 = 917,
    login_busy_918 = 918,
    login_busy_919 = 919,
    no_new_users = 920,
    login_busy_921 = 921,
    login_busy_922 = 922,
    no_parental_consent = 923,
    account_not_verified = 924,
    managed_account_limit = 926,
    managed_account_suspended = 927,
    bad_ticket = 928,
    account_not_hosted = 931,
};

/// Reads the verb of an error reply: three digits, known to us or not.
[[nodiscard]] std::optional<ErrorCode> parse_error_code(std::string_view verb);

/// What the number means, as the middle of a sentence; "unknown error" for one that is not listed.
[[nodiscard]] std::string_view describe(ErrorCode code);

}  // namespace patchcord::msn
