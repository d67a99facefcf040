#pragma once

#include <string>

#include "chat_core/clock.hpp"

namespace patchcord::gateway {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
[[nodiscard]] std::string format_http_date(chat::WallTime at);
/// "1994-11-06T08:49:37Z", as XML has it.
[[nodiscard]] std::string format_xml_date(chat::WallTime at);

}  // namespace patchcord::gateway
