#include "gateway/http/header_rules.hpp"

#include <charconv>

namespace patchcord::gateway {
namespace {

bool is_chunked(std::string_view value) {
    constexpr std::string_view word = "chunked";
    if (value.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if ((static_cast<unsigned char>(value[i]) | 0x20U) != static_cast<unsigned char>(word[i])) return false;
    }
    return true;
}

constexpr std::size_t max_digits = 18;  // fits 64 bits whatever they are

}  // namespace

bool has_strict_lines(std::string_view header) {
    for (std::size_t at = 0; at < header.size(); ++at) {
        const char c = header[at];
        if (c == '\0') return false;
        if (c == '\n' && (at == 0 || header[at - 1] != '\r')) return false;
        if (c != '\r' || at + 1 == header.size()) continue;
        if (header[at + 1] != '\n') return false;
        const bool goes_on = at + 2 < header.size() && (header[at + 2] == ' ' || header[at + 2] == '\t');
        if (goes_on) return false;
    }
    return true;
}

HttpFraming framing_of(const std::vector<std::string_view>& encodings, const std::vector<std::string_view>& lengths,
                       bool is_http_1_1) {
    using Kind = HttpFraming::Kind;
    if (encodings.size() + lengths.size() > 1) return {Kind::bad};
    if (!encodings.empty()) return {is_http_1_1 && is_chunked(encodings.front()) ? Kind::chunks : Kind::bad};
    if (lengths.empty()) return {};
    const std::string_view text = lengths.front();
    HttpFraming framing{Kind::length};
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), framing.length);
    if (error != std::errc() || rest != text.data() + text.size() || text.size() > max_digits) return {Kind::bad};
    return framing;
}

}  // namespace patchcord::gateway
