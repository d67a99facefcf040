#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 5.1): enough to check a proof, not enough to
/// make one. All in base64.
struct ScramSecrets {
    unsigned iterations = 0;
    std::string salt;
    std::string stored_key;
    std::string server_key;
};

/// Rounds of PBKDF2 for new passwords (RFC 7677 section 4 wants 4096 at least, and 15000 from servers that can).
inline constexpr unsigned scram_iterations = 15'000;

/// Makes them, with a new salt, as the text that is stored; takes some hundredths of a second. Empty when the password
/// holds what no password may (RFC 4013).
[[nodiscard]] std::string make_scram_secrets(const std::string& password);
/// What was made above; nothing when the text is something else.
[[nodiscard]] std::optional<ScramSecrets> parse_scram_secrets(std::string_view text);
/// Those of an account that there is not. The same for the same name, and of no password anybody could find.
[[nodiscard]] ScramSecrets fake_scram_secrets(std::string_view secret, std::string_view name);

}  // namespace patchcord::gateway
