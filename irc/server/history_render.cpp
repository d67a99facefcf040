#include "irc/server/history_render.hpp"

#include <utility>

#include "irc/server/session.hpp"
#include "irc/wire/ctcp.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/source.hpp"
#include "irc/wire/text_split.hpp"

namespace patchcord::irc {

std::string dated_prefix(const Server& server, chat::WallTime at) {
    constexpr std::size_t to_the_minute = sizeof("2026-01-31T12:00") - 1;
    return "[" + std::string(server.time_tag(at).substr(0, to_the_minute)) + "Z] ";
}

Playback::Playback(Session& session, std::vector<chat::HistoryLine> lines, std::string name, bool query,
                   std::string label)
    : session_(&session),
      lines_(std::move(lines)),
      name_(std::move(name)),
      query_(query),
      label_(std::move(label)),
      reference_(session.has(Cap::batch) ? session.next_batch_reference() : std::string()) {}

bool Playback::operator()() {
    if (!std::exchange(begun_, true)) begin();
    for (std::size_t sent = 0; next_ < lines_.size(); ++sent) {
        if (sent == Session::lines_a_slice) return true;
        const chat::HistoryLine& line = lines_[next_++];
        if (shown_ == nullptr || line.msgid.empty() || !shown_(line.msgid)) send(line);
    }
    end();
    return false;
}

void Playback::begin() {
    if (reference_.empty()) return;
    session_->emit([&](LineBuilder& line) {
        if (!label_.empty()) line.tag("label", label_);
        line.source(session_->options().name).command("BATCH").param("+" + reference_).param("chathistory");
        line.param(name_);
    });
}

void Playback::end() {
    if (reference_.empty()) return;
    session_->emit(
        [&](LineBuilder& line) { line.source(session_->options().name).command("BATCH").param("-" + reference_); });
}

bool Playback::is_own(const chat::HistoryLine& line) const {
    return !line.account.empty() && line.account == session_->account();
}

/// Somebody's own words come from the nick they have now: that is how their client knows them.
std::string Playback::source_of(const chat::HistoryLine& line) const {
    if (!query_ || !is_own(line)) return line.source;
    Source source = parse_source(line.source);
    source.nick = session_->nick();
    return format_source(source);
}

/// What is said in a query is to the other party as the client calls it, or to the client.
std::string Playback::params_of(const chat::HistoryLine& line) const {
    if (!query_) return line.params;
    if (!is_own(line)) return std::string(session_->nick());
    return session_->service().same_name(line.params, name_) ? line.params : name_;
}

void Playback::send(const chat::HistoryLine& line) {
    if (line.text && !line.event) {
        send_text(line);
    } else {
        send_piece(line, line.text.value_or(std::string()), true);
    }
}

/// One line of the protocol for each of the text, and several for one that is too long for it.
void Playback::send_text(const chat::HistoryLine& line) {
    constexpr std::size_t action_wrapping = 9;  // \x01ACTION \x01
    const auto ctcp = parse_ctcp(*line.text);
    const bool action = ctcp && ctcp->command == "ACTION";
    const std::string dated =
        session_->has(Cap::server_time) ? std::string() : dated_prefix(session_->server(), line.at);
    std::string_view rest = action ? ctcp->parameters : std::string_view(*line.text);
    const std::size_t head = 1 + source_of(line).size() + 1 + line.command.size() + 1 + params_of(line).size() + 2;
    const std::size_t around = head + dated.size() + action_wrapping + 2;
    const std::size_t budget = max_body_bytes > around + 4 ? max_body_bytes - around : 4;
    bool first = true;
    while (true) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        for (const std::string_view piece : split_text(rest.substr(0, end), budget, session_->server().graphemes())) {
            const std::string text = (first ? dated : std::string()) + std::string(piece);
            send_piece(line, action ? format_ctcp("ACTION", text) : text, first);
            first = false;
        }
        if (end == rest.size()) return;
        rest.remove_prefix(end + 1);
    }
}

void Playback::send_piece(const chat::HistoryLine& line, std::string_view text, bool first) {
    std::string out;
    LineBuilder built(out);
    if (session_->has(Cap::server_time)) built.tag("time", session_->server().time_tag(line.at));
    if (!reference_.empty()) built.tag("batch", reference_);
    if (session_->has(Cap::account_tag) && !line.account.empty()) built.tag("account", line.account);
    if (session_->has(Cap::message_tags)) {
        if (line.bot) built.tag("bot");
        if (first && !line.msgid.empty()) built.tag("msgid", line.msgid);
        if (first) built.raw_tags(line.tags);
    }
    built.source(source_of(line)).command(line.command);
    const std::string params = params_of(line);
    if (!params.empty()) built.words(params);
    if (line.text) built.trailing(text);
    built.finish();
    session_->emit_rendered(out);
}

}  // namespace patchcord::irc
