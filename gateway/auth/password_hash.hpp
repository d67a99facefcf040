#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace patchcord::gateway {

/// Longer ones are wrong without being looked at.
inline constexpr std::size_t max_password_bytes = 300;

/// Must be called once before any other function here; false when libsodium cannot start.
[[nodiscard]] bool start_password_hashing();
/// An argon2id hash as libsodium writes it. Nothing when the password is too long or there is no memory.
[[nodiscard]] std::optional<std::string> hash_password(const std::string& password);
[[nodiscard]] bool is_password_hash(const std::string& text);

}  // namespace patchcord::gateway
