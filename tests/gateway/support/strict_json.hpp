#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"

namespace patchcord::tests {

using JsonTexts = std::map<std::string, std::string>;

/// Reads one JSON object (RFC 8259) whose values are all strings, as a log line is; nothing when it is not exactly
/// that, has a key twice, or an escape RFC 8259 does not know. `\u` escapes are decoded within the BMP; surrogates are
/// refused.
class StrictJson {
  public:
    static std::optional<JsonTexts> parse(std::string_view text) {
        if (!chat::is_valid_utf8(text)) return std::nullopt;
        StrictJson json(text);
        JsonTexts members;
        if (!json.object(members) || json.at_ != text.size()) return std::nullopt;
        return members;
    }

  private:
    explicit StrictJson(std::string_view text) : text_(text) {}

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool object(JsonTexts& members) {
        if (!take('{')) return false;
        do {
            std::string key;
            std::string value;
            if (!string(key) || !take(':') || !string(value)) return false;
            if (!members.emplace(key, value).second) return false;
        } while (take(','));
        return take('}');
    }

    bool string(std::string& out) {
        if (!take('"')) return false;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
            if (text_[at_] == '\\') {
                if (!escape(out)) return false;
            } else {
                out += text_[at_++];
            }
        }
        return take('"');
    }

    bool escape(std::string& out) {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        ++at_;
        if (at_ >= text_.size()) return false;
        const char name = text_[at_++];
        if (name == 'u') return unicode_escape(out);
        const std::size_t known = names.find(name);
        if (known == std::string_view::npos) return false;
        out += meanings[known];
        return true;
    }

    bool unicode_escape(std::string& out) {
        char32_t value = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            static constexpr std::string_view digits = "0123456789abcdefABCDEF";
            const std::size_t digit = at_ < text_.size() ? digits.find(text_[at_]) : std::string_view::npos;
            if (digit == std::string_view::npos) return false;
            value = value * 16 + static_cast<char32_t>(digit < 16 ? digit : digit - 6);
        }
        if (value >= 0xD800 && value <= 0xDFFF) return false;
        chat::append_utf8(out, value);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace patchcord::tests
