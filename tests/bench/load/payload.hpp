#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::bench {

/// Which message of which sender a text is.
struct Stamp {
    std::uint32_t stream = 0;
    std::uint32_t sequence = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// Texts of one length that name themselves: `#SSSSSSSS:NNNNNNNN|` in hexadecimal, then a filling that follows from the
/// sequence number, so that a text cut, padded or mixed with another is told from a whole one.
class Payload {
  public:
    static constexpr std::size_t stamp_size = 19;
    static constexpr std::size_t min_size = stamp_size + 1;
    static constexpr std::size_t max_size = 400;  // leaves room for prefix and target in a line of 512 bytes

    explicit Payload(std::size_t size);

    [[nodiscard]] std::size_t size() const { return size_; }

    void append(std::string& out, Stamp stamp) const;

    /// The stamp, or nothing when the text is none of ours.
    [[nodiscard]] static std::optional<Stamp> read(std::string_view text);

    /// Whether a text that carries `stamp` is exactly what append() made.
    [[nodiscard]] bool is_intact(std::string_view text, Stamp stamp) const;

  private:
    [[nodiscard]] std::string_view filling(std::uint32_t sequence) const;

    std::size_t size_;
    std::string alphabet_;  // long enough for a filling that begins at any letter
};

}  // namespace patchcord::bench
