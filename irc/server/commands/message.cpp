#include <algorithm>

#include "irc/server/channel_modes.hpp"
#include "irc/server/client_batch.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/commands/when_safe.hpp"
#include "irc/server/person.hpp"
#include "irc/server/render.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/ctcp.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/names.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc::commands {
namespace {

enum class Verb : unsigned char { privmsg, notice, tagmsg };

constexpr std::string_view verb_names[] = {"PRIVMSG", "NOTICE", "TAGMSG"};

/// One message command, for all of its targets.
struct Outgoing {
    Session& session;
    Verb verb;
    std::string_view text;
    std::string tags;  // client-only ones, in wire form
    chat::MessageKind kind = chat::MessageKind::text;
    std::optional<chat::TypingState> typing = {};  // what CTCP TYPING says, where that is understood
    std::optional<std::string_view> dcc = {};      // the parameters of CTCP DCC
    std::span<const chat::TextPart> parts = {};    // `text` as it was cut; empty: not at all

    [[nodiscard]] std::string_view verb_name() const { return verb_names[static_cast<std::size_t>(verb)]; }
    /// NOTICE is never answered with an error (RFC 1459 section 4.4.2).
    [[nodiscard]] bool quiet() const { return verb == Verb::notice; }
};

chat::MessageKind kind_of(Verb verb, std::string_view text) {
    if (verb == Verb::tagmsg) return chat::MessageKind::native;
    if (!text.starts_with('\x01')) return verb == Verb::notice ? chat::MessageKind::notice : chat::MessageKind::text;
    const auto ctcp = parse_ctcp(text);
    if (!ctcp) return verb == Verb::notice ? chat::MessageKind::notice : chat::MessageKind::text;
    if (verb != Verb::privmsg) return chat::MessageKind::native;
    if (ctcp->command == "NUDGE") return chat::MessageKind::nudge;
    return ctcp->command == "ACTION" ? chat::MessageKind::action : chat::MessageKind::native;
}

/// CTCP TYPING as clients of gateways to instant messengers send it: 0 is done, 1 active, 2 paused.
std::optional<chat::TypingState> ctcp_typing(std::string_view text) {
    const auto ctcp = parse_ctcp(text);
    if (!ctcp || ctcp->command != "TYPING") return std::nullopt;
    if (ctcp->parameters == "0") return chat::TypingState::done;
    if (ctcp->parameters == "1") return chat::TypingState::active;
    if (ctcp->parameters == "2") return chat::TypingState::paused;
    return std::nullopt;
}

std::optional<std::string_view> dcc_parameters(std::string_view text) {
    const auto ctcp = parse_ctcp(text);
    if (!ctcp || !chat::equal_folded(ctcp->command, "DCC", fold_table(Casemapping::ascii))) return std::nullopt;
    return ctcp->parameters;
}

/// `/me nudges bob` to bob is what somebody types whose client has no nudge.
bool nudges(std::string_view text, const chat::Target& target) {
    const auto ctcp = parse_ctcp(text);
    return target.user != nullptr && ctcp && ctcp->command == "ACTION" && ctcp->parameters.starts_with("nudges ") &&
           target.user->service().same_name(ctcp->parameters.substr(7), target.user->name());
}

/// What the text of an IRC message says, without CTCP's wrapping.
chat::StyledText decode(std::string_view text) {
    const auto ctcp = parse_ctcp(text);
    return parse_formatting(ctcp ? ctcp->parameters : text);
}

struct Decoder final : chat::TextDecoder {
    [[nodiscard]] chat::StyledText decode(const chat::NativeForm& native) const override {
        return commands::decode(native.text);
    }
};
constexpr Decoder decoder;
/// The service nick and the channel of the contact list: nothing that is said there goes to others as it is.
bool is_own_place(std::string_view name) {
    return is_service_nick(name) || is_contacts_channel(name);
}

void refuse(const Outgoing& out, std::string_view target, std::error_code why) {
    if (out.quiet()) return;
    std::string_view text = "Cannot send to channel";
    if (why == chat::Errc::no_such_user) {
        out.session.reply(Numeric::err_nosuchnick, {target}, "No such nick/channel");
        return;
    }
    if (why == chat::Errc::members_only) text = "Cannot send to channel (+n)";
    if (why == chat::Errc::moderated) text = "Cannot send to channel (+m)";
    if (why == chat::Errc::banned) text = "Cannot send to channel (+b)";
    if (why == chat::Errc::looping) text = "Cannot send to channel (it repeats what was said here, over and over)";
    if (!is_channel_name(target) && !role_of_prefix(target.front())) {
        out.session.standard_reply("FAIL", out.verb_name(), "UNDELIVERED", {target},
                                   std::string(target) + " did not get your message: " + why.message());
        return;
    }
    out.session.reply(Numeric::err_cannotsendtochan, {target}, text);
}

void tell_kept(Session& session, const std::string& name, std::error_code failed) {
    if (failed) {
        session.standard_reply("FAIL", "PRIVMSG", "UNDELIVERED", {name},
                               name + " did not get your message: " + failed.message());
    } else if (session.first_kept_for(name)) {
        session.standard_reply("NOTE", "PRIVMSG", "KEPT", {name},
                               name + " is not signed in; your messages wait until they are");
    }
}

/// Of somebody who is here and gets it as soon as they got what is older, only a failure is told.
void tell_lost(Session& session, const std::string& name, std::error_code failed) {
    if (failed) tell_kept(session, name, failed);
}

/// Is the receiver expected back, and the message kept until then? The sender is told when it is safe.
bool keep_for_later(const Outgoing& out, std::string_view name, bool here) {
    chat::OfflineBox* box = out.session.server().environment().offline_box;
    if (box == nullptr || out.verb == Verb::tagmsg || !box->expects_from(out.session.user(), name)) return false;
    if (out.kind != chat::MessageKind::text && out.kind != chat::MessageKind::action &&
        out.kind != chat::MessageKind::notice) {
        return false;
    }
    std::string text = decode(out.text).text();
    if (out.kind == chat::MessageKind::action) text = "*" + out.session.user().name() + " " + text + "*";
    box->keep(out.session.user(), name, std::move(text),
              out.session.when_kept(std::string(name), out.quiet() ? nullptr
                                                       : here      ? tell_lost
                                                                   : tell_kept));
    return true;
}

/// Finds the target, or says that there is none.
std::optional<chat::Target> find_target(const Outgoing& out, std::string_view name) {
    chat::Target target;
    std::string_view channel = name;
    if (const auto role = role_of_prefix(name.front()); role && name.size() > 1 && is_channel_name(name.substr(1))) {
        target.at_least = role;
        channel = name.substr(1);
    }
    if (is_channel_name(channel)) {
        const auto group = out.session.service().lookup_group(channel);
        if (group) {
            target.group = *group;
            return target;
        }
        if (!out.quiet()) out.session.reply(Numeric::err_nosuchchannel, {name}, "No such channel");
        return std::nullopt;
    }
    const auto user = out.session.service().lookup_user(name, out.session.user());
    const bool here = user.error() == std::error_code();
    if ((!here || (*user)->arriving()) && keep_for_later(out, name, here)) return std::nullopt;
    if (here) {
        target.user = *user;
        return target;
    }
    if (!out.quiet()) out.session.reply(Numeric::err_nosuchnick, {name}, "No such nick/channel");
    return std::nullopt;
}

/// Does each of its lines reach the receivers whole? If not, the sender is told.
bool check_fit(const Outgoing& out, const chat::Target& target) {
    const auto fits = [&](std::string_view line) {
        return fits_line(out.session.user(), out.verb_name(), target_name(target), line);
    };
    if (out.parts.empty() && fits(out.text)) return true;
    const auto part_fits = [&](const chat::TextPart& part) { return fits(part.text); };
    if (!out.parts.empty() && std::all_of(out.parts.begin(), out.parts.end(), part_fits)) return true;
    out.session.limit_hit(Limit::line_length);
    if (!out.parts.empty()) {
        out.session.fail_batch("MULTILINE_INVALID", {}, "A line is too long to be passed on");
    } else if (!out.quiet()) {
        out.session.reply(Numeric::err_inputtoolong, {}, "Input line was too long");
    }
    return false;
}

void after_delivery(const Outgoing& out, const chat::Target& target) {
    out.session.server().metrics().messages_relayed.add();
    if (out.verb == Verb::privmsg && target.user != nullptr && target.user->presence().away()) {
        out.session.reply(Numeric::rpl_away, {target.user->name()}, target.user->presence().message);
    }
}

/// `echo` shows the message to its sender's own client, once it was accepted.
template <class Echo>
void deliver(const Outgoing& out, const chat::Target& target, std::string_view name, Echo&& echo) {
    chat::User& me = out.session.user();
    if (out.typing && target.user != nullptr) {
        if (const std::error_code refused = me.typing(target, *out.typing)) refuse(out, name, refused);
        return;
    }
    if (!check_fit(out, target)) return;
    const chat::NativeForm native{irc_protocol, out.verb_name(), out.text, out.tags, out.parts};
    const bool nudge = out.kind == chat::MessageKind::action && nudges(out.text, target);
    chat::Message message{
        {}, nullptr, target, nudge ? chat::MessageKind::nudge : out.kind, chat::MessageText(native, decoder), {}};
    chat::RenderCache cache;
    WhenSafe safe(out.session);
    if (const std::error_code refused = me.send(message, cache)) {
        refuse(out, name, refused);
    } else {
        echo(message, cache);
        after_delivery(out, target);
    }
    safe.wait();
}

/// To the channel that stands for the contact list: a word to one of the people in it, or a command.
void send_to_contacts(const Outgoing& out) {
    Session& session = out.session;
    if (!session.in_contacts()) {
        if (!out.quiet()) {
            session.reply(Numeric::err_cannotsendtochan, {contacts_channel}, "Cannot send to channel (+n)");
        }
        return;
    }
    const ToContact to = out.kind == chat::MessageKind::text ? address_contact(session, out.text) : ToContact{};
    if (to.contact == nullptr) {
        tell_service(session, {out.verb_name(), contacts_channel, out.text, out.tags}, out.kind);
        return;
    }
    Outgoing direct = out;
    direct.text = to.text;
    deliver(direct, {nullptr, to.contact, {}}, to.contact->name(),
            [&](const chat::Message& message, chat::RenderCache& cache) {
                echo_unrelayed(session, {out.verb_name(), contacts_channel, out.text, out.tags});
                session.person().mirror(session, message, cache);
            });
}

/// DCC whose other end is the gateway.
void send_dcc(const Outgoing& out, const chat::Target& target) {
    const std::string name = target_name(target);
    if (!take_dcc(out.session, target, *out.dcc, out.quiet())) return;
    echo_unrelayed(out.session, {out.verb_name(), name, out.text, out.tags});
    after_delivery(out, target);
}

void send_to(const Outgoing& out, std::string_view name) {
    if (is_own_place(name)) {
        if (out.verb == Verb::tagmsg) return;
        if (is_contacts_channel(name)) {
            send_to_contacts(out);
        } else {
            tell_service(out.session, {out.verb_name(), service_nick, out.text, out.tags}, out.kind);
        }
        return;
    }
    const std::optional<chat::Target> target = find_target(out, name);
    if (!target) return;
    if (out.dcc && !passes_dcc(out.session, *target, *out.dcc)) {
        send_dcc(out, *target);
        return;
    }
    deliver(out, *target, name,
            [&](const chat::Message& message, chat::RenderCache& cache) { out.session.echo(message, cache); });
}

void no_recipient(const Outgoing& out) {
    out.session.reply(Numeric::err_norecipient, {}, "No recipient given (" + std::string(out.verb_name()) + ")");
}

/// False, and an answer, when `index` is over the limit of targets a command may have.
bool may_have_target(const Outgoing& out, std::size_t index, std::string_view name) {
    const std::size_t most = out.session.options().max_targets;
    if (most == 0 || index < most) return true;
    out.session.limit_hit(Limit::targets);
    if (!out.quiet()) out.session.reply(Numeric::err_toomanytargets, {name}, "Too many targets");
    return false;
}

/// Nobody is told the same thing twice by one command.
void drop_repeats(const Outgoing& out, std::vector<std::string_view>& targets) {
    std::vector<std::string_view> once;
    for (const std::string_view name : targets) {
        const auto same = [&](std::string_view other) { return out.session.service().same_name(name, other); };
        if (std::none_of(once.begin(), once.end(), same)) once.push_back(name);
    }
    targets = std::move(once);
}

void send_to_all(const Outgoing& out, std::string_view list) {
    if (list.find(',') == std::string_view::npos) {
        send_to(out, list);
        return;
    }
    std::vector<std::string_view> targets = split_list(list);
    drop_repeats(out, targets);
    if (targets.empty() && !out.quiet()) no_recipient(out);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!may_have_target(out, i, targets[i])) return;
        if (i > 0) out.session.charge(1);
        send_to(out, targets[i]);
    }
}

