#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/url.hpp"
#include "msn/client/notification_client.hpp"

namespace patchcord::gateway {

/// What holds for every web service that is shown a password, or a ticket that stands for one.

/// Over TLS, on this machine, or where the operator has said that it is meant.
[[nodiscard]] bool may_carry_passwords(const Url& url, bool insecure);
/// Why a password that was meant for `from` does not go to `to`, where a service sends us; empty when it may. `to` is
/// nothing for what is no address.
[[nodiscard]] std::string problem_with_redirection(const Url& from, const std::optional<Url>& to);
/// A status of HTTP that names another place to ask at.
[[nodiscard]] bool is_redirection(unsigned status);

/// Of a service's words that are shown to its user, in bytes.
inline constexpr std::size_t max_reason_bytes = 200;
/// The service's words as they may be shown to its user: one line that can be seen, of `max_reason_bytes` at most.
[[nodiscard]] std::string shown_words(std::string_view words);

/// The answer of a login that came to nothing at that place.
[[nodiscard]] msn::TicketSource::Ticket no_ticket(const Url& asked, const std::string& why);

}  // namespace patchcord::gateway
