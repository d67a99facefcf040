#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "chat_core/ports/grapheme_breaker.hpp"

namespace patchcord::irc {

/// Cuts one line of text into pieces of at most `max_bytes` that joined give `text` again, byte for byte; none for an
/// empty text.
///
/// A piece ends behind a space when one lies in its last half, else between grapheme clusters, and never inside a
/// colour code. Only a cluster or code that is itself longer than `max_bytes` is cut, at a code point border.
/// `max_bytes` below 4, the longest UTF-8 sequence, counts as 4. The pieces look into `text`. `breaker` is shown a
/// piece at a time and a few bytes more, so the time is linear in the text.
[[nodiscard]] std::vector<std::string_view> split_text(std::string_view text, std::size_t max_bytes,
                                                       const chat::GraphemeBreaker& breaker);

}  // namespace patchcord::irc
