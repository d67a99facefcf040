#include "irc/wire/tags.hpp"

#include <algorithm>

namespace patchcord::irc {

std::optional<RawTag> TagReader::next() {
    while (!rest_.empty()) {
        const std::size_t end = std::min(rest_.find(';'), rest_.size());
        const std::string_view tag = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        const std::size_t equals = std::min(tag.find('='), tag.size());
        if (equals == 0) continue;
        return RawTag{tag.substr(0, equals), tag.substr(std::min(equals + 1, tag.size()))};
    }
    return std::nullopt;
}

std::string escape_tag_value(std::string_view value) {
    std::string escaped;
    escaped.reserve(value.size());
    for (const char c : value) {
        switch (c) {
            case ';': escaped += "\\:"; break;
            case ' ': escaped += "\\s"; break;
            case '\\': escaped += "\\\\"; break;
            case '\r': escaped += "\\r"; break;
            case '\n': escaped += "\\n"; break;
            case '\0': break;  // not allowed in any form
            default: escaped += c;
        }
    }
    return escaped;
}

std::string unescape_tag_value(std::string_view escaped) {
    std::string value;
    value.reserve(escaped.size());
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] != '\\') {
            value += escaped[i];
            continue;
        }
        if (++i == escaped.size()) break;  // a lone backslash at the end stands for nothing
        switch (escaped[i]) {
            case ':': value += ';'; break;
            case 's': value += ' '; break;
            case 'r': value += '\r'; break;
            case 'n': value += '\n'; break;
            default: value += escaped[i];
        }
    }
    return value;
}

std::optional<std::string> find_tag(std::string_view tags, std::string_view key) {
    std::optional<std::string_view> found;
    TagReader reader(tags);
    while (const auto tag = reader.next()) {
        if (tag->key == key) found = tag->value;
    }
    if (!found) return std::nullopt;
    return unescape_tag_value(*found);
}

std::string client_only_tags(std::string_view tags, std::string_view without) {
    std::string kept;
    TagReader reader(tags);
    while (const auto tag = reader.next()) {
        if (!tag->key.starts_with('+') || tag->key.size() < 2 || tag->key == without) continue;
        if (!kept.empty()) kept += ';';
        kept += tag->key;
        if (!tag->value.empty()) kept.append(1, '=').append(tag->value);
    }
    return kept;
}

}  // namespace patchcord::irc
