#include "tests/bench/load/md5.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace patchcord::bench {
namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t length_bytes = 8;
constexpr std::size_t steps = 64;

using State = std::array<std::uint32_t, 4>;
constexpr State initial_state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
constexpr std::array<std::array<int, 4>, 4> rotations = {
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

/// RFC 1321 section 3.4: the whole part of 4294967296 times the sine of 1 to 64 radians, without its sign.
const std::array<std::uint32_t, steps>& sines() {
    static const auto table = [] {
        std::array<std::uint32_t, steps> values{};
        for (std::size_t i = 0; i < steps; ++i) {
            values[i] = static_cast<std::uint32_t>(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0);
        }
        return values;
    }();
    return table;
}

std::uint32_t little_endian_word(std::string_view block, std::size_t index) {
    std::uint32_t word = 0;
    for (std::size_t i = 4; i > 0; --i) word = word << 8U | static_cast<unsigned char>(block[index * 4 + i - 1]);
    return word;
}

struct Mix {
    std::uint32_t value;
    std::size_t word;
};

Mix mix(std::size_t step, const State& state) {
    const auto [a, b, c, d] = state;
    switch (step / 16) {
        case 0: return {(b & c) | (~b & d), step};
        case 1: return {(b & d) | (c & ~d), (5 * step + 1) % 16};
        case 2: return {b ^ c ^ d, (3 * step + 5) % 16};
        default: return {c ^ (b | ~d), 7 * step % 16};
    }
}

void digest_block(State& state, std::string_view block) {
    State now = state;
    for (std::size_t step = 0; step < steps; ++step) {
        const auto [value, word] = mix(step, now);
        const std::uint32_t sum = now[0] + value + sines()[step] + little_endian_word(block, word);
        const std::uint32_t turned = now[1] + std::rotl(sum, rotations[step / 16][step % 4]);
        now = {now[3], turned, now[1], now[2]};
    }
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += now[i];
}

std::string padded(std::string_view bytes) {
    std::string text(bytes);
    text.push_back('\x80');
    while (text.size() % block_bytes != block_bytes - length_bytes) text.push_back('\0');
    const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
    for (std::size_t i = 0; i < length_bytes; ++i) text.push_back(static_cast<char>(bits >> (8 * i) & 0xFFU));
    return text;
}

}  // namespace

std::string md5_hex(std::string_view bytes) {
    const std::string text = padded(bytes);
    State state = initial_state;
    for (std::size_t at = 0; at < text.size(); at += block_bytes) {
        digest_block(state, std::string_view(text).substr(at, block_bytes));
    }
    std::string hex;
    for (const std::uint32_t word : state) {
        for (unsigned byte = 0; byte < 4; ++byte) {
            const std::uint32_t value = word >> (8 * byte) & 0xFFU;
            hex.push_back("0123456789abcdef"[value >> 4U]);
            hex.push_back("0123456789abcdef"[value & 0xFU]);
        }
    }
    return hex;
}

}  // namespace patchcord::bench
