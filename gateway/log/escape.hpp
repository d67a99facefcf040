#pragma once

#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Makes text that may come from a peer harmless in a terminal and in a log: controls (C0, DEL, C1), line separators
/// and bidirectional overrides become `\x1b` or `\u202e`, malformed UTF-8 `\xff`.
[[nodiscard]] std::string escape_for_log(std::string_view text);

/// The same for people, who need no quotation marks and backslashes escaped; text that is harmless stays as it is.
[[nodiscard]] std::string escape_controls(std::string_view text);

/// The same for the inside of a JSON string.
[[nodiscard]] std::string escape_for_json(std::string_view text);

}  // namespace patchcord::gateway
