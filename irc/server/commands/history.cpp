// CHATHISTORY (IRCv3 draft/chathistory) and MARKREAD (draft/read-marker).

#include <charconv>

#include "irc/server/commands/commands.hpp"
#include "irc/server/history_places.hpp"
#include "irc/server/history_render.hpp"
#include "irc/server/person.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "irc/wire/timestamp.hpp"

namespace patchcord::irc::commands {
namespace {

constexpr std::string_view timestamp_key = "timestamp=";
constexpr std::string_view msgid_key = "msgid=";

/// Whoever has the capability knows these words, with standard-replies or without.
void fail(Session& session, std::string_view code, std::initializer_list<std::string_view> context,
          std::string_view text) {
    commands::fail(session, "CHATHISTORY", code, context, text);
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

/// A line or a moment as CHATHISTORY names it; answers and gives nothing when it is neither.
std::optional<chat::HistoryPoint> read_point(Session& session, const std::string& what, std::string_view target,
                                             std::string_view text) {
    chat::HistoryPoint point;
    if (text.starts_with(timestamp_key)) {
        point.at = parse_timestamp(text.substr(timestamp_key.size()));
        if (point.at) return point;
    } else if (text.starts_with(msgid_key) && text.size() > msgid_key.size()) {
        point.msgid = text.substr(msgid_key.size());
        return point;
    } else if (text.find('=') != std::string_view::npos && !text.starts_with(msgid_key)) {
        fail(session, "INVALID_MSGREFTYPE", {what, target}, "Messages are named by msgid or timestamp here");
        return std::nullopt;
    }
    fail(session, "INVALID_PARAMS", {what, target}, "That is no msgid and no timestamp");
    return std::nullopt;
}

std::optional<std::size_t> read_limit(Session& session, const std::string& what, std::string_view text) {
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc() || end != text.data() + text.size()) {
        fail(session, "INVALID_PARAMS", {what}, "The limit must be a number");
        return std::nullopt;
    }
    const std::size_t most = session.options().history_limit;
    return limit == 0 || limit > most ? most : limit;
}

/// How many parameters stand behind the subcommand.
std::size_t params_needed(std::string_view what) {
    if (what == "BETWEEN") return 4;
    if (what == "LATEST" || what == "BEFORE" || what == "AFTER" || what == "AROUND" || what == "TARGETS") return 3;
    return 0;
}

/// The piece of history that a subcommand means; nothing when it was answered with an error.
bool read_range(Session& session, const std::string& what, const Message& message, chat::HistoryRange& range) {
    using From = chat::HistoryRange::From;
    const std::string_view target = message.param(1);
    const bool any = what == "LATEST" && message.param(2) == "*";
    const auto first = any ? chat::HistoryPoint{} : read_point(session, what, target, message.param(2));
    if (!first) return false;
    if (what == "BETWEEN") {
        const auto second = read_point(session, what, target, message.param(3));
        if (!second) return false;
        range.from = From::oldest;
        range.after = *first;
        range.before = *second;
    } else if (what == "BEFORE") {
        range.from = From::newest;
        range.before = *first;
    } else {
        range.from = what == "LATEST" ? From::newest : what == "AFTER" ? From::oldest : From::around;
        range.after = *first;
    }
    return true;
}

void send_lines(Session& session, const chat::Result<std::vector<chat::HistoryLine>>& lines, const std::string& what,
                const std::string& name) {
    if (!lines && lines.error() != chat::Errc::no_such_message) {
        fail(session, "MESSAGE_ERROR", {what, name}, "Messages could not be retrieved: " + lines.error().message());
        return;
    }
    std::vector<chat::HistoryLine> found = lines ? *lines : std::vector<chat::HistoryLine>();
    Playback playback(session, std::move(found), name, !is_channel_name(name), session.take_label());
    if (playback()) session.stream(std::move(playback));
}

void read_lines(Session& session, const std::string& what, const Message& message) {
    const std::string_view target = message.param(1);
    const auto limit = read_limit(session, what, message.param(what == "BETWEEN" ? 4 : 3));
    if (!limit) return;
    chat::HistoryRange range;
    if (!read_range(session, what, message, range)) return;
    const auto place = find_place(session, target);
    if (!place) {
        fail(session, "INVALID_TARGET", {what, target}, "Messages could not be retrieved");
        return;
    }
    range.place = place->place;
    range.reader = session.account();
    range.limit = *limit;
    range.events = session.has(Cap::event_playback);
    session.server().environment().history->read(
        std::move(range), [&session, what, name = place->name,
                           go_on = session.await_answer()](const chat::Result<std::vector<chat::HistoryLine>>& lines) {
            go_on([&] { send_lines(session, lines, what, name); });
        });
}

void send_targets(Session& session, const chat::Result<std::vector<chat::HistoryTarget>>& targets) {
    if (!targets) {
        fail(session, "MESSAGE_ERROR", {"TARGETS"}, "Targets could not be retrieved: " + targets.error().message());
        return;
    }
    const std::string label = session.take_label();
    const std::string reference = session.next_batch_reference();
    const bool batch = session.has(Cap::batch);
    const auto begin_line = [&](LineBuilder& line) { line.source(session.options().name); };
    if (batch) {
        session.emit([&](LineBuilder& line) {
            if (!label.empty()) line.tag("label", label);
            begin_line(line);
            line.command("BATCH").param("+" + reference).param("draft/chathistory-targets");
        });
    }
    for (const chat::HistoryTarget& target : *targets) {
        const std::string name = name_of_place(session, target.key);
        if (name.empty()) continue;
        session.emit([&](LineBuilder& line) {
            if (batch) line.tag("batch", reference);
            begin_line(line);
            line.command("CHATHISTORY").param("TARGETS").param(name);
            line.param(session.server().time_tag(target.latest));
        });
    }
    if (batch)
        session.emit([&](LineBuilder& line) {
            begin_line(line);
            line.command("BATCH").param("-" + reference);
        });
}

void read_targets(Session& session, const Message& message) {
    const std::string what = "TARGETS";
    const auto limit = read_limit(session, what, message.param(3));
    if (!limit) return;
    const auto first = read_point(session, what, "*", message.param(1));
    if (!first) return;
    const auto second = read_point(session, what, "*", message.param(2));
    if (!second) return;
    if (!first->at || !second->at) {
        fail(session, "INVALID_MSGREFTYPE", {what, "*"}, "Targets are asked for by timestamps");
        return;
    }
    session.server().environment().history->targets(
        std::string(session.account()), *first->at, *second->at, *limit,
        [&session, go_on = session.await_answer()](const chat::Result<std::vector<chat::HistoryTarget>>& targets) {
            go_on([&] { send_targets(session, targets); });
        });
}

}  // namespace

void chathistory(Session& session, const Message& message) {
    // Without the capability the command does not exist for this client.
    if (!session.has(Cap::chathistory) || session.server().environment().history == nullptr) {
        session.reply(Numeric::err_unknowncommand, {"CHATHISTORY"}, "Unknown command");
        return;
    }
    const std::string what = upper(message.param(0));
    const std::size_t needed = params_needed(what);
    if (needed == 0) {
        fail(session, "INVALID_PARAMS", {message.param(0).empty() ? "*" : message.param(0)}, "Unknown subcommand");
    } else if (message.params().size() <= needed) {
        fail(session, "INVALID_PARAMS", {what}, "Not enough parameters");
    } else if (what == "TARGETS") {
        read_targets(session, message);
    } else {
        read_lines(session, what, message);
    }
}

namespace {

std::string read_marker_name(Session& session, std::string_view target) {
    return "read:" + chat::folded(target, session.server().fold());
}

void send_marker(Session& session, std::string_view target, const std::string& name) {
    if (!session.has(Cap::read_marker)) return;
    const auto at = session.person().marker(name);
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("MARKREAD").param(target);
        line.param(at ? std::string(timestamp_key) + std::string(session.server().time_tag(*at)) : std::string("*"));
    });
}

