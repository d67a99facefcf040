#include "chat_core/deceptive_text.hpp"

#include "chat_core/utf8.hpp"

namespace patchcord::chat {
namespace {

constexpr char32_t non_joiner = 0x200C;
constexpr char32_t joiner = 0x200D;

/// A picture that emoji sequences are made of; other symbols of the same blocks do no harm.
bool is_pictograph(char32_t c) {
    return (c >= 0x2190 && c <= 0x21FF) || (c >= 0x2600 && c <= 0x27BF) || (c >= 0x2B00 && c <= 0x2BFF) ||
           (c >= 0x1F000 && c <= 0x1FAFF);  // the colours of skin among them
}

bool may_be_joined(char32_t c) {
    constexpr char32_t emoji_form = 0xFE0F;  // behind a picture that is a sign otherwise
    return is_pictograph(c) || c == emoji_form;
}

/// Is there a picture at `at`?
bool picture_follows(std::string_view utf8, std::size_t at) {
    return at < utf8.size() && is_pictograph(next_code_point(utf8, at));
}

}  // namespace

bool is_deceptive(char32_t c) {
    switch (c) {
        case 0x00AD:  // soft hyphen
        case 0x061C:  // Arabic letter mark
        case 0x115F:  // Hangul fillers
        case 0x1160:
        case 0x3164:
        case 0xFFA0:
        case 0x180E:  // Mongolian vowel separator
        case 0xFEFF:  // zero width no-break space
            return true;
        default: break;
    }
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F);
}

std::string without_deceptive(std::string_view utf8) {
    std::size_t at = printable_prefix(utf8);
    std::string out(utf8.substr(0, at));
    char32_t last = 0;
    while (at < utf8.size()) {
        const char32_t c = next_code_point(utf8, at);
        const bool joins = c == joiner && may_be_joined(last) && picture_follows(utf8, at);
        if (is_deceptive(c) && c != non_joiner && !joins) continue;
        append_utf8(out, c);
        last = c;
    }
    return out;
}

}  // namespace patchcord::chat
