#pragma once

#include <string>
#include <string_view>

namespace patchcord::msn {

/// The bytes of a text in UTF-8.
///
/// `charset` is what its sender called it, in any case, or empty. UTF-8 is taken at its word, malformed bytes become
/// U+FFFD. Windows-1252, ISO-8859-1 (which as everywhere means the former) and ASCII are converted. Anything else is
/// read as UTF-8 when it is well-formed, else as Windows-1252, which is what clients that name none mean.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::string_view charset);

/// Text as the core keeps it: CR LF and CR become LF, all other controls but TAB go away (those of ASCII, DEL, and
/// U+0080 to U+009F), malformed bytes become U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view utf8);

}  // namespace patchcord::msn
