#pragma once

#include <string_view>
#include <system_error>

namespace patchcord::gateway {

/// Why a web service that keeps messages for people who are away did not do what it was asked.
enum class OfflineMailErrc {
    no_service = 1,     // its address is none, or is not to be shown a ticket
    ticket_refused,     // another one helped as little, or cannot be had
    unexpected_answer,  // not in the form of such services
    failed,             // a status of HTTP that says no more
    throttled,          // we are too fast
    unavailable,        // for now, or for that receiver
    refused,            // any other fault
};

/// The category of `OfflineMailErrc`, named "patchcord.offline-mail".
[[nodiscard]] const std::error_category& offline_mail_category();
[[nodiscard]] std::error_code make_error_code(OfflineMailErrc code);

/// What a SOAP fault of that name means.
[[nodiscard]] OfflineMailErrc parse_mail_fault(std::string_view code);

}  // namespace patchcord::gateway

template <>
struct std::is_error_code_enum<patchcord::gateway::OfflineMailErrc> : std::true_type {};
