#include "irc/server/render.hpp"

#include <algorithm>

#include "irc/server/channel_modes.hpp"
#include "irc/wire/ctcp.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/line_framer.hpp"

namespace patchcord::irc {
namespace {

void add_user_source(LineBuilder& line, const chat::User& user) {
    line.source(user.name(), user.profile().username, user.profile().host);
}

/// Bytes of `:<sender> <verb> <target> :`.
std::size_t head_size(const chat::User& sender, std::string_view verb, std::string_view target) {
    const std::size_t identity =
        sender.name().size() + sender.profile().username.size() + sender.profile().host.size() + 2;
    return 1 + identity + 1 + verb.size() + 1 + target.size() + 2;
}

struct LineHead {
    const Server& server;
    CapSet caps;
    const chat::Message& message;
    std::string_view verb;
    std::string target;
};

void begin_line(LineBuilder& line, const LineHead& head, bool first) {
    add_tags(line, head.server, head.caps, head.message.sender, head.message.sent_at);
    if (first && head.caps.has(Cap::message_tags)) line.tag("msgid", head.server.msgid(head.message.id));
    const auto* native = head.message.text.native(irc_protocol);
    if (first && native != nullptr && head.caps.has(Cap::message_tags)) line.raw_tags(native->tags);
    add_user_source(line, *head.message.sender);
    line.command(head.verb).param(head.target);
}

std::string render_native(const LineHead& head, const chat::NativeForm& native) {
    constexpr std::size_t own_tags = 128;  // time, msgid and account, about
    std::string out;
    out.reserve(own_tags + native.tags.size() + head_size(*head.message.sender, head.verb, head.target) +
                native.text.size());
    LineBuilder line(out);
    begin_line(line, head, true);
    if (native.verb != "TAGMSG") line.trailing(native.text);
    line.finish();
    return out;
}

ColourForm colour_form(Formatting formatting) {
    return formatting == Formatting::hex ? ColourForm::hex : ColourForm::palette;
}

/// The text in IRC's codes; an action or a nudge is what CTCP ACTION will wrap.
std::string coded_text(const chat::Message& message, Formatting formatting) {
    if (message.kind == chat::MessageKind::nudge) {
        return message.target.group != nullptr ? "nudges everyone" : "nudges you";
    }
    const chat::StyledText& styled = message.text.styled();
    const bool bare = formatting == Formatting::strip;
    return format_formatting(bare ? chat::StyledText(styled.text()) : styled, colour_form(formatting));
}

bool is_action(const chat::Message& message) {
    return message.kind == chat::MessageKind::action || message.kind == chat::MessageKind::nudge;
}

void append_text_line(std::string& out, const LineHead& head, std::string_view text, bool first) {
    LineBuilder line(out);
    begin_line(line, head, first);
    if (is_action(head.message)) {
        line.trailing(format_ctcp("ACTION", text));
    } else {
        line.trailing(text.empty() ? std::string_view(" ") : text);  // an empty line stays one, as a space
    }
    line.finish();
}

/// What came from elsewhere: any length, any number of lines, styled.
std::string render_foreign(const LineHead& head) {
    constexpr std::size_t action_wrapping = 9;  // \x01ACTION \x01
    constexpr std::size_t reopening = 24;       // codes that continue a style on the next line
    const Formatting formatting = head.server.options().formatting;
    std::string text = coded_text(head.message, formatting);
    while (text.ends_with('\n')) text.pop_back();  // the end of the last line, not the begin of another
    const std::size_t head_bytes =
        head_size(*head.message.sender, head.verb, head.target) + action_wrapping + reopening;
    const std::size_t budget = max_body_bytes - 2 - head_bytes;
    std::string out;
    out.reserve(head_bytes + text.size());  // for one line, as most are
    bool first = true;
    std::string_view rest = text;
    while (true) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        chat::Style style;
        const std::string_view whole = rest.substr(0, end);
        if (whole.empty()) append_text_line(out, head, whole, first);
        for (const std::string_view piece : split_text(whole, budget, head.server.graphemes())) {
            if (style == chat::Style{}) {
                append_text_line(out, head, piece, first);
            } else {
                const std::string codes = formatting_state_codes(style, colour_form(formatting));
                append_text_line(out, head, codes + std::string(piece), first);
            }
            const bool last = piece.data() + piece.size() == whole.data() + whole.size();
            if (!last) style = style_after(piece, style);
            first = false;
        }
        first = false;
        if (end == rest.size()) return out;
        rest.remove_prefix(end + 1);
    }
}

}  // namespace

void add_tags(LineBuilder& line, const Server& server, CapSet caps, const chat::User* cause, chat::WallTime at) {
    if (caps.has(Cap::server_time)) line.tag("time", server.time_tag(at));
    if (server.split() != nullptr && caps.has(Cap::batch)) line.tag("batch", server.split()->reference);
    if (cause == nullptr) return;
    if (caps.has(Cap::account_tag) && !cause->profile().account.empty()) line.tag("account", cause->profile().account);
    if (caps.has(Cap::message_tags) && cause->flags().bot) line.tag("bot");
}

void add_source(LineBuilder& line, const Server& server, const chat::User* cause) {
    if (cause == nullptr) {
        line.source(server.options().name);
    } else {
        add_user_source(line, *cause);
    }
}

std::string target_name(const chat::Target& target) {
    if (target.group == nullptr) return target.user->name();
    std::string name;
    if (target.at_least) name += prefix_of_role(*target.at_least);
    return name + target.group->name();
}

bool fits_line(const chat::User& sender, std::string_view verb, std::string_view target, std::string_view text) {
    return head_size(sender, verb, target) + text.size() <= max_body_bytes - 2;
}

std::string render_message(const Server& server, CapSet caps, const chat::Message& message) {
    const auto* native = message.text.native(irc_protocol);
    std::string_view verb = message.kind == chat::MessageKind::notice ? "NOTICE" : "PRIVMSG";
    if (native != nullptr) verb = native->verb;
    const LineHead head{server, caps, message, verb, target_name(message.target)};
    return native != nullptr ? render_native(head, *native) : render_foreign(head);
}

std::string foreign_text(const Server& server, const chat::Message& message) {
    std::string text = coded_text(message, server.options().formatting);
    while (text.ends_with('\n')) text.pop_back();
    if (!is_action(message)) return text;
    return "\x01"
           "ACTION " +
           text + "\x01";
}

std::string render_typing(const Server& server, CapSet caps, const chat::TypingNotice& notice) {
    static constexpr std::string_view states[] = {"active", "paused", "done"};
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, notice.who, server.now());
    line.tag("+typing", states[static_cast<std::size_t>(notice.state)]);
    add_user_source(line, *notice.who);
    line.command("TAGMSG").param(target_name(notice.target)).finish();
    return out;
}

std::string render_ctcp_typing(const Server& server, CapSet caps, const chat::TypingNotice& notice) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, server, caps, notice.who, server.now());
    add_user_source(line, *notice.who);
    line.command("PRIVMSG").param(target_name(notice.target));
    line.trailing(format_ctcp("TYPING", notice.state == chat::TypingState::active ? "1" : "0")).finish();
    return out;
}

}  // namespace patchcord::irc