void send_text(Session& session, const Message& message, Verb verb) {
    Outgoing out{session, verb, message.param(1), {}};
    if (message.param(0).empty()) {
        if (!out.quiet()) no_recipient(out);
        return;
    }
    if (out.text.empty()) {
        if (!out.quiet()) session.reply(Numeric::err_notexttosend, {}, "No text to send");
        return;
    }
    if (!message.tags.empty()) out.tags = client_only_tags(message.tags);
    out.kind = kind_of(verb, out.text);
    const bool understood = verb == Verb::privmsg && session.options().typing == TypingForm::ctcp;
    if (understood) out.typing = ctcp_typing(out.text);
    out.dcc = dcc_parameters(out.text);
    send_to_all(out, message.param(0));
}

std::optional<chat::TypingState> typing_state(std::string_view tags) {
    std::optional<std::string> value = find_tag(tags, "+typing");
    if (!value) value = find_tag(tags, "+draft/typing");
    if (!value) return std::nullopt;
    if (*value == "active") return chat::TypingState::active;
    if (*value == "paused") return chat::TypingState::paused;
    if (*value == "done") return chat::TypingState::done;
    return std::nullopt;
}

/// Typing goes through the core, which passes it on no oftener than receivers need it.
void send_typing(const Outgoing& out, std::string_view list, chat::TypingState state) {
    const std::vector<std::string_view> names = split_list(list);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = names[i];
        if (!may_have_target(out, i, name)) return;
        if (i > 0) out.session.charge(1);
        if (is_own_place(name)) continue;
        const std::optional<chat::Target> target = find_target(out, name);
        if (!target) continue;
        if (const std::error_code refused = out.session.user().typing(*target, state)) refuse(out, name, refused);
    }
}

}  // namespace

