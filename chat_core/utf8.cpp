#include "chat_core/utf8.hpp"

#include <cstdint>
#include <cstring>

#include "chat_core/byte_scan.hpp"

namespace patchcord::chat {
namespace {

constexpr char32_t replacement_character = 0xFFFD;

struct Sequence {
    std::size_t length = 0;  // 0: malformed
    char32_t code_point = replacement_character;
};

bool is_continuation(unsigned char byte) {
    return (byte & 0xC0U) == 0x80U;
}

std::size_t announced_length(unsigned char lead) {
    if (lead < 0x80U) return 1;
    if (lead >= 0xC2U && lead <= 0xDFU) return 2;
    if (lead >= 0xE0U && lead <= 0xEFU) return 3;
    if (lead >= 0xF0U && lead <= 0xF4U) return 4;
    return 0;
}

bool in_range(std::size_t length, char32_t code_point) {
    if (length == 3) return code_point >= 0x800 && (code_point < 0xD800 || code_point > 0xDFFF);
    if (length == 4) return code_point >= 0x10000 && code_point <= 0x10FFFF;
    return true;
}

Sequence decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t length = announced_length(byte(0));
    if (length == 0 || length > text.size()) return {};
    if (length == 1) return {1, byte(0)};
    char32_t code_point = byte(0) & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(byte(i))) return {};
        code_point = (code_point << 6U) | (byte(i) & 0x3FU);
    }
    if (!in_range(length, code_point)) return {};
    return {length, code_point};
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        std::uint64_t word = 0;
        if (text.size() - i >= sizeof word) {  // most text is ASCII: eight bytes at a time
            std::memcpy(&word, text.data() + i, sizeof word);
            if ((word & 0x8080808080808080ULL) == 0) {
                i += sizeof word;
                continue;
            }
        }
        const Sequence sequence = decode(text.substr(i));
        if (sequence.length == 0) return false;
        i += sequence.length;
    }
    return true;
}

std::size_t printable_prefix(std::string_view text) {
    // A byte's high bit is set in one of the three: beyond ASCII; below 0x20; 0x7F, which one more makes 0x80.
    const auto suspicious = [](ByteWord word) {
        return ((word | (word - each_byte * 0x20U) | (word + each_byte)) & high_bits) != 0;
    };
    return prefix_before(text, suspicious, [](char c) { return c < ' ' || c > '~'; });
}

std::size_t code_point_border(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text.size();
    constexpr std::size_t longest_tail = 3;  // a longer run of such bytes is no code point's, and may be cut
    std::size_t border = limit;
    while (border > 0 && is_continuation(static_cast<unsigned char>(text[border]))) {
        if (limit - border == longest_tail) return limit;
        --border;
    }
    return border;
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
    const Sequence sequence = decode(text.substr(offset));
    offset += sequence.length == 0 ? 1 : sequence.length;
    return sequence.code_point;
}

void append_utf8(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = replacement_character;
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        put(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    } else {
        put(0xF0U | (code_point >> 18U));
        put(0x80U | ((code_point >> 12U) & 0x3FU));
        put(0x80U | ((code_point >> 6U) & 0x3FU));
        put(0x80U | (code_point & 0x3FU));
    }
}

}  // namespace patchcord::chat
