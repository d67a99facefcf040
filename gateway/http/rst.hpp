#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"

namespace patchcord::gateway {

/// Passport's login by SOAP (WS-Trust of April 2004, `RequestMultipleSecurityTokens`), as MSN Messenger 7.5 and
/// BitlBee 1.2 use it instead of the nexus.

/// Tokens one request may ask for; clients ask for six.
inline constexpr std::size_t max_rst_tokens = 16;
/// Of the name of a place a token is for, in bytes.
inline constexpr std::size_t max_rst_address_bytes = 128;

struct RstRequest {
    std::string username;
    std::string password;
    std::vector<std::string> addresses;  // what each token is for, in their order
};

/// Nothing when it is not XML in UTF-8, has a document type, lacks a name or a password, asks for no token or for too
/// many, or for one at an address that cannot be one. Prefixes of names are not looked at.
[[nodiscard]] std::optional<RstRequest> parse_rst_request(std::string_view body);

struct RstAnswer {
    std::vector<std::string> addresses;  // as they were asked for
    std::string ticket;                  // the token of each but http://Passport.NET/tb
    chat::WallTime created{};
    chat::WallTime expires{};
};

/// Tokens are named `Compact<k>` by their places in the request, as libpurple and BitlBee count on it.
[[nodiscard]] std::string format_rst_answer(const RstAnswer& answer);
/// The answer to a wrong password. `text` is what clients show.
[[nodiscard]] std::string format_rst_failure(std::string_view text);

}  // namespace patchcord::gateway
