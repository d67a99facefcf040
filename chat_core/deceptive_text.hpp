#pragma once

#include <string>
#include <string_view>

namespace patchcord::chat {

/// Is it a character that cannot be seen, breaks the line, or turns the direction of those around it? By these a name
/// looks like another's, and a file like one of another kind.
[[nodiscard]] bool is_deceptive(char32_t c);

/// `utf8` without such characters, but with those that writing needs: U+200C (zero width non-joiner), which decides
/// about the form of letters, and U+200D (zero width joiner) between two parts of an emoji.
[[nodiscard]] std::string without_deceptive(std::string_view utf8);

}  // namespace patchcord::chat
