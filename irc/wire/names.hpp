#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// May this be somebody's nick? ASCII letters and ``[]\`_^{|}``, after the first character also digits and `-`
/// (RFC 2812 section 2.3.1, `nickname`). ASCII only, so that no name can look like another in a foreign script.
[[nodiscard]] bool is_valid_nick(std::string_view nick, std::size_t max_length);

/// Is this the name of a service, which nobody may take whatever its case? True for everything that starts with `*`,
/// too: such names are the server's own pseudo-users.
[[nodiscard]] bool is_reserved_nick(std::string_view nick);

/// Does this look like a channel, that is, start with a type listed in CHANTYPES (`#`, `&`)?
[[nodiscard]] bool is_channel_name(std::string_view name);

/// The channel in which everybody sees their own contact list. Nobody can make a channel of this name.
inline constexpr std::string_view contacts_channel = "&contacts";
/// Is this `&contacts`, in whatever case?
[[nodiscard]] bool is_contacts_channel(std::string_view name);

/// May a channel be called this? A type, then at least one character; no space, comma or control (RFC 2812
/// section 1.3), and well-formed UTF-8.
[[nodiscard]] bool is_valid_channel(std::string_view name, std::size_t max_length);

/// Makes a legal user part of what a client gave as USER's first parameter: printable ASCII without `@` and `!`, no
/// colon in front (it stands alone in RPL_WHOREPLY), at most `max_length` bytes; "user" when nothing is left.
[[nodiscard]] std::string clean_username(std::string_view given, std::size_t max_length);

/// Is this a host name that may stand on the wire: at least one dot, labels of letters, digits and inner hyphens
/// (RFC 1123 section 2.1)? A final dot is allowed; numeric addresses pass as the labels they consist of.
[[nodiscard]] bool is_valid_hostname(std::string_view host);

}  // namespace patchcord::irc
