#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat_core/ports/grapheme_breaker.hpp"

namespace patchcord::irc {

/// The first words of a text, by which its author knows it again: at most `max_bytes` of its first line that says
/// something, cut between grapheme clusters, and "…" if that is not all. Controls are left out; empty when nothing is
/// left. `text` is UTF-8.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t max_bytes, const chat::GraphemeBreaker& breaker);

}  // namespace patchcord::irc
