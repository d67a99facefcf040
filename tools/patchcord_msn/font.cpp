#include "tools/patchcord_msn/font.hpp"

#include <array>

#include "msn/wire/field_text.hpp"

namespace patchcord::tools {
namespace {

struct ColourRow {
    std::string_view name;
    chat::Colour colour;
};

constexpr std::array<ColourRow, 8> colours = {{{"red", {255, 0, 0}},
                                               {"green", {0, 128, 0}},
                                               {"blue", {0, 0, 255}},
                                               {"orange", {255, 128, 0}},
                                               {"purple", {128, 0, 128}},
                                               {"pink", {255, 0, 255}},
                                               {"brown", {128, 64, 0}},
                                               {"grey", {128, 128, 128}}}};

std::optional<chat::Colour> parse_colour(std::string_view word) {
    for (const ColourRow& row : colours) {
        if (msn::same_word(row.name, word)) return row.colour;
    }
    constexpr std::size_t digits = 6;
    if (!word.starts_with('#') || word.size() != digits + 1) return std::nullopt;
    const auto number = msn::parse_digits(word.substr(1), 16, digits);
    if (!number) return std::nullopt;
    const auto part = [&](unsigned shift) { return static_cast<std::uint8_t>(*number >> shift & 0xFFU); };
    return chat::Colour{part(16), part(8), part(0)};
}

bool apply(std::string_view word, chat::Style& style) {
    if (msn::same_word(word, "plain")) {
        style = {};
    } else if (msn::same_word(word, "bold")) {
        style.bold = true;
    } else if (msn::same_word(word, "italic")) {
        style.italic = true;
    } else if (msn::same_word(word, "underline")) {
        style.underline = true;
    } else if (msn::same_word(word, "strike")) {
        style.strike = true;
    } else if (const auto colour = parse_colour(word)) {
        style.colour = colour;
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::optional<chat::Style> parse_font(std::string_view words) {
    chat::Style style;
    std::string_view rest = msn::trim(words);
    if (rest.empty()) return std::nullopt;
    while (!rest.empty()) {
        const std::string_view word = msn::take_field(rest, ' ');
        if (!word.empty() && !apply(word, style)) return std::nullopt;
    }
    return style;
}

}  // namespace patchcord::tools
