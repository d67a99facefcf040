#include "gateway/log/escape.hpp"

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"

namespace patchcord::gateway {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& out, char32_t value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += hex_digits[(value >> static_cast<unsigned>(shift)) & 0xFU];
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

template <class Append>
std::string escape(std::string_view text, Append&& append) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = chat::next_code_point(text, at);
        append(out, c, text.substr(begin, at - begin));
    }
    return out;
}

bool malformed(char32_t c, std::string_view bytes) {
    return c == 0xFFFD && bytes.size() == 1;
}

void append_visible(std::string& out, char32_t c, std::string_view bytes) {
    if (malformed(c, bytes)) {
        out += "\\x";
        append_hex(out, static_cast<unsigned char>(bytes.front()), 2);
    } else if (is_control(c)) {
        out += "\\x";
        append_hex(out, c, 2);
    } else if (chat::is_deceptive(c)) {
        out += "\\u";
        append_hex(out, c, 4);
    } else {
        out += bytes;
    }
}

}  // namespace

std::string escape_for_log(std::string_view text) {
    return escape(text, [](std::string& out, char32_t c, std::string_view bytes) {
        if (c == '\\' || c == '"') out += '\\';
        append_visible(out, c, bytes);
    });
}

std::string escape_controls(std::string_view text) {
    return escape(text, append_visible);
}

std::string escape_for_json(std::string_view text) {
    return escape(text, [](std::string& out, char32_t c, std::string_view bytes) {
        if (malformed(c, bytes)) {
            out += "\\ufffd";
        } else if (is_control(c) || chat::is_deceptive(c)) {
            out += "\\u";
            append_hex(out, c, 4);
        } else if (c == '\\' || c == '"') {
            out += '\\';
            out += bytes;
        } else {
            out += bytes;
        }
    });
}

}  // namespace patchcord::gateway
