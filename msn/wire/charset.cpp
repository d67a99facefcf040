#include "msn/wire/charset.hpp"

#include <algorithm>
#include <array>

#include "chat_core/utf8.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr char32_t unknown = 0xFFFD;

// Windows-1252 between 0x80 and 0x9F; all the rest is as in Unicode.
constexpr std::array<char32_t, 32> windows_1252 = {0x20AC,  unknown, 0x201A, 0x0192, 0x201E, 0x2026,  0x2020, 0x2021,
                                                   0x02C6,  0x2030,  0x0160, 0x2039, 0x0152, unknown, 0x017D, unknown,
                                                   unknown, 0x2018,  0x2019, 0x201C, 0x201D, 0x2022,  0x2013, 0x2014,
                                                   0x02DC,  0x2122,  0x0161, 0x203A, 0x0153, unknown, 0x017E, 0x0178};

bool is_western(std::string_view charset) {
    constexpr std::array<std::string_view, 6> names = {"windows-1252", "cp1252", "iso-8859-1",
                                                       "iso_8859-1",   "latin1", "us-ascii"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return same_word(name, charset); });
}

bool is_utf8(std::string_view charset) {
    return same_word(charset, "utf-8") || same_word(charset, "utf8");
}

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        chat::append_utf8(out, byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80U] : byte);
    }
    return out;
}

std::string repaired(std::string_view bytes) {
    if (chat::is_valid_utf8(bytes)) return std::string(bytes);
    std::string out;
    for (std::size_t i = 0; i < bytes.size();) chat::append_utf8(out, chat::next_code_point(bytes, i));
    return out;
}

bool is_dropped(char32_t c) {
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0);
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    if (is_utf8(charset)) return repaired(bytes);
    if (!is_western(charset) && chat::is_valid_utf8(bytes)) return std::string(bytes);
    return from_windows_1252(bytes);
}

std::string clean_text(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) {
        const std::string_view run = utf8.substr(i, chat::printable_prefix(utf8.substr(i)));
        out += run;
        i += run.size();
        if (i == utf8.size()) break;
        const char32_t c = chat::next_code_point(utf8, i);
        if (c == '\r') {
            if (i == utf8.size() || utf8[i] != '\n') out += '\n';
        } else if (!is_dropped(c)) {
            chat::append_utf8(out, c);
        }
    }
    return out;
}

}  // namespace patchcord::msn
