#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/styled_text.hpp"

namespace patchcord::msn {

/// How a text message looks: the header X-MMS-IM-Format, as in `FN=Segoe%20UI; EF=B; CO=ff; CS=0; PF=22`. It covers the
/// whole message.
struct ImFormat {
    std::string font = "MS Shell Dlg";  ///< FN, at most max_font_bytes of UTF-8
    bool bold = false;                  ///< the letters of EF: B I U S
    bool italic = false;
    bool underline = false;
    bool strike = false;
    chat::Colour colour;            ///< CO, on the wire blue, green, red; black is what nobody chose
    std::uint8_t charset = 0;       ///< CS, a character set of Windows; 0 is ANSI
    std::uint8_t pitch_family = 0;  ///< PF, family and pitch of a font for those who lack this one
    bool right_to_left = false;     ///< RL
    friend bool operator==(const ImFormat&, const ImFormat&) = default;
};

inline constexpr std::size_t max_font_bytes = 64;

/// Reads the header's value: any order, case and spacing. What is missing, unknown or wrong counts as not said.
[[nodiscard]] ImFormat parse_im_format(std::string_view value);

/// Writes it as servers of 2003 want it, with the font first; `RL` only when set.
[[nodiscard]] std::string format_im_format(const ImFormat& format);

/// What crosses to other protocols: the four effects and the colour. Black is the default and no colour at all.
[[nodiscard]] chat::Style style_of(const ImFormat& format);
/// The same, of the header's value: what does not cross is not read.
[[nodiscard]] chat::Style parse_im_style(std::string_view value);
/// The inverse; monospace, reverse and the background have no place in MSN.
[[nodiscard]] ImFormat im_format_of(const chat::Style& style);

}  // namespace patchcord::msn
