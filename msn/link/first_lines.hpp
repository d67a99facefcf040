#pragma once

#include <cstddef>

#include "chat_core/styled_text.hpp"

namespace patchcord::msn {

/// Keeps the first `most` lines of a text, at least one, and marks the end where others followed. False: all are there.
bool keep_first_lines(chat::StyledText& text, std::size_t most);

}  // namespace patchcord::msn
