#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::gateway {

/// A client's side of Passport's login by SOAP (WS-Trust of April 2004, `RequestMultipleSecurityTokens`), as MSN
/// clients of MSNP15 ask it. The other side of it is in gateway/http/rst.

/// Where the ticket of a notification server is good for (MSNP15, `USR … SSO S`).
inline constexpr std::string_view messenger_address = "messengerclear.live.com";
/// Where the ticket of the address book is good for, and the policy it is asked with.
inline constexpr std::string_view contacts_address = "contacts.msn.com";
inline constexpr std::string_view contacts_policy = "MBI";

struct RstWanted {
    std::string address;  ///< what the token is for
    std::string policy;   ///< as a server named it; empty: none
};

/// What is sent to the login address. The token of Passport's own domain is asked for first, as every client does. The
/// text holds the password: whoever sends it wipes it.
[[nodiscard]] std::string format_rst_question(const std::string& handle, std::string_view password,
                                              const std::vector<RstWanted>& wanted);

struct RstToken {
    std::string address;
    std::string ticket;  ///< may stand in a line of MSNP
    std::string secret;  ///< base64 of what proves that the ticket is ours; may be empty
};

/// What a login service says.
struct RstReply {
    enum class Kind {
        nothing,         // no answer of RST's
        tokens,          // those that can be used; perhaps none
        wrong_password,  // `words` may say why
        elsewhere,       // ask at `location`
        fault,           // `words` may say which
    };
    Kind kind = Kind::nothing;
    std::vector<RstToken> tokens;
    std::string words;  ///< a stranger's
    std::string location;

    /// The token for that address, compared without case; nullptr: none.
    [[nodiscard]] const RstToken* token_for(std::string_view address) const;
};

/// Reads an answer whatever its HTTP status was: some services send faults with 200. Prefixes do not matter, faults may
/// stand in the body or beside it, in SOAP 1.1's form or 1.2's (RST2).
[[nodiscard]] RstReply parse_rst_answer(std::string_view body);

}  // namespace patchcord::gateway
