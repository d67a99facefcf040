// What the core tells a session, put into IRC's words.

#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/history_recorder.hpp"
#include "irc/server/history_render.hpp"
#include "irc/server/person.hpp"
#include "irc/server/render.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/excerpt.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc {

template <class Render>
std::error_code Session::share(chat::RenderCache& cache, CapSet relevant, std::uint64_t variant, Render&& render) {
    if (server_.split() != nullptr) {
        server_.enter_split(*this);
        relevant = relevant | Cap::batch;
    }
    const CapSet caps = caps_ & relevant;
    return deliver(cache.get_or_render({irc_protocol, caps.bits() | variant << 32U}, [&] { return render(caps); }));
}

std::error_code Session::receive(const chat::Message& message, chat::RenderCache& cache) {
    const auto* native = message.text.native(irc_protocol);
    if (native == nullptr && message.kind == chat::MessageKind::native) return {};
    if (native != nullptr && native->verb == "TAGMSG" && !has(Cap::message_tags)) return {};
    if (has(Cap::message_tags)) server_.recent_messages().note(message);
    // A message to oneself arrives beside its echo; only the echo belongs to the labelled reply.
    const bool collecting = std::exchange(collecting_, false);
    std::error_code error;
    if (held_) {
        const CapSet caps = caps_ & message_caps(caps_, message);
        const auto line = chat::make_wire_bytes(render_message(server_, caps, message));
        error = hold_message(message, line) ? std::error_code() : deliver(line);
    } else {
        error = share(cache, message_caps(caps_, message), 0,
                      [&](CapSet caps) { return render_message(server_, caps, message); });
    }
    collecting_ = collecting;
    if (!error && !held_) note_delivered(message);
    return error;
}

/// Clients that cannot show when it was sent are told in words, unless that was a moment ago. All that waited could be
/// more than the send queue takes at once.
std::error_code Session::receive_kept(const chat::Message& message, chat::RenderCache& cache) {
    const std::size_t waiting = transport_->send_queue_size() + (held_ ? held_->bytes : 0);
    if (waiting >= options().sendq / 4) return chat::Errc::queue_full;
    if (has(Cap::server_time) || message.sent_at >= user().sign_on()) return receive(message, cache);
    chat::StyledText dated(dated_prefix(server_, message.sent_at) + message.text.styled().text());
    const chat::Message told{
        message.id, message.sender, message.target, message.kind, chat::MessageText(std::move(dated)), message.sent_at};
    return receive(told, cache);
}

void Session::echo(const chat::Message& message, chat::RenderCache& cache) {
    if (has(Cap::echo_message)) {
        if (has(Cap::message_tags)) server_.recent_messages().note(message);
        (void)share(cache, message_caps(caps_, message), 0,
                    [&](CapSet caps) { return render_message(server_, caps, message); });
    }
    note_delivered(message);  // they know what they said
    person_->mirror(*this, message, cache);
}

std::error_code Session::user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) {
    return share(cache, tag_caps | Cap::extended_join | Cap::away_notify, 0,
                 [&](CapSet caps) { return render_join(server_, caps, group.name(), user); });
}

std::error_code Session::user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                                   chat::RenderCache& cache) {
    return share(cache, tag_caps, 0, [&](CapSet caps) { return render_departure(server_, caps, group, user, how); });
}

std::error_code Session::group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                           chat::RenderCache& cache) {
    return share(cache, tag_caps, 0, [&](CapSet caps) { return render_topic(server_, caps, group, meta, by); });
}

std::error_code Session::group_settings_changed(const chat::Group& group, const chat::User* by,
                                                std::span<const chat::SettingChange> changes,
                                                chat::RenderCache& cache) {
    return share(cache, tag_caps, 0, [&](CapSet caps) { return render_modes(server_, caps, group, by, changes); });
}

