#pragma once

#include <string>
#include <string_view>

namespace patchcord::bench {

/// MD5 of `bytes` (RFC 1321) as 32 lower-case hexadecimal digits: what MSN clients up to MSNP7 answer at the sign-in.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace patchcord::bench
