#include "irc/wire/formatting.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

#include "irc/wire/palette.hpp"

namespace patchcord::irc {
namespace {

constexpr char palette_code = '\x03';
constexpr char hex_code = '\x04';
constexpr char reset_code = '\x0F';
constexpr char escape = '\x1B';
constexpr std::string_view no_effect = "\x02\x02";  // stands between a colour code and text that looks like more of it
constexpr std::size_t default_colour = 99;

struct Toggle {
    char code;
    bool chat::Style::*flag;
};

constexpr std::array<Toggle, 6> toggles = {{{'\x02', &chat::Style::bold},
                                            {'\x1D', &chat::Style::italic},
                                            {'\x1F', &chat::Style::underline},
                                            {'\x1E', &chat::Style::strike},
                                            {'\x11', &chat::Style::monospace},
                                            {'\x16', &chat::Style::reverse}}};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20U;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The offset of the first control below 0x20 at or behind `from`, or the text's size.
std::size_t find_control(std::string_view text, std::size_t from) {
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    std::uint64_t word = 0;
    while (text.size() - from >= sizeof word) {  // nearly all text has none: eight bytes at a time
        std::memcpy(&word, text.data() + from, sizeof word);
        if (((word - ones * 0x20U) & ~word & (ones * 0x80U)) != 0) break;
        from += sizeof word;
    }
    while (from < text.size() && !is_control(text[from])) ++from;
    return from;
}

// ---- reading ----

struct ColourCode {
    std::size_t length = 1;
    std::string_view foreground;  // digits; both empty: back to the default colours
    std::string_view background;
};

template <typename IsDigit>
ColourCode read_colour_code(std::string_view text, std::size_t min_digits, std::size_t max_digits, IsDigit is_number) {
    const auto number_at = [&](std::size_t at) {
        std::size_t length = 0;
        while (length < max_digits && at + length < text.size() && is_number(text[at + length])) ++length;
        return length < min_digits ? std::string_view() : text.substr(at, length);
    };
    ColourCode code;
    code.foreground = number_at(code.length);
    code.length += code.foreground.size();
    if (code.foreground.empty() || code.length >= text.size() || text[code.length] != ',') return code;
    code.background = number_at(code.length + 1);
    if (!code.background.empty()) code.length += 1 + code.background.size();
    return code;
}

ColourCode read_colour_code(std::string_view text) {
    return text.front() == hex_code ? read_colour_code(text, 6, 6, is_hex_digit)
                                    : read_colour_code(text, 1, 2, is_digit);
}

std::optional<chat::Colour> colour_of(std::string_view digits) {
    const bool hex = digits.size() == 6;
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (hex) {
        return chat::Colour{static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U & 0xFFU),
                            static_cast<std::uint8_t>(value & 0xFFU)};
    }
    if (value >= palette().size()) return std::nullopt;
    return palette()[value];
}

void apply(const ColourCode& code, chat::Style& style) {
    if (code.foreground.empty()) {
        style.colour.reset();
        style.background.reset();
        return;
    }
    style.colour = colour_of(code.foreground);
    if (!code.background.empty()) style.background = colour_of(code.background);
}

// The length of the ANSI sequence (ECMA-48 section 5.4, CSI) at the start of `text`, or 1 for a lone escape.
std::size_t ansi_length(std::string_view text) {
    const auto in = [&](std::size_t at, char low, char high) {
        return at < text.size() && text[at] >= low && text[at] <= high;
    };
    if (!in(1, '[', '[')) return 1;
    std::size_t end = 2;
    while (in(end, '0', '?')) ++end;
    while (in(end, ' ', '/')) ++end;
    return in(end, '@', '~') ? end + 1 : 1;
}

// Applies the control at the start of `text` to `style` and tells how many bytes it takes up.
std::size_t apply_control(std::string_view text, chat::Style& style) {
    const char control = text.front();
    if (control == palette_code || control == hex_code) {
        const ColourCode code = read_colour_code(text);
        apply(code, style);
        return code.length;
    }
    if (control == escape) return ansi_length(text);
    if (control == reset_code || control == '\n') style = {};
    for (const Toggle& toggle : toggles) {
        if (toggle.code == control) style.*toggle.flag = !(style.*toggle.flag);
    }
    return 1;
}

// Calls `on_text(piece, style)` for what is to be seen of `text`; a line feed is a piece of its own. Returns the last
// style.
template <typename OnText>
chat::Style scan(std::string_view text, chat::Style style, OnText on_text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t control = find_control(text, at);
        if (control > at) on_text(text.substr(at, control - at), style);
        if (control == text.size()) break;
        if (text[control] == '\n') on_text(text.substr(control, 1), style);
        if (text[control] == '\t') on_text(std::string_view(" "), style);
        at = control + apply_control(text.substr(control), style);
    }
    return style;
}

