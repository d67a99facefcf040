#pragma once

#include <optional>
#include <string_view>

#include "chat_core/clock.hpp"

namespace patchcord::irc {

/// Reads a point in time as clients write it: `YYYY-MM-DDThh:mm:ss.sssZ` (IRCv3 server-time), the fraction in one to
/// three digits or left out. Nothing for any other text, and for days that are in no calendar.
[[nodiscard]] std::optional<chat::WallTime> parse_timestamp(std::string_view text);

}  // namespace patchcord::irc
