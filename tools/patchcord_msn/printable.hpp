#pragma once

#include <string>
#include <string_view>

namespace patchcord::tools {

/// Text as it may stand in one line of a terminal: no controls, no line ends, nothing that turns the direction of what
/// follows around. What is taken away is a space or U+FFFD then.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace patchcord::tools
