#include "irc/server/render.hpp"

#include <algorithm>
#include <utility>

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

/// Tags that a message has once, and those that its sender gave it.
void add_message_tags(LineBuilder& line, const LineHead& head, bool first) {
    add_tags(line, head.server, head.caps, head.message.sender, head.message.sent_at);
    if (!head.caps.has(Cap::message_tags)) return;
    if (first) line.tag("msgid", head.server.msgid(head.message.id));
    if (const auto* native = head.message.text.native(irc_protocol)) line.raw_tags(native->tags);
}

void begin_line(LineBuilder& line, const LineHead& head, bool first) {
    add_message_tags(line, head, first);
    add_user_source(line, *head.message.sender);
    line.command(head.verb).param(head.target);
}

bool takes_batch(CapSet caps) {
    return caps.has(Cap::batch) && caps.has(Cap::multiline);
}

/// The lines of one message: a batch (IRCv3 draft/multiline), or lines that look like any others.
class MessageLines {
  public:
    MessageLines(std::string& out, const LineHead& head, bool batched) : out_(out), head_(head) {
        if (!batched) return;
        // All who share a rendering share the reference, so it is made of what names the message.
        reference_ = "m" + std::to_string(static_cast<std::uint64_t>(head.message.id));
        LineBuilder line(out_);
        add_message_tags(line, head_, true);
        add_user_source(line, *head_.message.sender);
        line.command("BATCH").param("+" + reference_).param("draft/multiline").param(head_.target).finish();
    }

    [[nodiscard]] bool batched() const { return !reference_.empty(); }

    /// `joined`: it goes on in the line before.
    void add(std::string_view text, bool joined) {
        LineBuilder line(out_);
        if (batched()) {
            line.tag("batch", reference_);
            if (joined) line.tag("draft/multiline-concat");
            add_user_source(line, *head_.message.sender);
            line.command(head_.verb).param(head_.target);
        } else {
            begin_line(line, head_, std::exchange(first_, false));
        }
        line.trailing(text).finish();
    }

    void finish() {
        if (!batched()) return;
        LineBuilder line(out_);
        add_user_source(line, *head_.message.sender);
        line.command("BATCH").param("-" + reference_).finish();
    }

  private:
    std::string& out_;
    const LineHead& head_;
    std::string reference_;
    bool first_ = true;
};

/// As its sender cut it. Blank lines are for those only who get a batch (IRCv3 draft/multiline, "Fallback").
std::string render_parts(const LineHead& head, const chat::NativeForm& native) {
    std::string out;
    MessageLines lines(out, head, takes_batch(head.caps));
    for (const chat::TextPart& part : native.parts) {
        if (lines.batched() || !part.text.empty()) lines.add(part.text, part.joined);
    }
    lines.finish();
    return out;
}

std::string render_native(const LineHead& head, const chat::NativeForm& native) {
    if (!native.parts.empty()) return render_parts(head, native);
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

bool is_action(chat::MessageKind kind) {
    return kind == chat::MessageKind::action || kind == chat::MessageKind::nudge;
}

void add_foreign_line(MessageLines& lines, const LineHead& head, std::string_view text, bool joined) {
    if (is_action(head.message.kind)) {
        lines.add(format_ctcp("ACTION", text), joined);
    } else if (text.empty() && !lines.batched()) {
        lines.add(" ", joined);  // an empty line stays one, as a space
    } else {
        lines.add(text, joined);
    }
}

/// Several lines are one message to who understands that, if it is no larger than one they may send themselves.
bool wants_batch(const LineHead& head, std::string_view text, std::size_t budget) {
    if (!takes_batch(head.caps) || is_action(head.message.kind) || text.empty()) return false;
    const auto line_ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const std::size_t lines = line_ends + 1 + (text.size() - 1) / budget;  // about
    const ServerOptions& options = head.server.options();
    return lines > 1 && lines <= options.multiline_lines && text.size() <= options.multiline_bytes;
}

/// One line in as many pieces as it takes.
void add_foreign_pieces(MessageLines& lines, const LineHead& head, std::string_view whole, std::size_t budget) {
    if (whole.empty()) add_foreign_line(lines, head, whole, false);
    const Formatting formatting = head.server.options().formatting;
    chat::Style style;
    for (const std::string_view piece : split_text(whole, budget, head.server.graphemes())) {
        const bool joined = piece.data() != whole.data();
        // Who joins the pieces reads on in the style of the one before.
        if (style == chat::Style{} || lines.batched()) {
            add_foreign_line(lines, head, piece, joined);
        } else {
            const std::string codes = formatting_state_codes(style, colour_form(formatting));
            add_foreign_line(lines, head, codes + std::string(piece), joined);
        }
        const bool last = piece.data() + piece.size() == whole.data() + whole.size();
        if (!last) style = style_after(piece, style);
    }
}

/// What came from elsewhere: any length, any number of lines, styled.
std::string render_foreign(const LineHead& head) {
    constexpr std::size_t action_wrapping = 9;  // \x01ACTION \x01
    constexpr std::size_t reopening = 24;       // codes that continue a style on the next line
    std::string text = coded_text(head.message, head.server.options().formatting);
    while (text.ends_with('\n')) text.pop_back();  // the end of the last line, not the begin of another
    const std::size_t head_bytes =
        head_size(*head.message.sender, head.verb, head.target) + action_wrapping + reopening;
    const std::size_t budget = max_body_bytes - 2 - head_bytes;
    std::string out;
    out.reserve(head_bytes + text.size());  // for one line, as most are
    MessageLines lines(out, head, wants_batch(head, text, budget));
    for (std::string_view rest = text;;) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        add_foreign_pieces(lines, head, rest.substr(0, end), budget);
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
    }
    lines.finish();
    return out;
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

CapSet message_caps(CapSet caps, const chat::Message& message) {
    const auto* native = message.text.native(irc_protocol);
    const bool one_line = native != nullptr && native->parts.empty();
    return one_line || !takes_batch(caps) ? tag_caps : tag_caps | Cap::batch | Cap::multiline;
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
    if (!is_action(message.kind)) return text;
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
