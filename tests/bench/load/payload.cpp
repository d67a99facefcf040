#include "tests/bench/load/payload.hpp"

#include <array>

namespace patchcord::bench {
namespace {

constexpr std::size_t letters = 26;
constexpr std::size_t hex_digits = 8;
constexpr std::uint8_t not_a_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> hex_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(not_a_digit);
    for (std::uint8_t digit = 0; digit < 10; ++digit) values['0' + digit] = digit;
    for (std::uint8_t digit = 10; digit < 16; ++digit) values['a' + digit - 10] = digit;
    return values;
}

std::optional<std::uint32_t> read_hex(const char* text) {
    static constexpr auto values = hex_values();
    std::uint32_t number = 0;
    std::uint8_t all_bits = 0;
    for (std::size_t i = 0; i < hex_digits; ++i) {
        const std::uint8_t value = values[static_cast<unsigned char>(text[i])];
        all_bits |= value;
        number = (number << 4U) | (value & 0xFU);
    }
    if (all_bits == not_a_digit) return std::nullopt;
    return number;
}

void append_hex(std::string& out, std::uint32_t number) {
    for (unsigned shift = 4 * hex_digits; shift > 0; shift -= 4) {
        out.push_back("0123456789abcdef"[(number >> (shift - 4)) & 0xFU]);
    }
}

}  // namespace

Payload::Payload(std::size_t size) : size_(size) {
    for (std::size_t i = 0; i < size + letters; ++i) alphabet_.push_back(static_cast<char>('a' + i % letters));
}

std::string_view Payload::filling(std::uint32_t sequence) const {
    return std::string_view(alphabet_).substr(sequence % letters, size_ - stamp_size);
}

void Payload::append(std::string& out, Stamp stamp) const {
    out.push_back('#');
    append_hex(out, stamp.stream);
    out.push_back(':');
    append_hex(out, stamp.sequence);
    out.push_back('|');
    out.append(filling(stamp.sequence));
}

std::optional<Stamp> Payload::read(std::string_view text) {
    if (text.size() < stamp_size || text[0] != '#' || text[9] != ':' || text[18] != '|') return std::nullopt;
    const auto stream = read_hex(text.data() + 1);
    const auto sequence = read_hex(text.data() + 10);
    if (!stream || !sequence) return std::nullopt;
    return Stamp{*stream, *sequence};
}

bool Payload::is_intact(std::string_view text, Stamp stamp) const {
    return text.size() == size_ && text.substr(stamp_size) == filling(stamp.sequence);
}

}  // namespace patchcord::bench
