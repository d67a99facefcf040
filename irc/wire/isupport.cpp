#include "irc/wire/isupport.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace patchcord::irc {
namespace {

constexpr std::size_t max_tokens_a_line = 13;

// Space, backslash and equals sign as the "RPL_ISUPPORT" section of Modern IRC asks; controls because none may be sent.
bool needs_escape(char c) {
    return static_cast<unsigned char>(c) <= 0x20U || c == 0x7F || c == '\\' || c == '=';
}

std::string escaped(std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        if (needs_escape(c)) {
            const auto byte = static_cast<unsigned char>(c);
            out += "\\x";
            out += digits[byte >> 4U];
            out += digits[byte & 0x0FU];
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

void Isupport::set(std::string token, std::optional<std::string> value) {
    const auto known = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.name == token; });
    if (known != tokens_.end()) {
        known->value = std::move(value);
    } else {
        tokens_.push_back({std::move(token), std::move(value)});
    }
}

std::vector<std::string> Isupport::lines(std::size_t max_bytes) const {
    std::vector<std::string> lines;
    std::size_t tokens_in_line = 0;
    for (const Token& token : tokens_) {
        const std::string word = token.value ? token.name + '=' + escaped(*token.value) : token.name;
        const bool fits =
            !lines.empty() && tokens_in_line < max_tokens_a_line && lines.back().size() + 1 + word.size() <= max_bytes;
        if (fits) {
            lines.back() += ' ' + word;
            ++tokens_in_line;
        } else {
            lines.push_back(word);
            tokens_in_line = 1;
        }
    }
    return lines;
}

}  // namespace patchcord::irc
