#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat_core/utf8.hpp"
#include "irc/wire/line_framer.hpp"

namespace patchcord::tests {

/// What is wrong with a line (without its end) that a server wrote; empty when nothing is.
inline std::string irc_line_problem(std::string_view line) {
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return "holds CR, LF or NUL";
    if (!chat::is_valid_utf8(line)) return "is not UTF-8";
    std::size_t body = 0;
    if (line.starts_with('@')) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) return "is nothing but tags";
        if (space + 1 > irc::max_tag_block_bytes) return "has too many bytes of tags";
        body = space + 1;
    }
    if (line.size() - body > irc::max_body_bytes - 2) return "has a body over 512 bytes";
    return {};
}

}  // namespace patchcord::tests
