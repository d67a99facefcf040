#include "tools/patchcord_msn/printable.hpp"

#include "chat_core/utf8.hpp"

namespace patchcord::tools {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_space_like(char32_t c) {
    return c == U'\t' || c == U'\n' || c == U'\r' || c == 0x2028 || c == 0x2029;
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// Unicode's bidirectional embeddings, overrides and isolates.
bool turns_direction(char32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = chat::next_code_point(text, at);
        if (is_space_like(c)) {
            out += ' ';
        } else {
            chat::append_utf8(out, is_control(c) || turns_direction(c) ? replacement : c);
        }
    }
    return out;
}

}  // namespace patchcord::tools
