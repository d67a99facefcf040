#include "irc/server/channel_modes.hpp"
#include "irc/server/render.hpp"
#include "irc/wire/line_framer.hpp"

namespace patchcord::irc {
namespace {

/// Starts a line about something that happens now.
void begin_event(LineBuilder& line, const Server& server, CapSet caps, const chat::User* cause,
                 std::string_view command) {
    add_tags(line, server, caps, cause, server.now());
    add_source(line, server, cause);
    line.command(command);
}

/// Collects mode letters and their arguments until a line is full.
class ModeLine {
  public:
    [[nodiscard]] bool empty() const { return letters_.empty(); }
    [[nodiscard]] std::size_t size() const { return letters_.size() + arguments_.size(); }

    void add(bool on, char letter, std::string_view argument) {
        if (letters_.empty() || on != on_) letters_ += on ? '+' : '-';
        on_ = on;
        letters_ += letter;
        if (!argument.empty()) arguments_.append(1, ' ').append(argument);
    }
    [[nodiscard]] std::string text() const { return letters_ + arguments_; }

  private:
    bool on_ = true;
    std::string letters_;
    std::string arguments_;
};

std::string argument_of(const chat::SettingChange& change) {
    if (change.member != nullptr) return change.member->name();
    if (change.setting == chat::Setting::key && !change.on) return "*";
    if (change.setting == chat::Setting::limit && !change.on) return {};
    return change.argument;
}

}  // namespace

std::string render_join(const Server& server, CapSet caps, std::string_view channel, const chat::User& user) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "JOIN");
    line.param(channel);
    if (caps.has(Cap::extended_join)) {
        line.param(user.profile().account.empty() ? std::string_view("*") : std::string_view(user.profile().account));
        line.trailing(user.profile().real_name);
    }
    line.finish();
    if (caps.has(Cap::away_notify) && user.presence().away()) out += render_away(server, caps, user);
    return out;
}

std::string render_part(const Server& server, CapSet caps, std::string_view channel, const chat::User& user,
                        std::string_view reason) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "PART");
    line.param(channel);
    if (!reason.empty()) line.trailing(reason);
    line.finish();
    return out;
}

std::string render_departure(const Server& server, CapSet caps, const chat::Group& group, const chat::User& user,
                             const chat::Departure& how) {
    if (how.kind != chat::Departure::Kind::removed) return render_part(server, caps, group.name(), user, how.reason);
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, how.by, "KICK");
    line.param(group.name()).param(user.name()).trailing(how.reason).finish();
    return out;
}

std::string render_topic(const Server& server, CapSet caps, const chat::Group& group, const chat::GroupMeta& meta,
                         const chat::User* by) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, by, meta.set_at);
    if (caps.has(Cap::message_tags)) line.tag("msgid", server.msgid(meta.change));
    add_source(line, server, by);
    line.command("TOPIC");
    line.param(group.name()).trailing(meta.topic).finish();
    return out;
}

std::string render_modes(const Server& server, CapSet caps, const chat::Group& group, const chat::User* by,
                         std::span<const chat::SettingChange> changes) {
    std::string out;
    for (const std::string& words : mode_words(changes)) {
        LineBuilder line(out);
        begin_event(line, server, caps, by, "MODE");
        line.param(group.name()).words(words).finish();
    }
    return out;
}

std::vector<std::string> mode_words(std::span<const chat::SettingChange> changes) {
    constexpr std::size_t room_for_head = 180;  // source, MODE and channel, at their longest
    constexpr std::size_t limit = max_body_bytes - 2 - room_for_head;
    std::vector<std::string> lines;
    ModeLine modes;
    const auto flush = [&] {
        if (!modes.empty()) lines.push_back(modes.text());
        modes = {};
    };
    for (const chat::SettingChange& change : changes) {
        const std::string argument = argument_of(change);
        if (modes.size() + argument.size() + 3 > limit) flush();
        modes.add(change.on, mode_letter(change.setting), argument);
    }
    flush();
    return lines;
}

std::string render_nick(const Server& server, CapSet caps, const chat::User& user, std::string_view old_name) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, &user, server.now());
    line.source(old_name, user.profile().username, user.profile().host).command("NICK").trailing(user.name()).finish();
    return out;
}

std::string render_quit(const Server& server, CapSet caps, const chat::User& user, std::string_view reason) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "QUIT");
    line.trailing(reason).finish();
    return out;
}

std::string render_away(const Server& server, CapSet caps, const chat::User& user) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "AWAY");
    if (user.presence().away()) line.trailing(user.presence().message);
    line.finish();
    return out;
}

std::string render_setname(const Server& server, CapSet caps, const chat::User& user) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "SETNAME");
    line.trailing(user.profile().real_name).finish();
    return out;
}

std::string render_account(const Server& server, CapSet caps, const chat::User& user) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &user, "ACCOUNT");
    line.param(user.profile().account).finish();
    return out;
}

std::string render_chghost(const Server& server, CapSet caps, const chat::User& user, const chat::OldHost& old_host) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, &user, server.now());
    line.source(user.name(), old_host.username, old_host.host);
    line.command("CHGHOST").param(user.profile().username).param(user.profile().host).finish();
    return out;
}

std::string render_invite(const Server& server, CapSet caps, const chat::Group& group, const chat::User& by,
                          const chat::User& invitee) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &by, "INVITE");
    line.param(invitee.name()).param(group.name()).finish();
    return out;
}

std::string render_wallops(const Server& server, CapSet caps, const chat::User& by, std::string_view text) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, &by, "WALLOPS");
    line.trailing(text).finish();
    return out;
}

std::string render_redaction(const Server& server, CapSet caps, const chat::Withdrawal& withdrawal) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, withdrawal.by, withdrawal.at);
    if (caps.has(Cap::message_tags)) line.tag("msgid", server.msgid(withdrawal.id));
    add_source(line, server, withdrawal.by);
    line.command("REDACT").param(target_name(withdrawal.target)).param(withdrawal.message);
    if (!withdrawal.reason.empty()) line.trailing(withdrawal.reason);
    line.finish();
    return out;
}

std::string render_rename(const Server& server, CapSet caps, const chat::Group& group, const chat::Renaming& how) {
    std::string out;
    LineBuilder line(out);
    begin_event(line, server, caps, how.by, "RENAME");
    line.param(how.old_name).param(group.name()).trailing(how.reason).finish();
    return out;
}

}  // namespace patchcord::irc
