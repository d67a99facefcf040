#include "irc/server/registration.hpp"

#include <algorithm>
#include <charconv>

#include "irc/server/commands/commands.hpp"
#include "irc/server/metadata.hpp"
#include "irc/server/person.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

unsigned parse_version(std::string_view text) {
    unsigned version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error == std::errc::result_out_of_range) return 0xFFFF;  // newer than anything: everything we know applies
    return error == std::errc() && end == text.data() + text.size() ? std::min(version, 0xFFFFU) : 0;
}

constexpr unsigned version_302 = 302;

/// SASL needs somebody to ask and a way to log in; opening an account, a connection that passwords may be sent over.
bool is_offered(Session& session, Cap cap) {
    if (cap == Cap::sasl) return !session.sasl_mechanisms().empty();
    const ServerEnvironment& environment = session.server().environment();
    if (cap == Cap::chathistory || cap == Cap::event_playback) return environment.history != nullptr;
    if (cap != Cap::account_registration) return true;
    return session.options().account_registration && environment.account_desk != nullptr && session.takes_passwords();
}

std::string value_of(Session& session, const CapInfo& info) {
    if (info.cap == Cap::sasl) return join_list(session.sasl_mechanisms());
    if (info.cap == Cap::account_registration) {
        // Before the server's own password is known, nobody opens anything.
        const bool early = session.options().password_hash.empty();
        return early ? "before-connect,custom-account-name" : "custom-account-name";
    }
    if (info.cap == Cap::multiline) {
        return "max-bytes=" + std::to_string(session.options().multiline_bytes) +
               ",max-lines=" + std::to_string(session.options().multiline_lines);
    }
    return info.cap == Cap::metadata ? metadata_cap_value(session.options()) : std::string(info.value);
}

/// Sends everybody to TLS, or tells for how long that holds (IRCv3 sts). It cannot be asked for, so it is no `Cap`.
std::string sts_word(Session& session) {
    const ServerOptions& options = session.options();
    const std::string& value = session.peer().secure ? options.sts_tls : options.sts_plain;
    return value.empty() ? std::string() : "sts=" + value;
}

/// CAP LS and CAP LIST. `old`: for clients that know neither continuation nor values; they get what fits one line.
void send_cap_list(Session& session, std::string_view subcommand, CapSet caps, bool old) {
    const bool with_values = subcommand == "LS" && !old;
    constexpr std::size_t beside = sizeof(": CAP  LIST :");
    const std::size_t whole_line = max_body_bytes - 2 - beside - session.options().name.size() - session.nick().size();
    const std::size_t room = old ? whole_line : 360;  // the latter beside the longest server name and nick
    std::vector<std::string> lines(1);
    const auto add = [&](const std::string& word) {
        if (lines.back().size() + 1 + word.size() > room) {
            if (old) return;
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + word;
    };
    for (const CapInfo& info : all_caps()) {
        if (!caps.has(info.cap)) continue;
        const std::string value = with_values ? value_of(session, info) : std::string();
        add(std::string(info.name) + (value.empty() ? "" : "=" + value));
    }
    if (const std::string sts = with_values ? sts_word(session) : std::string(); !sts.empty()) add(sts);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        session.emit([&](LineBuilder& line) {
            line.source(session.options().name).command("CAP").param(session.nick()).param(subcommand);
            if (i + 1 < lines.size()) line.param("*");
            line.trailing(lines[i]);
        });
    }
}

CapSet every_cap(Session& session) {
    CapSet caps;
    for (const CapInfo& info : all_caps()) caps.set(info.cap, is_offered(session, info.cap));
    return caps;
}

/// What the client's set would be after REQ; nothing when it asks for something unknown.
std::optional<CapSet> requested(Session& session, std::string_view list) {
    CapSet caps = session.caps();
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        std::string_view name = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (name.empty()) continue;
        const bool on = name.front() != '-';
        if (!on) name.remove_prefix(1);
        const std::optional<Cap> cap = find_cap(name);
        if (!cap || !is_offered(session, *cap)) return std::nullopt;
        caps.set(*cap, on);
    }
    // Whoever speaks version 302 cannot turn this one off (IRCv3 capability-negotiation).
    if (session.cap_version() >= version_302) caps.set(Cap::cap_notify, true);
    return caps;
}

void cap_req(Session& session, std::string_view list) {
    const std::optional<CapSet> caps = requested(session, list);
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("CAP").param(session.nick());
        line.param(caps ? "ACK" : "NAK").trailing(list);
    });
    if (!caps) return;
    session.set_caps(*caps);
    if (!caps->has(Cap::sasl)) session.end_sasl();
}

void cap_ls(Session& session, std::string_view version_text) {
    const unsigned version = parse_version(version_text);
    if (version > session.cap_version()) session.set_cap_version(version);
    if (version >= version_302) {
        CapSet caps = session.caps();
        caps.set(Cap::cap_notify, true);
        session.set_caps(caps);
    }
    send_cap_list(session, "LS", every_cap(session), version < version_302);
}

bool equals_upper(std::string_view text, std::string_view upper) {
    return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
    });
}

void refuse_nick(Session& session, std::string_view wanted, std::error_code why) {
    if (why == chat::Errc::invalid_name) {
        if (wanted.size() > session.options().nick_length) session.limit_hit(Limit::nick_length);
        session.reply(Numeric::err_erroneusnickname, {wanted}, "Erroneous nickname");
    } else {
        session.reply(Numeric::err_nicknameinuse, {wanted}, "Nickname is already in use");
    }
}

