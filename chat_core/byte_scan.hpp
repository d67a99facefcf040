#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace patchcord::chat {

/// Eight bytes of text in one register.
using ByteWord = std::uint64_t;
/// A word of eight times the byte 1; times a byte it is eight of that.
inline constexpr ByteWord each_byte = 0x0101010101010101ULL;
inline constexpr ByteWord high_bits = each_byte * 0x80U;

/// Is one of the bytes below `limit` (at most 0x80)?
[[nodiscard]] constexpr bool has_byte_below(ByteWord word, std::uint8_t limit) {
    return ((word - each_byte * limit) & ~word & high_bits) != 0;
}

/// How many bytes there are before the first for which `stops(char)` holds. Compilers do not see that such a search may
/// go by more than one byte; so `suspicious(ByteWord)` is asked of eight at a time. It may be wrong when it says yes,
/// and must not be when it says no.
template <class Suspicious, class Stops>
[[nodiscard]] std::size_t prefix_before(std::string_view text, Suspicious&& suspicious, Stops&& stops) {
    const auto word_at = [&](std::size_t at) {
        ByteWord word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        return word;
    };
    std::size_t at = 0;
    for (; text.size() - at >= sizeof(ByteWord); at += sizeof(ByteWord)) {
        if (!suspicious(word_at(at))) continue;
        for (std::size_t i = at; i < at + sizeof(ByteWord); ++i) {
            if (stops(text[i])) return i;
        }
    }
    // The rest is seen once more together with what is before it.
    const bool has_rest = at > 0 && at < text.size();
    if (has_rest && !suspicious(word_at(text.size() - sizeof(ByteWord)))) return text.size();
    while (at < text.size() && !stops(text[at])) ++at;
    return at;
}

}  // namespace patchcord::chat
