#include "msn/wire/percent.hpp"

#include "chat_core/utf8.hpp"

namespace patchcord::msn {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

// C0, DEL and C1.
bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_encoded(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (is_unreserved(c)) {
        out += c;
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
}

// Appends the code points of `text` that are no controls, each through `code`, until one does not fit.
template <class Coding>
std::string clean(std::string_view text, std::size_t limit, Coding code) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t before = out.size();
        if (text[i] >= ' ' && text[i] <= '~') {
            code(out, text.substr(i++, 1));
        } else {
            const char32_t code_point = chat::next_code_point(text, i);
            if (is_control(code_point)) continue;
            std::string bytes;
            chat::append_utf8(bytes, code_point);
            code(out, bytes);
        }
        if (out.size() <= limit) continue;
        out.resize(before);
        break;
    }
    return out;
}

}  // namespace

std::string percent_encode(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) append_encoded(out, c);
    return out;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool complete = text[i] == '%' && text.size() - i > 2;
        const int high = complete ? hex_value(text[i + 1]) : -1;
        const int low = complete ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string parse_name(std::string_view param) {
    return clean(percent_decode(param), max_name_bytes, [](std::string& out, std::string_view bytes) { out += bytes; });
}

std::string format_name(std::string_view name) {
    return clean(name, max_encoded_name_bytes, [](std::string& out, std::string_view bytes) {
        for (const char c : bytes) append_encoded(out, c);
    });
}

}  // namespace patchcord::msn
