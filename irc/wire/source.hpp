#pragma once

#include <string>
#include <string_view>

namespace patchcord::irc {

/// Who a message comes from, without the leading colon: `nick!user@host`, or a server's name in `nick` alone.
/// A part that is missing is empty. The views look into the text that was parsed.
struct Source {
    std::string_view nick;
    std::string_view user;
    std::string_view host;
    friend bool operator==(const Source&, const Source&) = default;
};

/// Takes a source apart (RFC 2812 section 2.3.1, `prefix`). Never fails: user and host may each be missing, and the
/// parts may hold any octet, because other servers send formatting codes in hosts.
[[nodiscard]] Source parse_source(std::string_view text);

/// The inverse of parse_source; leaves out `!` and `@` with their empty parts.
[[nodiscard]] std::string format_source(const Source& source);

}  // namespace patchcord::irc
