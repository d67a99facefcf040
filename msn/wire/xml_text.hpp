#pragma once

#include <string>
#include <string_view>

namespace patchcord::msn {

/// As much of XML as MSNP needs: text and attributes with characters given as `&name;` or by number. Nothing is ever
/// fetched or expanded.
[[nodiscard]] std::string unescape_xml(std::string_view text);
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace patchcord::msn
