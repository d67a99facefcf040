#pragma once

#include <cstddef>

namespace patchcord::msn {

/// The most an MSG may carry through a switchboard, headers and body together, in bytes: servers hang up on more.
inline constexpr std::size_t max_message_payload = 1664;

}  // namespace patchcord::msn