void Session::typing(const chat::TypingNotice& notice, chat::RenderCache& cache) {
    if (has(Cap::message_tags)) {
        (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_typing(server_, caps, notice); });
    } else if (options().typing == TypingForm::ctcp && notice.target.user != nullptr) {
        (void)share(cache, tag_caps, 1, [&](CapSet caps) { return render_ctcp_typing(server_, caps, notice); });
    }
}

void Session::message_withdrawn(const chat::Withdrawal& withdrawal, chat::RenderCache& cache) {
    if (held_) drop_held(withdrawal.message);
    if (!has(Cap::message_redaction)) return;
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_redaction(server_, caps, withdrawal); });
}

void Session::echo(const chat::Withdrawal& withdrawal, chat::RenderCache& cache) {
    person_->for_each([&](Session& each) {
        if (&each != this || has(Cap::echo_message)) each.message_withdrawn(withdrawal, cache);
    });
}

void Session::group_renamed(const chat::Group& group, const chat::Renaming& how, chat::RenderCache& cache) {
    if (has(Cap::channel_rename)) {
        (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_rename(server_, caps, group, how); });
    } else if (!service().same_name(how.old_name, group.name())) {
        // Clients without the capability learn it as a leaving and a coming (IRCv3 draft/channel-rename, "Fallback").
        (void)deliver(std::string_view(render_part(server_, caps_, how.old_name, user(), how.reason)));
        commands::send_joined(*this, group);
    }
}

bool Session::follows(const chat::User& user, chat::Audience audience) const {
    return audience.shares_group || (audience.lists && shows_contact(*this, user)) ||
           (audience.watches && has(Cap::extended_monitor) && has_monitored(user.name()));
}

void Session::presence_changed(const chat::User& user, chat::Audience audience, chat::RenderCache& cache) {
    if (!has(Cap::away_notify) || !follows(user, audience)) return;
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_away(server_, caps, user); });
}

void Session::profile_changed(const chat::User& user, chat::ProfileField field, chat::Audience audience,
                              chat::RenderCache& cache) {
    const bool on_irc = user.client() != nullptr && user.client()->speaks(irc_protocol);
    if (field == chat::ProfileField::real_name && !on_irc) commands::tell_display_name(*this, user);
    if (!follows(user, audience)) return;
    if (field == chat::ProfileField::real_name && has(Cap::setname)) {
        (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_setname(server_, caps, user); });
    } else if (field == chat::ProfileField::account && has(Cap::account_notify)) {
        (void)share(cache, tag_caps, 1, [&](CapSet caps) { return render_account(server_, caps, user); });
    }
}

void Session::host_changed(const chat::User& user, const chat::OldHost& old_host, chat::Audience audience,
                           chat::RenderCache& cache) {
    if (has(Cap::chghost)) {
        if (!follows(user, audience)) return;
        (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_chghost(server_, caps, user, old_host); });
        return;
    }
    // Clients without the capability learn it as a quit and a return (IRCv3 chghost, "Fallback").
    const bool listed = shows_contact(*this, user);
    if (!audience.shares_group && !listed) return;
    emit([&](LineBuilder& line) {
        line.source(user.name(), old_host.username, old_host.host).command("QUIT").trailing("Changing hostname");
    });
    if (listed) (void)deliver(std::string_view(render_join(server_, caps_, contacts_channel, user)));
    for (const chat::Membership& membership : user.groups()) {
        const chat::Group& group = *membership.group;
        if (!group.has(this->user())) continue;
        (void)deliver(std::string_view(render_join(server_, caps_, group.name(), user)));
        const chat::Roles roles = group.roles(user);
        std::vector<chat::SettingChange> regained;
        for (const chat::Setting setting : {chat::Setting::op, chat::Setting::voice}) {
            const chat::Role role = setting == chat::Setting::op ? chat::Role::op : chat::Role::voice;
            if (roles.has(role)) regained.push_back({setting, true, {}, const_cast<chat::User*>(&user)});
        }
        if (!regained.empty()) (void)deliver(std::string_view(render_modes(server_, caps_, group, nullptr, regained)));
    }
}

