#include "msn/wire/sso_proof.hpp"

#include "msn/wire/base64.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t block_bytes = 8;
constexpr std::size_t hash_bytes = 20;
constexpr std::size_t key_bytes = 24;
constexpr std::size_t max_secret_bytes = 256;
constexpr std::size_t max_nonce_bytes = 1024;

std::string hmac(std::string_view key, std::string_view message, const SsoCrypto& crypto) {
    const auto hash = crypto.hmac_sha1(key, message);
    return {hash.begin(), hash.end()};
}

/// The key for one purpose, made from the secret.
std::string derive(std::string_view secret, std::string_view purpose, const SsoCrypto& crypto) {
    const std::string label = "WS-SecureConversation" + std::string(purpose);
    const std::string first = hmac(secret, label, crypto);
    const std::string second = hmac(secret, first, crypto);
    return (hmac(secret, first + label, crypto) + hmac(secret, second + label, crypto)).substr(0, key_bytes);
}

/// PKCS #5: as many bytes as are missing, each saying how many.
std::string padded(std::string_view text) {
    const std::size_t missing = block_bytes - text.size() % block_bytes;
    return std::string(text) + std::string(missing, static_cast<char>(missing));
}

void append_le32(std::string& out, std::size_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xFFU);
}

}  // namespace

std::optional<std::string> format_sso_proof(std::string_view secret, std::string_view nonce, std::string_view iv,
                                            const SsoCrypto& crypto) {
    constexpr std::size_t head_bytes = 28;
    constexpr std::size_t cbc = 1;
    constexpr std::size_t triple_des = 0x6603;  // as Windows numbers them
    constexpr std::size_t sha1 = 0x8004;
    const auto key = decode_base64(secret, max_secret_bytes);
    const bool usable = key && !key->empty() && !nonce.empty() && nonce.size() <= max_nonce_bytes;
    if (!usable || iv.size() != block_bytes) return std::nullopt;
    const std::string hash = hmac(derive(*key, "SESSION KEY HASH", crypto), nonce, crypto);
    const std::string cipher = crypto.triple_des_cbc(derive(*key, "SESSION KEY ENCRYPTION", crypto), iv, padded(nonce));
    std::string proof;
    for (const std::size_t number : {head_bytes, cbc, triple_des, sha1, block_bytes, hash_bytes, cipher.size()}) {
        append_le32(proof, number);
    }
    proof.append(iv).append(hash).append(cipher);
    return encode_base64(proof);
}

}  // namespace patchcord::msn