void privmsg(Session& session, const Message& message) {
    send_text(session, message, Verb::privmsg);
}

void notice(Session& session, const Message& message) {
    send_text(session, message, Verb::notice);
}

void send_multiline(Session& session, const ClientBatch& batch) {
    const std::vector<chat::TextPart> parts = batch.parts();
    Outgoing out{session, batch.notice() ? Verb::notice : Verb::privmsg, batch.text(), batch.tags()};
    out.kind = kind_of(out.verb, out.text);
    if (parts.size() > 1) out.parts = parts;
    send_to(out, batch.target());
}

void tagmsg(Session& session, const Message& message) {
    // Without the capability the command does not exist for this client (IRCv3 message-tags).
    if (!session.has(Cap::message_tags)) {
        session.reply(Numeric::err_unknowncommand, {"TAGMSG"}, "Unknown command");
        return;
    }
    Outgoing out{session, Verb::tagmsg, {}, client_only_tags(message.tags), chat::MessageKind::native};
    if (message.param(0).empty()) {
        no_recipient(out);
        return;
    }
    const auto state = typing_state(message.tags);
    if (!state) {
        send_to_all(out, message.param(0));
        return;
    }
    send_typing(out, message.param(0), *state);
    out.tags = client_only_tags(out.tags, "+typing");
    out.tags = client_only_tags(out.tags, "+draft/typing");
    if (!out.tags.empty()) send_to_all(out, message.param(0));
}

}  // namespace patchcord::irc::commands