/// Is somebody called so whom the client may turn out to be, once it has logged in?
bool is_own_perhaps(Session& session, std::string_view nick) {
    return session.server().people().bear(session.service(), nick);
}

std::error_code reserve_nick(Session& session, std::string_view wanted) {
    Registration& so_far = session.registration();
    const bool own = session.service().same_name(wanted, so_far.nick.name());
    if (own) so_far.nick.release();
    if (!session.may_bear(wanted)) {
        // Given back at once: whoever has not logged in yet must not keep the owner waiting.
        const auto free = session.service().reserve_name(wanted);
        if (!free && !is_own_perhaps(session, wanted)) return free.error();
        so_far.nick = {};
        so_far.account_nick = wanted;
        return {};
    }
    auto reserved = session.service().reserve_name(wanted);
    if (!reserved && is_own_perhaps(session, wanted)) {
        so_far.nick = {};
        so_far.account_nick = wanted;
        return {};
    }
    if (!reserved) return reserved.error();
    so_far.nick = std::move(*reserved);
    so_far.account_nick.clear();
    return {};
}

}  // namespace

void refuse_reserved_nick(Session& session, std::string_view nick) {
    session.reply(Numeric::err_nicknameinuse, {nick}, "Nickname is reserved by an account");
}

void announce_cap(Session& session, Cap cap) {
    if (!session.has(Cap::cap_notify)) return;
    const auto caps = all_caps();
    const auto info = std::find_if(caps.begin(), caps.end(), [&](const CapInfo& row) { return row.cap == cap; });
    const bool offered = is_offered(session, cap);
    std::string text(info->name);
    if (offered && session.cap_version() >= version_302) text += "=" + value_of(session, *info);
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("CAP").param(session.nick());
        line.param(offered ? "NEW" : "DEL").trailing(text);
    });
    if (offered) return;
    CapSet left = session.caps();
    left.set(cap, false);
    session.set_caps(left);
}

void cap(Session& session, const Message& message) {
    const std::string_view subcommand = message.param(0);
    const bool opens = equals_upper(subcommand, "LS") || equals_upper(subcommand, "REQ");
    if (opens && !session.registered()) session.registration().negotiating = true;
    if (equals_upper(subcommand, "LS")) {
        cap_ls(session, message.param(1));
    } else if (equals_upper(subcommand, "LIST")) {
        send_cap_list(session, "LIST", session.caps(), session.cap_version() < version_302);
    } else if (equals_upper(subcommand, "REQ")) {
        cap_req(session, message.param(1));
    } else if (equals_upper(subcommand, "END")) {
        if (session.registered()) return;
        session.registration().negotiating = false;
        session.try_to_register();
    } else {
        session.reply(Numeric::err_invalidcapcmd, {subcommand}, "Invalid CAP command");
    }
}

void nick(Session& session, const Message& message) {
    const std::string_view wanted = message.param(0);
    if (wanted.empty()) {
        session.reply(Numeric::err_nonicknamegiven, {}, "No nickname given");
        return;
    }
    if (session.registered()) {
        if (wanted == session.user().name()) return;
        if (!session.service().same_name(wanted, session.user().name()) && !session.may_bear(wanted)) {
            refuse_reserved_nick(session, wanted);
            return;
        }
        if (const std::error_code refused = session.user().rename(wanted)) refuse_nick(session, wanted, refused);
        return;
    }
    if (const std::error_code refused = reserve_nick(session, wanted)) {
        refuse_nick(session, wanted, refused);
        return;
    }
    session.try_to_register();
}

void user(Session& session, const Message& message) {
    if (session.registered()) {
        session.reply(Numeric::err_alreadyregistered, {}, "You may not reregister");
        return;
    }
    if (message.param(3).empty()) {
        session.reply(Numeric::err_needmoreparams, {"USER"}, "Not enough parameters");
        return;
    }
    Registration& so_far = session.registration();
    // The tilde says that nobody has verified the name.
    so_far.username = "~" + clean_username(message.param(0), session.options().user_length - 1);
    so_far.real_name = cut(message.param(3), session.options().realname_length);
    so_far.user_given = true;
    session.try_to_register();
}

void pass(Session& session, const Message& message) {
    if (session.registered()) {
        session.reply(Numeric::err_alreadyregistered, {}, "You may not reregister");
        return;
    }
    session.registration().password = message.param(0);
    session.try_to_register();  // when it came last, for a nick that needs it
}

void ping(Session& session, const Message& message) {
    if (message.param(0).empty()) {
        session.reply(Numeric::err_noorigin, {}, "No origin specified");
        return;
    }
    session.emit([&](LineBuilder& line) {
        const std::string& server = session.options().name;
        line.source(server).command("PONG").param(server).trailing(message.param(0));
    });
}

void pong(Session&, const Message&) {}  // any line is a sign of life

void quit(Session& session, const Message& message) {
    const std::string_view given = cut_text(session, message.param(0));
    const std::string reason = given.empty() ? "Client quit" : "Quit: " + std::string(given);
    session.close(reason, reason, {chat::CloseKind::client, "quit"});
}

}  // namespace patchcord::irc::commands
