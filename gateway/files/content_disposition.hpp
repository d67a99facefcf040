#pragma once

#include <string>
#include <string_view>

namespace patchcord::gateway {

/// The value of the header for a file that is to be saved and never shown (RFC 6266): the name in ASCII for old
/// programs, and as it is.
[[nodiscard]] std::string format_attachment(std::string_view name);
/// The file name in a header Content-Disposition, `filename*` before `filename`; not cleaned. Empty when there is none,
/// or none that can be read.
[[nodiscard]] std::string file_name_in(std::string_view disposition);
/// What a file of that name is said to be: of a few kinds that no program runs, else bytes.
[[nodiscard]] std::string content_type_of(std::string_view name);

}  // namespace patchcord::gateway
