#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace patchcord::gateway {

/// MD5, which MSNP2 to 7 use for logins and MSNP6 and later for challenges. It protects nothing.
[[nodiscard]] std::array<std::uint8_t, 16> md5(std::string_view bytes);

}  // namespace patchcord::gateway
