#include "irc/wire/excerpt.hpp"

#include "chat_core/utf8.hpp"

namespace patchcord::irc {
namespace {

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

bool ends_line(char32_t c) {
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t max_bytes, const chat::GraphemeBreaker& breaker) {
    std::string line;
    std::size_t at = 0;
    // One code point more than fits is enough to know that it does not.
    while (at < text.size() && line.size() <= max_bytes) {
        const char32_t c = chat::next_code_point(text, at);
        if (ends_line(c) && !line.empty()) break;
        if (!is_control(c) && !ends_line(c)) chat::append_utf8(line, c);
    }
    const bool whole = line.size() <= max_bytes && at == text.size();
    if (line.size() > max_bytes) {
        std::size_t end = breaker.boundary_before(line, max_bytes);
        if (end == 0) end = chat::code_point_border(line, max_bytes);
        line.resize(end);
    }
    while (line.ends_with(' ')) line.pop_back();
    return whole || line.empty() ? line : line + "\xE2\x80\xA6";
}

}  // namespace patchcord::irc
