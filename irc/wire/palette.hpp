#pragma once

#include <array>
#include <cstddef>

#include "chat_core/styled_text.hpp"

namespace patchcord::irc {

/// The colours behind the numbers 0 to 98 of the colour code 0x03; 99 stands for the reader's default colour
/// (Modern IRC formatting, "Colors" and "Colors 16-98"). The first sixteen differ a little from client to client.
[[nodiscard]] const std::array<chat::Colour, 99>& palette();

/// The number whose colour is nearest (Euclidean distance in RGB). Of equally near ones the lowest, so that 0 to 15,
/// which every client knows, win over their doubles.
[[nodiscard]] std::size_t nearest_palette_index(chat::Colour colour);

}  // namespace patchcord::irc
