#pragma once

#include <optional>
#include <string_view>

#include "chat_core/clock.hpp"

namespace patchcord::msn {

/// Reads a date of a mail: `[Fri, ]02 Jan 2026 03:04:05[.678] -0800` (RFC 822, with a year of four digits), or with
/// `(UTC)` or `GMT` in place of the zone, as in X-OriginalArrivalTime. What stands behind does not matter. Nothing
/// when it is none, or not of the years 1990 to 2999.
[[nodiscard]] std::optional<chat::WallTime> parse_mail_date(std::string_view text);
/// Reads a date of XML in UTC: `2026-01-02T03:04:05[.678]Z`. Likewise.
[[nodiscard]] std::optional<chat::WallTime> parse_xml_date(std::string_view text);

}  // namespace patchcord::msn
