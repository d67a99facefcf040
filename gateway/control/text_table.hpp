#pragma once

#include <string>
#include <vector>

namespace patchcord::gateway {

using TextRow = std::vector<std::string>;

/// Rows as lines of columns, each as wide as its widest text; the last one as wide as it is. What texts hold is shown
/// escaped. Width is counted in characters.
[[nodiscard]] std::string format_table(const std::vector<TextRow>& rows);

}  // namespace patchcord::gateway
