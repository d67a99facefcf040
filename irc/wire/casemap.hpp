#pragma once

#include <optional>
#include <string_view>

#include "chat_core/fold.hpp"

namespace patchcord::irc {

/// Which letters a server takes for the same in nicks and channel names (ISUPPORT token CASEMAPPING).
///
/// `ascii`: A-Z are a-z. `rfc1459`: also `[ ] \ ~` are `{ } | ^` (RFC 1459 section 2.2). Bytes above 0x7F never fold.
enum class Casemapping { ascii, rfc1459 };

/// Reads the value of the CASEMAPPING token; nothing for a mapping not served here.
[[nodiscard]] std::optional<Casemapping> parse_casemapping(std::string_view name);

/// The value of the CASEMAPPING token.
[[nodiscard]] std::string_view format_casemapping(Casemapping mapping);

/// The table by which names are compared; lives as long as the program.
[[nodiscard]] const chat::FoldTable& fold_table(Casemapping mapping);

}  // namespace patchcord::irc
