#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat_core/styled_text.hpp"

namespace patchcord::irc {

/// How colours are written: as the nearest of the 99 numbered ones (0x03), exactly (0x04, fewer clients know it), or
/// not.
enum class ColourForm { palette, hex, none };

/// Turns the formatting codes of IRC (Modern IRC formatting) into runs of style.
///
/// Toggles: 0x02 bold, 0x1D italic, 0x1F underline, 0x1E strike, 0x11 monospace, 0x16 reverse; 0x0F ends all; 0x03 and
/// 0x04 colours. A line feed is kept and ends all as well, because every IRC line starts plain; it takes the style of
/// the text before it, so that a message whose lines look the same is uniform. A tab becomes a space, ANSI sequences
/// and all other controls below 0x20 are dropped: no other protocol should ever see them.
[[nodiscard]] chat::StyledText parse_formatting(std::string_view irc_text);

/// The inverse: writes only the codes that change something, in their shortest form, re-opens them on each line, and
/// keeps digits and commas of the text from being read as part of a colour. Of controls below 0x20 in the text itself,
/// line feeds stay, tabs become spaces and the others are dropped, so no peer can smuggle in codes, CTCP or a line end.
[[nodiscard]] std::string format_formatting(const chat::StyledText& styled, ColourForm form);

/// The text of parse_formatting alone.
[[nodiscard]] std::string strip_formatting(std::string_view irc_text);

/// The codes that open `style` from plain, safe before any text: they begin the next piece of a text that was split.
[[nodiscard]] std::string formatting_state_codes(const chat::Style& style, ColourForm form);

/// The style in force behind `irc_text` when `before` was in force in front of it; counts codes with no text behind
/// them.
[[nodiscard]] chat::Style style_after(std::string_view irc_text, const chat::Style& before);

/// Does parse_formatting have anything to do here? False for nearly all text, and found out without copying it.
[[nodiscard]] bool has_formatting(std::string_view text);

/// The length of the colour code at the start of `text`, its numbers included: at least 1, at most 14; 0 when `text`
/// does not start with 0x03 or 0x04.
[[nodiscard]] std::size_t colour_code_length(std::string_view text);

}  // namespace patchcord::irc
