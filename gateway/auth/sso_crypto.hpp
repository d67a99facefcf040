#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// What MSNP15 logins are made of (msn/wire/sso_proof): HMAC with SHA-1, triple DES in CBC mode without padding, random
/// bytes. By today's measure the first two protect little; servers ask for nothing else.
[[nodiscard]] std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view message);
/// `key` has 24 bytes, `iv` 8, and `blocks` a multiple of 8.
[[nodiscard]] std::string triple_des_cbc(std::string_view key, std::string_view iv, std::string_view blocks);
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace patchcord::gateway
