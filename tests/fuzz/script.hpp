#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace patchcord::fuzz {

/// The input, read piece by piece.
class Script {
  public:
    Script(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }
    /// The next byte; 0 at the end.
    unsigned byte() {
        if (rest_.empty()) return 0;
        const auto value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    /// Everything up to a byte 0xFF.
    std::string_view text() {
        const std::size_t end = std::min(rest_.find('\xFF'), rest_.size());
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return text;
    }

  private:
    std::string_view rest_;
};

}  // namespace patchcord::fuzz
