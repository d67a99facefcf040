#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchcord::chat {

inline constexpr std::size_t max_file_name_bytes = 255;

/// The name of a file as any system can keep it, from whatever a peer calls one: the last part of a path, without
/// controls, what nobody sees, and what Windows or a shell takes for something else (reserved devices, leading dots and
/// dashes); valid UTF-8, at most `max_file_name_bytes` with its ending kept; never empty.
[[nodiscard]] std::string clean_file_name(std::string_view name);

/// Cut to `max_bytes` at a code point, with its ending kept if that is a usual one.
[[nodiscard]] std::string shorten_file_name(std::string name, std::size_t max_bytes);

/// A size for people: "12 KiB".
[[nodiscard]] std::string format_file_size(std::uint64_t bytes);

}  // namespace patchcord::chat
