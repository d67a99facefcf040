#include "msn/wire/msn_object.hpp"

#include <algorithm>
#include <map>

#include "msn/wire/base64.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t digest_bytes = 20;  // of SHA-1
constexpr std::size_t most_attributes = 24;
constexpr std::size_t most_digits = 9;

using Attributes = std::map<std::string_view, std::string_view>;

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return c == '<' || c == '>' || static_cast<unsigned char>(c) < ' '; });
}

bool take(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
}

/// `Name="value"`, each once.
bool take_attribute(std::string_view& rest, Attributes& attributes) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos || attributes.size() >= most_attributes) return false;
    const std::string_view name = rest.substr(0, equals);
    rest.remove_prefix(equals + 1);
    if (!is_name(name) || !take(rest, "\"")) return false;
    const std::size_t end = rest.find('"');
    if (end == std::string_view::npos || !is_value(rest.substr(0, end))) return false;
    const bool is_new = attributes.emplace(name, rest.substr(0, end)).second;
    rest.remove_prefix(end + 1);
    return is_new;
}

std::optional<Attributes> parse_element(std::string_view rest) {
    Attributes attributes;
    if (!take(rest, "<msnobj")) return std::nullopt;
    while (take(rest, " ")) {
        while (take(rest, " ")) continue;
        if (rest.starts_with("/>")) break;
        if (!take_attribute(rest, attributes)) return std::nullopt;
    }
    return rest == "/>" ? std::optional(attributes) : std::nullopt;
}

std::optional<std::string_view> find(const Attributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<MsnObject> parse_msn_object(std::string_view param) {
    if (param.size() > max_object_bytes) return std::nullopt;
    MsnObject object;
    object.text = percent_decode(param);
    const auto attributes = parse_element(object.text);
    if (!attributes || find(*attributes, "Creator").value_or("").empty()) return std::nullopt;
    const auto size = parse_digits(find(*attributes, "Size").value_or(""), 10, most_digits);
    const auto type = parse_digits(find(*attributes, "Type").value_or(""), 10, most_digits);
    const auto digest = decode_base64(find(*attributes, "SHA1D").value_or(""), digest_bytes + 1);
    if (!size || *size == 0 || !type || !digest || digest->size() != digest_bytes) return std::nullopt;
    object.size = *size;
    object.type = *type;
    object.digest = *digest;
    return object;
}

}  // namespace patchcord::msn
