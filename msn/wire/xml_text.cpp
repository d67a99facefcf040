#include "msn/wire/xml_text.hpp"

#include <algorithm>
#include <array>

#include "chat_core/utf8.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

struct Entity {
    std::string_view name;
    char character;
};

constexpr std::array<Entity, 5> entities = {{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

// Appends the character that `&name;` stands for; false when there is none.
bool append_entity(std::string& out, std::string_view name) {
    if (name.starts_with('#')) {
        const bool is_hex = name.starts_with("#x") || name.starts_with("#X");
        const auto code_point = parse_digits(name.substr(is_hex ? 2 : 1), is_hex ? 16 : 10, 8);
        if (code_point) chat::append_utf8(out, *code_point);
        return code_point.has_value();
    }
    const auto* const known =
        std::find_if(entities.begin(), entities.end(), [&](const Entity& entity) { return entity.name == name; });
    if (known == entities.end()) return false;
    out += known->character;
    return true;
}

}  // namespace

std::string unescape_xml(std::string_view text) {
    constexpr std::size_t longest_name = 10;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t length = text[i] == '&' ? text.substr(i + 1, longest_name + 1).find(';') : std::string::npos;
        if (length != std::string::npos && append_entity(out, text.substr(i + 1, length))) {
            i += length + 1;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string escape_xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto* const entity =
            std::find_if(entities.begin(), entities.end(), [&](const Entity& e) { return e.character == c; });
        if (entity == entities.end()) {
            out += c;
        } else {
            out.append(1, '&').append(entity->name).append(1, ';');
        }
    }
    return out;
}

}  // namespace patchcord::msn
