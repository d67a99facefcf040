#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// Is this well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF?
[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// How many bytes at the front are printable ASCII, 0x20 to 0x7E. Most text is nothing else.
[[nodiscard]] std::size_t printable_prefix(std::string_view text);

/// The longest prefix of at most `limit` bytes that does not end inside a code point.
[[nodiscard]] std::size_t code_point_border(std::string_view text, std::size_t limit);

/// Reads the code point at `offset` and moves `offset` behind it. Malformed bytes read as U+FFFD, one byte each.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& offset);

/// Appends `code_point` in UTF-8; a surrogate or a value above U+10FFFF is appended as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace patchcord::chat
