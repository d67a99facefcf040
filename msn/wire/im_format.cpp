#include "msn/wire/im_format.hpp"

#include <array>

#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

struct Effect {
    char letter;
    bool ImFormat::*set;
    bool chat::Style::*style;
};

constexpr std::array<Effect, 4> effects = {{{'B', &ImFormat::bold, &chat::Style::bold},
                                            {'I', &ImFormat::italic, &chat::Style::italic},
                                            {'U', &ImFormat::underline, &chat::Style::underline},
                                            {'S', &ImFormat::strike, &chat::Style::strike}}};

std::string fitting_font(std::string_view name) {
    std::string font = one_line(to_utf8(name, "utf-8"));
    font.resize(chat::code_point_border(font, max_font_bytes));
    return std::string(trim(font));
}

// Of a font's name clients expect to find encoded only what would end it.
std::string encoded_font(std::string_view name) {
    constexpr std::string_view special = " %;:=";
    std::string encoded;
    for (const char c : name) {
        if (special.find(c) == std::string_view::npos) {
            encoded += c;
        } else {
            encoded += percent_encode({&c, 1});
        }
    }
    return encoded;
}

void read_font(ImFormat& format, std::string_view value) {
    std::string font = fitting_font(percent_decode(value));
    if (!font.empty()) format.font = std::move(font);
}

void read_effects(ImFormat& format, std::string_view value) {
    for (const char c : value) {
        for (const Effect& effect : effects) {
            if (same_word({&c, 1}, {&effect.letter, 1})) format.*effect.set = true;
        }
    }
}

void read_colour(ImFormat& format, std::string_view value) {
    const std::uint32_t bgr = parse_digits(value, 16, 6).value_or(0);
    format.colour = {static_cast<std::uint8_t>(bgr & 0xFFU), static_cast<std::uint8_t>(bgr >> 8U & 0xFFU),
                     static_cast<std::uint8_t>(bgr >> 16U)};
}

std::uint8_t byte_of(std::string_view value) {
    return static_cast<std::uint8_t>(parse_digits(value, 16, 2).value_or(0));
}

void read_style_field(ImFormat& format, std::string_view key, std::string_view value) {
    if (same_word(key, "EF")) read_effects(format, value);
    if (same_word(key, "CO")) read_colour(format, value);
}

void read_field(ImFormat& format, std::string_view key, std::string_view value) {
    if (same_word(key, "FN")) return read_font(format, value);
    read_style_field(format, key, value);
    if (same_word(key, "CS")) format.charset = byte_of(value);
    if (same_word(key, "PF")) format.pitch_family = byte_of(value);
    if (same_word(key, "RL")) format.right_to_left = value == "1";
}

template <class Read>
ImFormat read_fields(std::string_view value, Read read) {
    ImFormat format;
    while (!value.empty()) {
        std::string_view field = take_field(value, ';');
        const std::string_view key = trim(take_field(field, '='));
        read(format, key, trim(field));
    }
    return format;
}

std::string effect_letters(const ImFormat& format) {
    std::string letters;
    for (const Effect& effect : effects) {
        if (format.*effect.set) letters += effect.letter;
    }
    return letters;
}

}  // namespace

ImFormat parse_im_format(std::string_view value) {
    return read_fields(value, read_field);
}

chat::Style parse_im_style(std::string_view value) {
    return style_of(read_fields(value, read_style_field));
}

std::string format_im_format(const ImFormat& format) {
    const std::string font = fitting_font(format.font);
    const chat::Colour& colour = format.colour;
    const auto bgr = static_cast<std::uint32_t>(colour.blue << 16 | colour.green << 8 | colour.red);
    std::string out = "FN=" + encoded_font(font.empty() ? ImFormat().font : font);
    out += "; EF=" + effect_letters(format) + "; CO=" + format_hex(bgr);
    out += "; CS=" + format_hex(format.charset) + "; PF=" + format_hex(format.pitch_family);
    if (format.right_to_left) out += "; RL=1";
    return out;
}

chat::Style style_of(const ImFormat& format) {
    chat::Style style;
    for (const Effect& effect : effects) style.*effect.style = format.*effect.set;
    if (format.colour != chat::Colour()) style.colour = format.colour;
    return style;
}

ImFormat im_format_of(const chat::Style& style) {
    ImFormat format;
    for (const Effect& effect : effects) format.*effect.set = style.*effect.style;
    format.colour = style.colour.value_or(chat::Colour());
    return format;
}

}  // namespace patchcord::msn