// ---- writing ----

// What will be read right after a code, for a code must not swallow it.
struct Following {
    std::string_view text;
    bool unknown = false;

    template <typename IsDigit>
    [[nodiscard]] bool digit(IsDigit is_number) const {
        return unknown || (!text.empty() && is_number(text[0]));
    }
    template <typename IsDigit>
    [[nodiscard]] bool comma_digit(IsDigit is_number) const {
        return unknown || (text.size() > 1 && text[0] == ',' && is_number(text[1]));
    }
};

std::string hex_digits(chat::Colour colour) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const std::uint8_t part : {colour.red, colour.green, colour.blue}) {
        out += digits[part >> 4U];
        out += digits[part & 0x0FU];
    }
    return out;
}

std::string palette_digits(const std::optional<chat::Colour>& colour, bool both_digits) {
    const std::string number = std::to_string(colour ? nearest_palette_index(*colour) : default_colour);
    return both_digits && number.size() == 1 ? '0' + number : number;
}

std::string palette_codes(const chat::Style& to, bool with_background, const Following& following) {
    const bool digit = following.digit(is_digit);
    std::string out = palette_code + palette_digits(to.colour, digit && !with_background);
    if (with_background) return out + ',' + palette_digits(to.background, digit);
    if (following.comma_digit(is_digit)) out += no_effect;
    return out;
}

// Hex codes have no number for "default": the colour is set together with the background and then taken back.
std::string hex_background_only(chat::Colour background, const Following& following) {
    const bool light = background.red + background.green + background.blue > 3 * 0x7F;
    const chat::Colour readable = light ? chat::Colour{0, 0, 0} : chat::Colour{255, 255, 255};
    return hex_code + hex_digits(readable) + ',' + hex_digits(background) + palette_codes({}, false, following);
}

std::string hex_codes(const chat::Style& to, bool with_background, const Following& following) {
    if (!to.colour && !with_background) return palette_codes(to, false, following);
    if (!to.colour) return hex_background_only(*to.background, following);
    std::string out = hex_code + hex_digits(*to.colour);
    if (with_background) return out + ',' + hex_digits(*to.background);
    if (following.comma_digit(is_hex_digit)) out += no_effect;
    return out;
}

std::string colour_codes(chat::Style from, const chat::Style& to, ColourForm form, const Following& following) {
    if (from.colour == to.colour && from.background == to.background) return {};
    std::string out;
    if (from.background && !to.background) {  // only a bare code takes a background away in every client
        out += palette_code;
        from.colour.reset();
        from.background.reset();
    }
    if (!to.colour && !to.background) {
        if (out.empty()) out += palette_code;
        if (following.digit(is_digit) || following.comma_digit(is_digit)) out += no_effect;
        return out;
    }
    const bool with_background = from.background != to.background;
    return out + (form == ColourForm::hex ? hex_codes(to, with_background, following)
                                          : palette_codes(to, with_background, following));
}

// Colours first: a toggle behind them keeps text from being read as part of the number.
std::string step_codes(const chat::Style& from, const chat::Style& to, ColourForm form, const Following& following) {
    std::string changed;
    for (const Toggle& toggle : toggles) {
        if (from.*toggle.flag != to.*toggle.flag) changed += toggle.code;
    }
    return colour_codes(from, to, form, changed.empty() ? following : Following{changed}) + changed;
}

