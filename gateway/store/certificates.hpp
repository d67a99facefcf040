#pragma once

#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "chat_core/clock.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

/// A TLS client certificate that its owner logs in with.
struct AccountCertificate {
    std::string fingerprint;  // SHA-256 in lower-case hex
    chat::WallTime added_at{};
};

// These throw what the database throws. Names are in lower case.

/// Errors: no_such_user, list_full, duplicate_user when another account has it, already_a_member when this one has.
[[nodiscard]] std::error_code add_certificate(soci::session& session, const std::string& account,
                                              const AccountCertificate& certificate);
/// Error: not_a_member when the account has no such certificate.
[[nodiscard]] std::error_code remove_certificate(soci::session& session, const std::string& account,
                                                 const std::string& fingerprint);
/// The oldest first.
[[nodiscard]] std::vector<AccountCertificate> list_certificates(soci::session& session, const std::string& account);
/// The name of the account that has it.
[[nodiscard]] std::optional<std::string> find_certificate(soci::session& session, const std::string& fingerprint);

}  // namespace patchcord::gateway
