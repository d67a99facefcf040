#include "irc/wire/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace patchcord::irc {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t group = 4;  // characters that stand for three bytes

std::size_t padding_of(std::string_view text) {
    if (text.ends_with("==")) return 2;
    return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % group != 0) return std::nullopt;
    text.remove_suffix(padding_of(text));
    std::string bytes;
    bytes.reserve(text.size() * 3 / group);
    std::uint32_t bits = 0;
    unsigned count = 0;  // of `bits` that are no byte yet
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(static_cast<unsigned char>(bits >> count));
        bits &= (1U << count) - 1U;
    }
    if (bits != 0) return std::nullopt;
    return bytes;
}

std::string encode_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * group);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view three = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8U) | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
        }
        for (std::size_t i = 0; i < group; ++i) {
            text += i <= three.size() ? alphabet[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
        }
    }
    return text;
}

}  // namespace patchcord::irc
