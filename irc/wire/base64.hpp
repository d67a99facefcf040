#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// The bytes that a text in base64 stands for (RFC 4648 section 4); nothing unless it is written in the one way that an
/// encoder writes it: with all its padding, without line breaks, and with the bits left over being 0.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
[[nodiscard]] std::string encode_base64(std::string_view bytes);

}  // namespace patchcord::irc
