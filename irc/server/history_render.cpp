#include "irc/server/history_render.hpp"

#include <utility>

#include "irc/server/session.hpp"
#include "irc/wire/ctcp.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/names.hpp"
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
    const std::size_t most = pieces_ + Session::lines_a_slice;
    while (next_ < lines_.size()) {
        if (pieces_ >= most) return true;
        const chat::HistoryLine& line = lines_[next_++];
        if (line.command == "RENAME" && !session_->has(Cap::channel_rename)) continue;
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

/// A channel may have been called otherwise when that was said.
std::string Playback::named(const std::string& params) const {
    if (!is_channel_name(params)) return params;
    return name_ + params.substr(std::min(params.find(' '), params.size()));
}

/// What is said in a query is to the other party as the client calls it, or to the client.
std::string Playback::params_of(const chat::HistoryLine& line) const {
    if (!query_) return line.command == "RENAME" ? line.params : named(line.params);
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

/// The text as it is cut into lines of the protocol; an empty line is an empty piece.
std::vector<Playback::Piece> Playback::cut(std::string_view text, std::size_t budget) const {
    std::vector<Piece> pieces;
    while (true) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end == 0) pieces.push_back({{}, false});
        bool joined = false;
        for (const std::string_view piece : split_text(text.substr(0, end), budget, session_->server().graphemes())) {
            pieces.push_back({piece, std::exchange(joined, true)});
        }
        if (end == text.size()) return pieces;
        text.remove_prefix(end + 1);
    }
}

/// The rule for a message as it is said: no larger than one that the client may send itself.
bool Playback::wants_batch(std::string_view text, std::size_t pieces) const {
    const ServerOptions& options = session_->options();
    return !reference_.empty() && session_->has(Cap::multiline) && pieces > 1 && pieces <= options.multiline_lines &&
           text.size() <= options.multiline_bytes;
}

/// One line of the protocol for each of the text, and several for one that is too long for it.
void Playback::send_text(const chat::HistoryLine& line) {
    constexpr std::size_t action_wrapping = 9;  // \x01ACTION \x01
    const auto ctcp = parse_ctcp(*line.text);
    const bool action = ctcp && ctcp->command == "ACTION";
    const std::string dated =
        session_->has(Cap::server_time) ? std::string() : dated_prefix(session_->server(), line.at);
    const std::string_view text = action ? ctcp->parameters : std::string_view(*line.text);
    const std::size_t head = 1 + source_of(line).size() + 1 + line.command.size() + 1 + params_of(line).size() + 2;
    const std::size_t around = head + dated.size() + action_wrapping + 2;
    const std::size_t budget = max_body_bytes > around + 4 ? max_body_bytes - around : 4;
    const std::vector<Piece> pieces = cut(text, budget);
    if (!action && wants_batch(text, pieces.size())) return send_multiline(line, pieces, dated);
    bool first = true;
    for (const Piece& piece : pieces) {
        if (piece.text.empty()) continue;  // for those only who get a batch
        const std::string shown = (first ? dated : std::string()) + std::string(piece.text);
        send_piece(line, action ? format_ctcp("ACTION", shown) : shown, first);
        first = false;
    }
}

/// A batch inside that of the history. The tags of the message are on its first line, the opening one.
void Playback::send_multiline(const chat::HistoryLine& line, const std::vector<Piece>& pieces,
                              const std::string& dated) {
    const std::string reference = session_->next_batch_reference();
    const std::string source = source_of(line);
    const std::string params = params_of(line);
    pieces_ += pieces.size() + 2;
    std::string out;
    LineBuilder opening(out);
    add_tags(opening, line, true);
    opening.source(source).command("BATCH").param("+" + reference).param("draft/multiline").param(params).finish();
    bool first = true;
    for (const Piece& piece : pieces) {
        LineBuilder built(out);
        built.tag("batch", reference);
        if (piece.joined) built.tag("draft/multiline-concat");
        built.source(source).command(line.command).param(params);
        built.trailing((std::exchange(first, false) ? dated : std::string()) + std::string(piece.text)).finish();
    }
    LineBuilder closing(out);
    closing.tag("batch", reference_).source(source).command("BATCH").param("-" + reference).finish();
    session_->emit_rendered(out);
}

void Playback::add_tags(LineBuilder& built, const chat::HistoryLine& line, bool first) const {
    if (session_->has(Cap::server_time)) built.tag("time", session_->server().time_tag(line.at));
    if (!reference_.empty()) built.tag("batch", reference_);
    if (session_->has(Cap::account_tag) && !line.account.empty()) built.tag("account", line.account);
    if (!session_->has(Cap::message_tags)) return;
    if (line.bot) built.tag("bot");
    if (!first) return;
    if (!line.msgid.empty()) built.tag("msgid", line.msgid);
    built.raw_tags(line.tags);
}

void Playback::send_piece(const chat::HistoryLine& line, std::string_view text, bool first) {
    ++pieces_;
    std::string out;
    LineBuilder built(out);
    add_tags(built, line, first);
    built.source(source_of(line)).command(line.command);
    const std::string params = params_of(line);
    if (!params.empty()) built.words(params);
    if (line.text) built.trailing(text);
    built.finish();
    session_->emit_rendered(out);
}

}  // namespace patchcord::irc
