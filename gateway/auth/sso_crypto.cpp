#include "gateway/auth/sso_crypto.hpp"

#include <memory>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace patchcord::gateway {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view message) {
    std::array<std::uint8_t, 20> hash{};
    unsigned length = 0;
    const auto* const made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes_of(message),
                                  message.size(), hash.data(), &length);
    if (made == nullptr || length != hash.size()) throw std::runtime_error("OpenSSL has no HMAC with SHA-1");
    return hash;
}

std::string triple_des_cbc(std::string_view key, std::string_view iv, std::string_view blocks) {
    constexpr std::size_t key_bytes = 24;
    constexpr std::size_t block_bytes = 8;
    if (key.size() != key_bytes || iv.size() != block_bytes || blocks.size() % block_bytes != 0) {
        throw std::invalid_argument("triple DES takes a key of 24 bytes and whole blocks");
    }
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    std::string out(blocks.size() + block_bytes, '\0');
    auto* const target = reinterpret_cast<unsigned char*>(out.data());
    int written = 0;
    int rest = 0;
    const bool done =
        context != nullptr &&
        EVP_EncryptInit_ex(context.get(), EVP_des_ede3_cbc(), nullptr, bytes_of(key), bytes_of(iv)) == 1 &&
        EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
        EVP_EncryptUpdate(context.get(), target, &written, bytes_of(blocks), static_cast<int>(blocks.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), target + written, &rest) == 1;
    if (!done) throw std::runtime_error("OpenSSL has no triple DES");
    out.resize(static_cast<std::size_t>(written + rest));
    return out;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("no random numbers");
    }
    return bytes;
}

}  // namespace patchcord::gateway