std::string change_codes(const chat::Style& from, const chat::Style& to, ColourForm form, const Following& following) {
    const std::string steps = step_codes(from, to, form, following);
    const std::string afresh = reset_code + step_codes({}, to, form, following);
    return afresh.size() < steps.size() ? afresh : steps;
}

// The style as the reader will see it, so that styles which are written alike count as alike.
chat::Style as_shown(chat::Style style, ColourForm form) {
    for (std::optional<chat::Colour>* colour : {&style.colour, &style.background}) {
        if (form == ColourForm::none) colour->reset();
        if (form == ColourForm::palette && *colour) *colour = palette()[nearest_palette_index(**colour)];
    }
    return style;
}

// Controls leave the text one by one, so what looks like the number of a colour code is kept as the text it is here.
void append_clean(chat::StyledText& out, std::string_view text, const chat::Style& style) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t control = find_control(text, at);
        out.append(text.substr(at, control - at), style);
        if (control == text.size()) return;
        if (text[control] == '\n') out.append("\n", style);
        if (text[control] == '\t') out.append(" ", style);
        at = control + 1;
    }
}

chat::StyledText as_shown(const chat::StyledText& styled, ColourForm form) {
    const std::string_view text = styled.text();
    const auto& runs = styled.runs();
    chat::StyledText shown;
    append_clean(shown, text.substr(0, runs.empty() ? text.size() : runs.front().begin), {});
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::size_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
        append_clean(shown, text.substr(runs[i].begin, end - runs[i].begin), as_shown(runs[i].style, form));
    }
    return shown;
}

void write_run(std::string& out, std::string_view text, const chat::Style& style, chat::Style& state, ColourForm form) {
    while (true) {
        const std::size_t line_end = text.find('\n');
        const std::string_view line = text.substr(0, line_end);
        if (!line.empty()) {
            if (state != style) out += change_codes(state, style, form, {line});
            state = style;
            out += line;
        }
        if (line_end == std::string_view::npos) return;
        out += '\n';
        state = {};
        text.remove_prefix(line_end + 1);
    }
}

}  // namespace

chat::StyledText parse_formatting(std::string_view irc_text) {
    if (!has_formatting(irc_text)) return chat::StyledText(std::string(irc_text));
    chat::StyledText styled;
    scan(irc_text, {}, [&](std::string_view piece, const chat::Style& style) {
        const bool line_end = piece == "\n";
        styled.append(piece, line_end ? styled.style_at(styled.text().size()) : style);
    });
    return styled;
}

std::string format_formatting(const chat::StyledText& styled, ColourForm form) {
    if (styled.runs().empty() && !has_formatting(styled.text())) return styled.text();
    const chat::StyledText shown = as_shown(styled, form);
    const std::string_view text = shown.text();
    const auto& runs = shown.runs();
    std::string out(text.substr(0, runs.empty() ? text.size() : runs.front().begin));
    chat::Style state;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::size_t end = i + 1 < runs.size() ? runs[i + 1].begin : text.size();
        write_run(out, text.substr(runs[i].begin, end - runs[i].begin), runs[i].style, state, form);
    }
    return out;
}

std::string strip_formatting(std::string_view irc_text) {
    std::string out;
    out.reserve(irc_text.size());
    scan(irc_text, {}, [&](std::string_view piece, const chat::Style&) { out += piece; });
    return out;
}

std::string formatting_state_codes(const chat::Style& style, ColourForm form) {
    return step_codes({}, as_shown(style, form), form, {{}, true});
}

chat::Style style_after(std::string_view irc_text, const chat::Style& before) {
    return scan(irc_text, before, [](std::string_view, const chat::Style&) {});
}

bool has_formatting(std::string_view text) {
    std::size_t at = find_control(text, 0);
    while (at < text.size() && text[at] == '\n') at = find_control(text, at + 1);
    return at < text.size();
}

std::size_t colour_code_length(std::string_view text) {
    if (text.empty() || (text.front() != palette_code && text.front() != hex_code)) return 0;
    return read_colour_code(text).length;
}

}  // namespace patchcord::irc
