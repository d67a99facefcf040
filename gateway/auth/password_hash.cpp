#include "gateway/auth/password_hash.hpp"

#include <sodium.h>

namespace patchcord::gateway {

bool start_password_hashing() {
    return sodium_init() >= 0;
}

std::optional<std::string> hash_password(const std::string& password) {
    if (password.size() > max_password_bytes) return std::nullopt;
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return std::nullopt;
    }
    return std::string(hash);
}

bool is_password_hash(const std::string& text) {
    return text.starts_with("$argon2id$") && text.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_needs_rehash(text.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                          crypto_pwhash_MEMLIMIT_INTERACTIVE) >= 0;
}

}  // namespace patchcord::gateway