void Session::renamed(const chat::User& user, std::string_view old_name, chat::RenderCache& cache) {
    if (is_contact(*this, user) && !shows_contact(*this, user) && !shares_channel(*this, user))
        return;  // it sees nothing of them
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_nick(server_, caps, user, old_name); });
}

void Session::signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache) {
    const std::string_view why = server_.split() != nullptr ? server_.split()->here_and_there : reason;
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_quit(server_, caps, user, why); });
}

void Session::watched_on(const chat::User& user) {
    if (has_monitored(user.name())) reply(Numeric::rpl_mononline, {}, user.identity());
}

void Session::watched_off(std::string_view name) {
    if (has_monitored(name)) reply(Numeric::rpl_monoffline, {}, name);
}

void Session::contact_came(const chat::User& user, chat::RenderCache& cache) {
    if (!registered() || !comes_into_view(*this, user)) return;
    if (!in_contacts()) {
        const bool others_follow = server_.split() != nullptr && server_.split()->joining;
        if (others_follow) return server_.open_contacts_after_split(*this);
        open_contacts(*this);
        return;
    }
    // Somebody may come and go by one event; so neither is rendered as variant 0.
    (void)share(cache, tag_caps | Cap::extended_join | Cap::away_notify, 1,
                [&](CapSet caps) { return render_join(server_, caps, contacts_channel, user); });
}

void Session::contact_left(const chat::User& user, std::string_view reason, bool told, chat::RenderCache& cache) {
    if (told || !in_contacts() || is_flapping(*this, user)) return;
    if (server_.split() != nullptr && !user.online()) return signed_off(user, reason, cache);
    (void)share(cache, tag_caps, 2,
                [&](CapSet caps) { return render_part(server_, caps, contacts_channel, user, reason); });
}

void Session::roster_restored() {
    if (registered() && has_listed(user().roster())) open_contacts(*this);
}

void Session::contact_request(std::string_view address, std::string_view name) {
    if (registered()) tell_contact_request(*this, address, name);
}

void Session::told(std::string_view text) {
    if (registered()) send_service_notice(*this, text);
}

void Session::invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                      chat::RenderCache& cache) {
    if (&invitee != &user() && !has(Cap::invite_notify)) return;
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_invite(server_, caps, group, by, invitee); });
}

void Session::invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why) {
    standard_reply("FAIL", "INVITE", "NOT_ANSWERED", {invitee.name(), group.name()},
                   invitee.name() + " does not come to " + group.name() + ": " + why.message());
}

void Session::brought_in(const chat::Group& group, std::string_view why) {
    standard_reply("NOTE", "JOIN", "BROUGHT_IN", {group.name()}, why);
    commands::send_joined(*this, group);
}

void Session::disconnected_by(const chat::User& by, std::string_view reason) {
    emit([&](LineBuilder& line) {
        add_source(line, server_, &by);
        line.command("KILL").param(nick()).trailing(reason);
    });
    const std::string why = "Killed (" + by.name() + " (" + std::string(reason) + "))";
    close(why, why, {chat::CloseKind::removed, "killed"});
}

void Session::operator_notice(const chat::User& by, std::string_view text, chat::RenderCache& cache) {
    if (!user().flags().gateway_operator) return;
    (void)share(cache, tag_caps, 0, [&](CapSet caps) { return render_wallops(server_, caps, by, text); });
}

void Session::undelivered(const chat::Message& message, const chat::User& to, std::error_code why) {
    if (message.kind == chat::MessageKind::notice) return;  // never answered, not even with an error
    constexpr std::size_t shown = 40;  // bytes of the message; it may be one of several that were sent meanwhile
    std::string words = excerpt(message.text.styled().text(), shown, server_.graphemes());
    if (!words.empty()) words = " \"" + words + "\"";
    const auto* native = message.text.native(irc_protocol);
    standard_reply("FAIL", native == nullptr ? "PRIVMSG" : native->verb, "UNDELIVERED", {to.name()},
                   to.name() + " did not get your message" + words + ": " + why.message());
}

}  // namespace patchcord::irc
