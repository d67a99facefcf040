#include <algorithm>
#include <charconv>

#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"

namespace patchcord::irc::commands {
namespace {

/// One MODE command on its way through its letters.
struct ModeChanges {
    Session& session;
    chat::Group& group;
    std::span<const std::string_view> arguments;
    bool on = true;
    std::size_t parameters = 0;  // taken so far
    bool refused = false;        // 482 was sent: once a command is enough
    std::string listed = {};     // letters that were answered with a list or as unknown, the same
    std::vector<chat::SettingChange> done = {};

    std::optional<std::string_view> take_argument() {
        if (arguments.empty()) return std::nullopt;
        const std::string_view argument = arguments.front();
        arguments = arguments.subspan(1);
        ++parameters;
        return argument;
    }
};

void send_list(Session& session, const chat::Group& group, const ChannelMode& mode) {
    Numeric entry = Numeric::rpl_banlist;
    Numeric end = Numeric::rpl_endofbanlist;
    std::string_view name = "ban";
    if (mode.setting == chat::Setting::ban_exemption) {
        entry = Numeric::rpl_exceptlist;
        end = Numeric::rpl_endofexceptlist;
        name = "exception";
    } else if (mode.setting == chat::Setting::invite_exemption) {
        entry = Numeric::rpl_invexlist;
        end = Numeric::rpl_endofinvexlist;
        name = "invite exception";
    }
    for (const chat::MaskEntry& mask : *chat::mask_list(group.policy(), mode.setting)) {
        session.reply(entry, {group.name(), mask.mask, mask.set_by, std::to_string(chat::unix_seconds(mask.set_at))});
    }
    session.reply(end, {group.name()}, "End of channel " + std::string(name) + " list");
}

bool is_valid_key(std::string_view key) {
    constexpr std::size_t longest = 32;
    return !key.empty() && key.size() <= longest && key.front() != ':' &&
           std::all_of(key.begin(), key.end(),
                       [](unsigned char byte) { return byte > ' ' && byte != ',' && byte != 0x7F; });
}

bool is_valid_mask(std::string_view mask) {
    constexpr std::size_t longest = 200;  // so that it fits a line of the list beside who set it
    // One that begins with a colon cannot be told as it is: a parameter in the middle of a line never does.
    return !mask.empty() && mask.size() <= longest && mask.front() != ':' && mask.find(' ') == std::string_view::npos;
}

/// The number as it is shown to everybody; empty when the text is none.
std::string parse_positive_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && number > 0;
    return good ? std::to_string(number) : std::string();
}

void invalid_parameter(ModeChanges& changes, char letter, std::string_view argument, std::string_view why) {
    const std::string mode(1, letter);
    changes.session.reply(Numeric::err_invalidmodeparam, {changes.group.name(), mode, argument}, why);
}

/// The change a letter asks for, its argument checked; nothing when that was refused.
std::optional<chat::SettingChange> parse_change(ModeChanges& changes, const ChannelMode& mode) {
    chat::SettingChange change{mode.setting, changes.on, {}, nullptr};
    if (mode.kind == ModeKind::flag || (mode.kind == ModeKind::limit && !changes.on)) return change;
    const std::optional<std::string_view> argument = changes.take_argument();
    if (argument && changes.parameters > max_modes) {
        invalid_parameter(changes, mode.letter, *argument, "Too many modes in one command");
        return std::nullopt;
    }
    if (!argument) {
        if (mode.kind == ModeKind::key && !changes.on) return change;
        invalid_parameter(changes, mode.letter, "*", "You must give a parameter");
        return std::nullopt;
    }
    switch (mode.kind) {
        case ModeKind::list:
            if (!is_valid_mask(*argument)) {
                invalid_parameter(changes, mode.letter, *argument, "Not a mask");
                return std::nullopt;
            }
            change.argument = complete_mask(*argument);
            if (change.argument == chat::account_mask) {
                invalid_parameter(changes, mode.letter, *argument, "Not an account");
                return std::nullopt;
            }
            return change;
        case ModeKind::key:
            if (changes.on && !is_valid_key(*argument)) {
                changes.session.reply(Numeric::err_invalidkey, {changes.group.name()}, "Key is not well-formed");
                return std::nullopt;
            }
            change.argument = *argument;
            return change;
        case ModeKind::limit:
            change.argument = parse_positive_number(*argument);
            if (change.argument.empty()) {
                invalid_parameter(changes, mode.letter, *argument, "Not a positive number");
                return std::nullopt;
            }
            return change;
        case ModeKind::role:
            change.member = find_nick(changes.session, *argument);
            return change.member == nullptr ? std::nullopt : std::optional(change);
        case ModeKind::flag: break;
    }
    return change;
}

void apply(ModeChanges& changes, const chat::SettingChange& change, std::string_view set_by) {
    const auto changed = changes.group.change(change, set_by, changes.session.server().now());
    if (changed.error() == chat::Errc::not_a_member) {
        changes.session.reply(Numeric::err_usernotinchannel, {change.member->name(), changes.group.name()},
                              "They aren't on that channel");
    } else if (changed.error() == chat::Errc::list_full) {
        changes.session.limit_hit(Limit::list_entries);
        changes.session.reply(Numeric::err_banlistfull, {changes.group.name(), change.argument},
                              "Channel list is full");
    } else if (changed && *changed) {
        changes.done.push_back(change);
    }
}

void run_letter(ModeChanges& changes, char letter, std::string_view set_by) {
    const ChannelMode* mode = find_channel_mode(letter);
    if (mode == nullptr) {
        const bool ascii = static_cast<unsigned char>(letter) < 0x80;  // a part of a longer character is no UTF-8
        const std::string unknown(1, ascii ? letter : '?');
        if (changes.listed.find(unknown) != std::string::npos) return;
        changes.listed += unknown;
        changes.session.reply(Numeric::err_unknownmode, {unknown}, "is unknown mode char to me");
        return;
    }
    if (mode->kind == ModeKind::list && changes.arguments.empty()) {
        if (changes.listed.find(letter) == std::string::npos) send_list(changes.session, changes.group, *mode);
        changes.listed += letter;
        return;
    }
    if (!changes.group.roles(changes.session.user()).has(chat::Role::op)) {
        if (std::exchange(changes.refused, true)) return;
        const bool member = changes.group.has(changes.session.user());
        changes.session.reply(member ? Numeric::err_chanoprivsneeded : Numeric::err_notonchannel,
                              {changes.group.name()},
                              member ? "You're not channel operator" : "You're not on that channel");
        return;
    }
    if (const auto change = parse_change(changes, *mode)) apply(changes, *change, set_by);
}

void send_modes(Session& session, const chat::Group& group) {
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name)
            .command(NumericText(Numeric::rpl_channelmodeis).view())
            .param(session.nick());
        line.param(group.name()).words(format_channel_modes(group.policy(), group.has(session.user())));
    });
    session.reply(Numeric::rpl_creationtime, {group.name(), std::to_string(chat::unix_seconds(group.created_at()))});
}

}  // namespace

void channel_mode(Session& session, const Message& message, chat::Group& group) {
    if (message.params().size() < 2) {
        send_modes(session, group);
        return;
    }
    ModeChanges changes{session, group, message.params().subspan(2)};
    const std::string set_by = session.user().identity();
    for (const char letter : message.param(1)) {
        if (letter == '+' || letter == '-') {
            changes.on = letter == '+';
        } else {
            run_letter(changes, letter, set_by);
        }
    }
    if (!changes.done.empty()) group.announce(&session.user(), changes.done);
}

}  // namespace patchcord::irc::commands
