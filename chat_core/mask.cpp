#include "chat_core/mask.hpp"

#include <cstddef>

namespace patchcord::chat {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

std::size_t next_character(std::string_view text, std::size_t i) {
    ++i;
    while (i < text.size() && (byte_at(text, i) & 0xC0U) == 0x80U) ++i;
    return i;
}

}  // namespace

bool matches_mask(std::string_view mask, std::string_view text, const FoldTable& table) {
    std::size_t m = 0;
    std::size_t t = 0;
    std::size_t after_star = std::string_view::npos;  // where the mask goes on behind the last star seen
    std::size_t star_ends = 0;                        // how much of the text that star has eaten so far
    while (t < text.size()) {
        if (m < mask.size() && mask[m] == '*') {
            after_star = ++m;
            star_ends = t;
        } else if (m < mask.size() && mask[m] == '?') {
            ++m;
            t = next_character(text, t);
        } else if (m < mask.size() && table[byte_at(mask, m)] == table[byte_at(text, t)]) {
            ++m;
            ++t;
        } else if (after_star != std::string_view::npos) {
            // Only the last star can need to eat more: what an earlier one could gain, this one can give as well.
            star_ends = next_character(text, star_ends);
            m = after_star;
            t = star_ends;
        } else {
            return false;
        }
    }
    while (m < mask.size() && mask[m] == '*') ++m;
    return m == mask.size();
}

}  // namespace patchcord::chat
