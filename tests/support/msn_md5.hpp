#pragma once

#include <array>
#include <cstdint>
#include <openssl/evp.h>
#include <string_view>

namespace patchcord::tests {

/// MD5 (RFC 1321).
inline std::array<std::uint8_t, 16> md5(std::string_view bytes) {
    std::array<std::uint8_t, 16> digest{};
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr);
    return digest;
}

}  // namespace patchcord::tests
