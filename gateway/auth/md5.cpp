#include "gateway/auth/md5.hpp"

#include <openssl/evp.h>
#include <stdexcept>

namespace patchcord::gateway {

std::array<std::uint8_t, 16> md5(std::string_view bytes) {
    std::array<std::uint8_t, 16> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL has no MD5");
    }
    return digest;
}

}  // namespace patchcord::gateway
