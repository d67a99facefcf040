#include "irc/server/channel_modes.hpp"

#include <algorithm>
#include <array>

namespace patchcord::irc {
namespace {

using chat::Setting;

constexpr std::array modes{
    ChannelMode{'I', Setting::invite_exemption, ModeKind::list},
    ChannelMode{'b', Setting::ban, ModeKind::list},
    ChannelMode{'e', Setting::ban_exemption, ModeKind::list},
    ChannelMode{'i', Setting::invite_only, ModeKind::flag},
    ChannelMode{'k', Setting::key, ModeKind::key},
    ChannelMode{'l', Setting::limit, ModeKind::limit},
    ChannelMode{'m', Setting::moderated, ModeKind::flag},
    ChannelMode{'n', Setting::members_only, ModeKind::flag},
    ChannelMode{'o', Setting::op, ModeKind::role},
    ChannelMode{'s', Setting::secret, ModeKind::flag},
    ChannelMode{'t', Setting::topic_locked, ModeKind::flag},
    ChannelMode{'v', Setting::voice, ModeKind::role},
};

}  // namespace

std::span<const ChannelMode> channel_modes() {
    return modes;
}

const ChannelMode* find_channel_mode(char letter) {
    const auto found =
        std::find_if(modes.begin(), modes.end(), [&](const ChannelMode& mode) { return mode.letter == letter; });
    return found == modes.end() ? nullptr : &*found;
}

char mode_letter(chat::Setting setting) {
    return std::find_if(modes.begin(), modes.end(), [&](const ChannelMode& mode) { return mode.setting == setting; })
        ->letter;
}

char prefix_of_role(chat::Role role) {
    return role == chat::Role::op ? '@' : '+';
}

std::optional<chat::Role> role_of_prefix(char prefix) {
    if (prefix == '@') return chat::Role::op;
    if (prefix == '+') return chat::Role::voice;
    return std::nullopt;
}

std::string prefixes(chat::Roles roles, bool all) {
    std::string text;
    if (roles.has(chat::Role::op)) text += '@';
    if (roles.has(chat::Role::voice) && (all || text.empty())) text += '+';
    return text;
}

std::string format_channel_modes(const chat::GroupPolicy& policy, bool with_key) {
    std::string letters = "+";
    std::string arguments;
    if (policy.invite_only) letters += 'i';
    if (!policy.key.empty()) {
        letters += 'k';
        arguments += " " + (with_key ? policy.key : std::string("*"));
    }
    if (policy.limit != 0) {
        letters += 'l';
        arguments += " " + std::to_string(policy.limit);
    }
    if (policy.moderated) letters += 'm';
    if (policy.members_only) letters += 'n';
    if (policy.secret) letters += 's';
    if (policy.topic_locked) letters += 't';
    return letters + arguments;
}

std::string complete_mask(std::string_view mask) {
    constexpr std::string_view long_form = "~account:";
    if (mask.starts_with(chat::account_mask)) return std::string(mask);
    if (mask.starts_with(long_form))
        return std::string(chat::account_mask) + std::string(mask.substr(long_form.size()));
    const std::size_t bang = mask.find('!');
    const std::size_t at = mask.find('@');
    std::string complete(mask);
    if (bang == std::string_view::npos && at == std::string_view::npos) return complete + "!*@*";
    if (bang == std::string_view::npos) return "*!" + complete;
    if (at == std::string_view::npos) return complete + "@*";
    return complete;
}

}  // namespace patchcord::irc
