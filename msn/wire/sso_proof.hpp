#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// HMAC with SHA-1 (RFC 2104), handed in by whoever has a library for it.
using HmacSha1 = std::array<std::uint8_t, 20> (*)(std::string_view key, std::string_view message);
/// Encrypts whole blocks of 8 bytes with triple DES in CBC mode, without padding. The key has 24 bytes, `iv` 8.
using TripleDesCbc = std::string (*)(std::string_view key, std::string_view iv, std::string_view blocks);
/// So many bytes that nobody can guess.
using RandomBytes = std::string (*)(std::size_t count);

/// What a login with `SSO` (MSNP15) needs of cryptography.
struct SsoCrypto {
    HmacSha1 hmac_sha1 = nullptr;
    TripleDesCbc triple_des_cbc = nullptr;
    RandomBytes random_bytes = nullptr;

    [[nodiscard]] bool complete() const {
        return hmac_sha1 != nullptr && triple_des_cbc != nullptr && random_bytes != nullptr;
    }
};

/// The last parameter of `USR … SSO S`, in base64: shows a server, which gave the nonce, that we hold the secret that
/// came with the ticket. `secret` is in base64, as the Passport service gives it; the nonce is used as the text it is.
/// Nothing when either cannot be used. `iv` is 8 random bytes.
[[nodiscard]] std::optional<std::string> format_sso_proof(std::string_view secret, std::string_view nonce,
                                                          std::string_view iv, const SsoCrypto& crypto);

}  // namespace patchcord::msn
