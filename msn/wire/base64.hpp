#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// The bytes that `text` stands for (RFC 4648 section 4), at most the first `most`. Padding may be missing. Nothing
/// when any other character is in what they were read from.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text, std::size_t most);
/// The inverse, with padding and in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace patchcord::msn
