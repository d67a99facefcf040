#pragma once

#include <optional>
#include <string_view>

#include "chat_core/styled_text.hpp"

namespace patchcord::tools {

/// Reads how text shall look: words such as `bold italic red` or `#ff8000`, in any order; `plain` undoes those before
/// it. Nothing when a word is unknown or none is given.
[[nodiscard]] std::optional<chat::Style> parse_font(std::string_view words);

}  // namespace patchcord::tools
