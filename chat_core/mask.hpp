#pragma once

#include <string_view>

#include "chat_core/fold.hpp"

namespace patchcord::chat {

/// Does `text` match the wildcard `mask`? `*` stands for any run of characters, also none, `?` for exactly one
/// character (a whole UTF-8 code point); everything else, brackets and backslashes too, stands for itself under
/// `table`.
///
/// Time is at most mask length times text length, so a hostile mask costs no more than a long one.
[[nodiscard]] bool matches_mask(std::string_view mask, std::string_view text, const FoldTable& table);

}  // namespace patchcord::chat
