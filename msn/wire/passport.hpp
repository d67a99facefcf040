#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/clock.hpp"

namespace patchcord::msn {

/// The headers of a Passport 1.4 login ("tweener", MSNP8 to 14): a client asks the nexus where to log in, shows its
/// password there, and carries the ticket it gets to the notification server (`USR … TWN S`). All functions take and
/// give the value of a header, without its name.

/// A header that is longer, in bytes, is not read.
inline constexpr std::size_t max_passport_header_bytes = 4096;
/// Of a sign-in name, in bytes, as of any handle.
inline constexpr std::size_t max_sign_in_bytes = 129;
inline constexpr std::size_t max_password_bytes = 256;
/// Of a ticket, in bytes. Clients have buffers of about 1000.
inline constexpr std::size_t max_ticket_bytes = 2048;

/// Spelled so to the letter: some clients compare it byte by byte.
inline constexpr std::string_view passport_urls_header = "PassportURLs";

/// What a client says in `Authorization`.
struct PassportRequest {
    std::string sign_in;
    std::string password;
    std::string challenge;  ///< what the notification server sent; as it came, with all that is not known here
    friend bool operator==(const PassportRequest&, const PassportRequest&) = default;
};

/// Nothing when it is not Passport 1.4, lacks name or password, or when one of these is too long, empty or holds a
/// control. Fields come in any order; of two of a kind the first counts.
[[nodiscard]] std::optional<PassportRequest> parse_passport_request(std::string_view authorization);
[[nodiscard]] std::string format_passport_request(const PassportRequest& request);

/// What a login server says in `Authentication-Info` or `WWW-Authenticate`.
struct PassportAnswer {
    enum class Status {
        success,   // `ticket` is set
        redirect,  // ask again where `Location` says
        failed,    // `reason` may say why
    };
    Status status = Status::failed;
    std::string ticket;  ///< from-PP: goes to the notification server as it is
    std::string reason;  ///< cbtxt: for people to read; UTF-8 in one line
    friend bool operator==(const PassportAnswer&, const PassportAnswer&) = default;
};

/// Nothing when it is not Passport 1.4, says nothing of how it went, or when a success lacks a ticket fit for a
/// command.
[[nodiscard]] std::optional<PassportAnswer> parse_passport_answer(std::string_view header);
/// For a success, `Authentication-Info`; for a failure, `WWW-Authenticate`. What a ticket may not hold is left out.
[[nodiscard]] std::string format_passport_answer(const PassportAnswer& answer);

/// The login address in the nexus's `PassportURLs`: `https://` is put in front when it has no scheme, as Microsoft's
/// had none. Nothing when there is none or it holds a blank.
[[nodiscard]] std::optional<std::string> parse_passport_urls(std::string_view header);
/// `login` is host and path without a scheme, such as `login.example.com/login`; clients ask there over TLS.
[[nodiscard]] std::string format_passport_urls(std::string_view login);

/// A ticket as it stands in `USR … TWN S`.
struct PassportTicket {
    std::string token;
    std::string profile;
    friend bool operator==(const PassportTicket&, const PassportTicket&) = default;
};

/// Reads `t=…&p=…`; text of another form is a token alone. Nothing when there is no token.
[[nodiscard]] std::optional<PassportTicket> parse_ticket(std::string_view ticket);
/// What a ticket may not hold is left out.
[[nodiscard]] std::string format_ticket(const PassportTicket& ticket);

/// The challenge in `USR … TWN S`, in the form Microsoft's had. Clients hand it on to the login server as it is, or
/// only the fields they know; all of these are here. `nonce` tells one login from another.
[[nodiscard]] std::string format_passport_challenge(chat::WallTime now, std::string_view nonce);
/// The field `name` of a challenge, or nothing.
[[nodiscard]] std::optional<std::string_view> find_challenge_field(std::string_view challenge, std::string_view name);

}  // namespace patchcord::msn
