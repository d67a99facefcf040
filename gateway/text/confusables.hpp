#pragma once

#include <string>
#include <string_view>

namespace patchcord::gateway {

/// What `text` looks like: two texts that a reader may take for each other have the same skeleton (UTS #39 section 4;
/// `paypa1` and `paypal`, a Cyrillic and a Latin `a`). For comparing, never for showing. Case counts. Only the first
/// 512 bytes are looked at.
[[nodiscard]] std::string skeleton(std::string_view text);

}  // namespace patchcord::gateway
