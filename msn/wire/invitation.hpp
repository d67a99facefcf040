#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/file_invitation.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// Where a file can be had, for one who has the cookie (MSNFTP).
struct TransferAddress {
    std::string host;  // numeric, IPv4
    std::uint16_t port = 0;
    std::string auth_cookie;  // decimal
    friend bool operator==(const TransferAddress&, const TransferAddress&) = default;
};

/// One message of an agreement on something outside of a conversation, such as a file (text/x-msmsgsinvite).
struct Invitation {
    enum class Command : std::uint8_t { invite, accept, cancel };
    Command command = Command::invite;
    std::string cookie;                                      ///< decimal, up to 2^32-1; its own text is sent back
    std::string cancel_code;                                 ///< why somebody cancels: REJECT, TIMEOUT and others
    std::optional<FileInvitation> file;                      ///< what is offered, when it is a file
    std::optional<TransferAddress> address;                  ///< of an ACCEPT that says where
    std::map<std::string, std::string, std::less<>> fields;  ///< all of it, names in lower case
};

/// Nothing when the message is no invitation, or has no command that is known or no cookie.
[[nodiscard]] std::optional<Invitation> parse_invitation(const MimeMessage& message);

/// All the places that an ACCEPT names, best first: the one that is seen from everywhere, the same with another port,
/// and the one in the sender's own network. Empty without the first.
[[nodiscard]] std::vector<TransferAddress> transfer_addresses(const Invitation& accept);
/// Is it an invitation to take a file, and not to a game, a phone call or the like?
[[nodiscard]] bool offers_file(const Invitation& invite);
/// Can the inviter not be connected to? Says so since version 5.
[[nodiscard]] bool cannot_listen(const Invitation& invite);
/// Does the receiver of a file wait for its sender to connect? Usually it is the other way round.
[[nodiscard]] bool sender_connects(const Invitation& accept);

/// Payloads of MSG. The last part of a path counts as the name; what nobody can see is left out.
/// `listens`: whoever accepts can connect to us.
[[nodiscard]] std::string format_file_offer(std::string_view name, std::uint64_t size, std::string_view cookie,
                                            bool listens = true);
[[nodiscard]] std::string format_accept(std::string_view cookie);
[[nodiscard]] std::string format_accept(std::string_view cookie, const TransferAddress& where);
/// The receiver of a file says where its sender shall connect to.
[[nodiscard]] std::string format_sender_connect(std::string_view cookie, const TransferAddress& where);
[[nodiscard]] std::string format_cancel(std::string_view cookie, std::string_view code);

}  // namespace patchcord::msn
