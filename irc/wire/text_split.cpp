#include "irc/wire/text_split.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"
#include "irc/wire/formatting.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t longest_sequence = 4;  // of UTF-8
constexpr std::size_t longest_colour_code = 14;

// Whether a boundary lies at `limit` depends on what is before and the one code point behind, so that is all it is
// shown.
std::size_t boundary_before(const chat::GraphemeBreaker& breaker, std::string_view text, std::size_t limit) {
    return breaker.boundary_before(text.substr(0, limit + longest_sequence), limit);
}

// `cut`, or where the colour code begins that `cut` lies inside.
std::size_t outside_colour_code(std::string_view text, std::size_t cut) {
    const std::size_t earliest = cut - std::min(cut, longest_colour_code - 1);
    for (std::size_t begin = cut; begin-- > earliest;) {
        const std::size_t length = colour_code_length(text.substr(begin));
        if (length > 0) return begin + length > cut ? begin : cut;
    }
    return cut;
}

std::size_t cut_at_character(std::string_view text, std::size_t max_bytes, const chat::GraphemeBreaker& breaker) {
    const std::size_t boundary = outside_colour_code(text, boundary_before(breaker, text, max_bytes));
    if (boundary > 0) return boundary;
    const std::size_t code_point = chat::code_point_border(text, max_bytes);
    const std::size_t outside = outside_colour_code(text, code_point);
    if (outside > 0) return outside;
    return code_point > 0 ? code_point : max_bytes;  // the last for malformed text alone
}

// A mark that combines with the space in front of it must stay with it.
bool may_cut_behind_space(std::string_view text, std::size_t space, const chat::GraphemeBreaker& breaker) {
    return boundary_before(breaker, text.substr(space), 1) == 1;
}

std::size_t cut_for(std::string_view text, std::size_t max_bytes, const chat::GraphemeBreaker& breaker) {
    const std::size_t farthest = cut_at_character(text, max_bytes, breaker);
    for (std::size_t cut = farthest; cut > farthest / 2; --cut) {
        if (text[cut - 1] == ' ' && (cut == farthest || may_cut_behind_space(text, cut - 1, breaker))) return cut;
    }
    return farthest;
}

}  // namespace

std::vector<std::string_view> split_text(std::string_view text, std::size_t max_bytes,
                                         const chat::GraphemeBreaker& breaker) {
    max_bytes = std::max(max_bytes, longest_sequence);
    std::vector<std::string_view> pieces;
    while (text.size() > max_bytes) {
        const std::size_t cut = cut_for(text, max_bytes, breaker);
        pieces.push_back(text.substr(0, cut));
        text.remove_prefix(cut);
    }
    if (!text.empty()) pieces.push_back(text);
    return pieces;
}

}  // namespace patchcord::irc
