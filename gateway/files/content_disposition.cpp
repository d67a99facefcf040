#include "gateway/files/content_disposition.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "gateway/files/percent.hpp"
#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {
namespace {

void skip_blanks(std::string_view& text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

/// A value up to the next `;`: a token, or a string in quotes in which a backslash stands before what is meant.
std::string take_value(std::string_view& text) {
    std::string value;
    if (!text.starts_with('"')) {
        value = text.substr(0, text.find(';'));
        text.remove_prefix(value.size());
        while (value.ends_with(' ') || value.ends_with('\t')) value.pop_back();
        return value;
    }
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
        // Browsers send the backslashes of a path as they are; only these two are ever quoted.
        const bool quoted = text.size() > 1 && text[0] == '\\' && (text[1] == '"' || text[1] == '\\');
        if (quoted) text.remove_prefix(1);
        value += text.front();
        text.remove_prefix(1);
    }
    text.remove_prefix(std::min(text.find(';'), text.size()));
    return value;
}

/// `UTF-8'en'na%C3%AFve.txt` (RFC 8187).
std::optional<std::string> decode_extended(std::string_view value) {
    const std::size_t charset = value.find('\'');
    const std::size_t language = charset == std::string_view::npos ? charset : value.find('\'', charset + 1);
    if (language == std::string_view::npos || lower_case(value.substr(0, charset)) != "utf-8") return {};
    return percent_decode(value.substr(language + 1));
}

constexpr std::array<std::pair<std::string_view, const char*>, 6> known_types{{
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".txt", "text/plain; charset=utf-8"},
}};

}  // namespace

std::string format_attachment(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U) continue;  // one mark for a character
        plain += byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '%' ? '_' : c;
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encode(name);
}

std::string file_name_in(std::string_view disposition) {
    std::string plain;
    disposition.remove_prefix(std::min(disposition.find(';'), disposition.size()));
    while (!disposition.empty()) {
        disposition.remove_prefix(1);
        skip_blanks(disposition);
        const std::size_t equals = disposition.find_first_of("=;");
        if (equals == std::string_view::npos) break;
        std::string key = lower_case(disposition.substr(0, equals));
        while (key.ends_with(' ')) key.pop_back();
        disposition.remove_prefix(equals);
        if (disposition.front() == ';') continue;
        disposition.remove_prefix(1);
        skip_blanks(disposition);
        std::string value = take_value(disposition);
        if (key == "filename") plain = std::move(value);
        if (key != "filename*") continue;
        if (const auto extended = decode_extended(value)) return *extended;
    }
    return plain;
}

std::string content_type_of(std::string_view name) {
    const std::string lower = lower_case(name);
    for (const auto& [ending, type] : known_types) {
        if (lower.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

}  // namespace patchcord::gateway
