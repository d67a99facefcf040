#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace patchcord::gateway {

/// "500ms", "90s", "10m", "2h".
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "1000 B", "512 KiB", "1 MiB"; the space may be left out.
[[nodiscard]] std::optional<std::size_t> parse_size(std::string_view text);

}  // namespace patchcord::gateway