void fail_marker(Session& session, std::string_view code, std::initializer_list<std::string_view> context,
                 std::string_view text) {
    commands::fail(session, "MARKREAD", code, context, text);
}

}  // namespace

void send_read_marker(Session& session, std::string_view target) {
    send_marker(session, target, read_marker_name(session, target));
}

void markread(Session& session, const Message& message) {
    if (!session.has(Cap::read_marker)) {
        session.reply(Numeric::err_unknowncommand, {"MARKREAD"}, "Unknown command");
        return;
    }
    const std::string_view target = message.param(0);
    const bool channel = is_channel_name(target);
    if (target.empty()) return fail_marker(session, "NEED_MORE_PARAMS", {}, "Missing parameters");
    if (!(channel ? is_valid_channel(target, session.options().channel_length)
                  : is_valid_nick(target, session.options().nick_length))) {
        return fail_marker(session, "INVALID_PARAMS", {target}, "Not a channel and not a nick");
    }
    const std::string name = read_marker_name(session, target);
    if (message.params().size() < 2) return send_marker(session, target, name);
    const std::string_view given = message.param(1);
    const auto at =
        given.starts_with(timestamp_key) ? parse_timestamp(given.substr(timestamp_key.size())) : std::nullopt;
    if (!at) return fail_marker(session, "INVALID_PARAMS", {target, given}, "Invalid timestamp");
    const auto before = session.person().marker(name);
    if (!session.person().set_marker(name, *at)) {
        return fail_marker(session, "INTERNAL_ERROR", {target}, "Too many markers");
    }
    const bool moved = session.person().marker(name) != before;
    session.person().for_each([&](Session& each) {
        if (moved || &each == &session) send_marker(each, target, name);
    });
}

}  // namespace patchcord::irc::commands
