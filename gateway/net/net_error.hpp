#pragma once

#include <system_error>

namespace patchcord::gateway {

/// Why a connection of ours did not come about, other than by the system's refusal. The messages are for people who
/// wonder why their account is not signed in.
enum class NetErrc {
    host_not_found = 1,
    lookup_failed,        // nobody could be asked, or answered
    address_not_allowed,  // the host has none that may be connected to
    tls_failed,           // the handshake, for another reason than the certificate
    certificate_expired,
    certificate_not_yet_valid,
    certificate_self_signed,
    certificate_unknown_issuer,
    certificate_wrong_name,
    certificate_invalid,
};

/// The category of `NetErrc`, named "patchcord.net".
[[nodiscard]] const std::error_category& net_category();
[[nodiscard]] std::error_code make_error_code(NetErrc code);

}  // namespace patchcord::gateway

template <>
struct std::is_error_code_enum<patchcord::gateway::NetErrc> : std::true_type {};
