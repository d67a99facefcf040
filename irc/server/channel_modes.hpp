#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chat_core/group_policy.hpp"

namespace patchcord::irc {

/// The classes of ISUPPORT's CHANMODES, and the member prefixes.
enum class ModeKind : unsigned char {
    list,   // A: always with a mask; without one it asks for the list
    key,    // B: always with a parameter
    limit,  // C: with a parameter when set
    flag,   // D: never with one
    role,   // PREFIX: with a nick
};

/// A channel mode: its letter and what it is in the core.
struct ChannelMode {
    char letter;
    chat::Setting setting;
    ModeKind kind;
};

/// How many modes with a parameter one command may change; ISUPPORT's MODES.
inline constexpr std::size_t max_modes = 12;

[[nodiscard]] std::span<const ChannelMode> channel_modes();
[[nodiscard]] const ChannelMode* find_channel_mode(char letter);
[[nodiscard]] char mode_letter(chat::Setting setting);

/// `o` is `@`, `v` is `+`.
[[nodiscard]] std::string prefixes(chat::Roles roles, bool all);
[[nodiscard]] std::optional<chat::Role> role_of_prefix(char prefix);
[[nodiscard]] char prefix_of_role(chat::Role role);

/// "+nt", or "+knt secret" when `with_key`: the parameters of RPL_CHANNELMODEIS behind the channel.
[[nodiscard]] std::string format_channel_modes(const chat::GroupPolicy& policy, bool with_key);

/// A ban mask as people type it, made complete: `nick` is `nick!*@*`, `user@host` is `*!user@host`,
/// `~account:name` is `~a:name` (IRCv3 account-extban).
[[nodiscard]] std::string complete_mask(std::string_view mask);

}  // namespace patchcord::irc
