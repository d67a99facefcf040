#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <system_error>

#include "msn/client/address_book_source.hpp"
#include "msn/wire/challenge.hpp"
#include "msn/wire/client_id.hpp"
#include "msn/wire/dialect.hpp"
#include "msn/wire/sso_proof.hpp"

namespace patchcord::msn {

/// How a client proves who it is. Each has its own dialects.
enum class Auth : std::uint8_t {
    md5,  // a hash of the password (MSNP2 to MSNP7)
    twn,  // a ticket of Passport's (MSNP8 to MSNP12)
    sso,  // a ticket and a proof that it is ours (MSNP15)
};

/// Does a server of that dialect take this proof?
[[nodiscard]] constexpr bool belongs_to(Auth auth, Dialect dialect) {
    switch (auth) {
        case Auth::md5: return dialect <= Dialect(7);
        case Auth::twn: return dialect >= Dialect(8) && dialect <= Dialect(12);
        case Auth::sso: return dialect == Dialect(15);
    }
    return false;
}

/// Gets Passport tickets, over HTTP: for a login with `TWN` (MSNP8 to MSNP12) or with `SSO` (MSNP15).
class TicketSource {
  public:
    virtual ~TicketSource() = default;

    struct Ticket {
        std::string ticket;       // goes into `USR … S` as it is
        std::error_code error;    // when there is none: ClientErrc::wrong_password, no_ticket, or of the connection
        std::string reason;       // in the service's words, if it had any
        std::string secret = {};  // for `SSO`: what came with the ticket to prove that it is ours, in base64
    };
    /// Calls `done` once, from inside this call or later. The challenge is the notification server's and is shown to
    /// the service as it is; for `SSO` it is the name of a policy.
    virtual void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                            std::function<void(Ticket)> done) = 0;
};

struct NotificationOptions {
    std::string handle;
    std::string password;
    Dialect lowest{8};  // what is offered to the server, as far as `auth` has it
    Dialect highest{12};
    std::string client_name = "MSNMSGR";  // told in CVR; services refuse what they do not know
    std::string client_version = "7.0.0777";
    std::uint32_t capabilities = own_client_id;
    std::chrono::milliseconds request_timeout{30'000};
    std::chrono::milliseconds list_timeout{120'000};  // for all of a contact list
    std::chrono::milliseconds ping_interval{45'000};
    Md5 md5 = nullptr;  // for `Auth::md5` and the server's challenges, see challenge.hpp
    Auth auth = Auth::twn;
    SsoCrypto sso = {};                         // for `Auth::sso`
    AddressBookSource* address_book = nullptr;  // for MSNP15, whose servers keep no lists
};

}  // namespace patchcord::msn
