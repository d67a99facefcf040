#include "gateway/auth/scram_secrets.hpp"

#include <array>
#include <charconv>
#include <gsasl.h>
#include <sodium.h>
#include <vector>

namespace patchcord::gateway {
namespace {

constexpr std::size_t salt_bytes = 16;
constexpr unsigned least_iterations = 4096;
constexpr unsigned most_iterations = 1'000'000;
constexpr char separator = '$';

std::string base64(const unsigned char* bytes, std::size_t size) {
    std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the NUL it ends with
    return text;
}

std::string base64(const std::array<char, GSASL_HASH_SHA256_SIZE>& key) {
    return base64(reinterpret_cast<const unsigned char*>(key.data()), key.size());
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// HMAC-SHA-256 of the name, for one purpose.
std::array<unsigned char, crypto_auth_hmacsha256_BYTES> derive(std::string_view secret, std::string_view purpose,
                                                               std::string_view name) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> out{};
    crypto_auth_hmacsha256_state state;
    const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(purpose), purpose.size());
    crypto_auth_hmacsha256_update(&state, bytes(name), name.size());
    crypto_auth_hmacsha256_final(&state, out.data());
    return out;
}

}  // namespace

std::string make_scram_secrets(const std::string& password) {
    if (password.empty() || password.find('\0') != std::string::npos) return {};
    std::array<char, salt_bytes> salt{};
    randombytes_buf(salt.data(), salt.size());
    std::array<char, GSASL_HASH_SHA256_SIZE> salted{};
    std::array<char, GSASL_HASH_SHA256_SIZE> client_key{};
    std::array<char, GSASL_HASH_SHA256_SIZE> server_key{};
    std::array<char, GSASL_HASH_SHA256_SIZE> stored_key{};
    const int made = gsasl_scram_secrets_from_password(GSASL_HASH_SHA256, password.c_str(), scram_iterations,
                                                       salt.data(), salt.size(), salted.data(), client_key.data(),
                                                       server_key.data(), stored_key.data());
    // Whoever has one of these two can log in.
    sodium_memzero(salted.data(), salted.size());
    sodium_memzero(client_key.data(), client_key.size());
    if (made != GSASL_OK) return {};
    return std::to_string(scram_iterations) + separator +
           base64(reinterpret_cast<const unsigned char*>(salt.data()), salt.size()) + separator + base64(stored_key) +
           separator + base64(server_key);
}

std::optional<ScramSecrets> parse_scram_secrets(std::string_view text) {
    const std::vector<std::string_view> parts = parts_of(text);
    if (parts.size() != 4 || parts[1].empty() || parts[2].empty() || parts[3].empty()) return std::nullopt;
    ScramSecrets secrets;
    const char* const end = parts[0].data() + parts[0].size();
    const auto [at, error] = std::from_chars(parts[0].data(), end, secrets.iterations);
    if (error != std::errc() || at != end) return std::nullopt;
    if (secrets.iterations < least_iterations || secrets.iterations > most_iterations) return std::nullopt;
    secrets.salt = parts[1];
    secrets.stored_key = parts[2];
    secrets.server_key = parts[3];
    return secrets;
}

ScramSecrets fake_scram_secrets(std::string_view secret, std::string_view name) {
    const auto salt = derive(secret, "salt:", name);
    const auto stored_key = derive(secret, "stored:", name);
    const auto server_key = derive(secret, "server:", name);
    return {scram_iterations, base64(salt.data(), salt_bytes), base64(stored_key.data(), stored_key.size()),
            base64(server_key.data(), server_key.size())};
}

}  // namespace patchcord::gateway
