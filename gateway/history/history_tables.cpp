#include "gateway/history/history_tables.hpp"

#include <algorithm>
#include <limits>
#include <soci/soci.h>

#include "chat_core/error.hpp"

namespace patchcord::gateway {
namespace {

constexpr int most_earlier_places = 20;  // of one name that are looked at

chat::WallTime to_time(long long stored) {
    return chat::WallTime(std::chrono::milliseconds(stored));
}

/// Where a line lies in the order of its place.
struct Position {
    long long at = 0;
    long long id = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
};

constexpr Position first_of_all{std::numeric_limits<long long>::min(), 0};
constexpr Position last_of_all{std::numeric_limits<long long>::max(), 0};

struct FoundLine {
    Position position;
    chat::HistoryLine line;
};

struct PlaceRow {
    long long id = 0;
    chat::HistoryPlace place;
    Position end = last_of_all;  // behind what may be read
};

/// The places a range is about: the one that is open, and earlier ones the reader took part in.
std::vector<PlaceRow> places_of(soci::session& session, const chat::HistoryPlace& place, const std::string& reader) {
    std::vector<PlaceRow> found;
    long long id = 0;
    long long began = place.began;
    session << "SELECT id FROM place WHERE key = :key AND began = :began", soci::use(place.key), soci::use(began),
        soci::into(id);
    if (session.got_data()) found.push_back({id, place, last_of_all});
    if (reader.empty()) return found;
    Position left;
    soci::indicator has_left = soci::i_ok;
    soci::indicator has_left_line = soci::i_ok;
    soci::statement select =
        (session.prepare << "SELECT place.id, place.began, party.left_at, party.left_id"
                            " FROM place JOIN party ON party.place = place.id"
                            " WHERE place.key = :key AND party.account = :reader AND place.began <> :began"
                            " ORDER BY place.began DESC LIMIT "
                         << most_earlier_places,
         soci::use(place.key), soci::use(reader), soci::use(static_cast<const long long&>(began)), soci::into(id),
         soci::into(began), soci::into(left.at, has_left), soci::into(left.id, has_left_line));
    select.execute();
    while (select.fetch()) {
        const bool stayed = has_left != soci::i_ok || has_left_line != soci::i_ok;
        found.push_back({id, {place.key, began}, stayed ? last_of_all : left});
    }
    return found;
}

/// Reads the lines of one place between two positions, from one end.
class LineReader {
  public:
    LineReader(soci::session& session, bool events) : session_(session), events_(events) {}

    void read(const PlaceRow& place, Position after, Position before, bool newest, std::size_t limit,
              std::vector<FoundLine>& into) {
        before = std::min(before, place.end);
        const std::string order = newest ? "DESC" : "ASC";
        const std::string filter = events_ ? "INDEXED BY line_all" : "INDEXED BY line_said";
        const std::string which = events_ ? "" : " AND event = 0";
        const auto most = static_cast<long long>(limit);
        FoundLine row;
        chat::HistoryLine& line = row.line;
        int bot = 0;
        int event = 0;
        std::string text;
        soci::indicator has_text = soci::i_ok;
        soci::statement select =
            (session_.prepare << "SELECT id, at, msgid, source, account, bot, event, command, params, text, tags"
                                 " FROM line "
                              << filter << " WHERE place = :place" << which
                              << " AND (at, id) > (:after, :after_id) AND (at, id) < (:before, :before_id)"
                                 " ORDER BY at "
                              << order << ", id " << order << " LIMIT :most",
             soci::use(place.id), soci::use(after.at), soci::use(after.id), soci::use(before.at), soci::use(before.id),
             soci::use(most), soci::into(row.position.id), soci::into(row.position.at), soci::into(line.msgid),
             soci::into(line.source), soci::into(line.account), soci::into(bot), soci::into(event),
             soci::into(line.command), soci::into(line.params), soci::into(text, has_text), soci::into(line.tags));
        select.execute();
        while (select.fetch()) {
            line.place = place.place;
            line.at = to_time(row.position.at);
            line.bot = bot != 0;
            line.event = event != 0;
            line.text = has_text == soci::i_ok ? std::optional(text) : std::nullopt;
            into.push_back(row);
        }
    }

  private:
    soci::session& session_;
    bool events_;
};

/// Where a msgid lies; nothing when it is in none of the places.
std::optional<Position> find_msgid(soci::session& session, const std::vector<PlaceRow>& places,
                                   const std::string& msgid) {
    Position position;
    long long place = 0;
    session << "SELECT place, at, id FROM line WHERE msgid = :msgid AND msgid <> ''", soci::use(msgid),
        soci::into(place), soci::into(position.at), soci::into(position.id);
    if (!session.got_data()) return std::nullopt;
    const bool here = std::any_of(places.begin(), places.end(),
                                  [&](const PlaceRow& row) { return row.id == place && position < row.end; });
    return here ? std::optional(position) : std::nullopt;
}

/// A point between lines, or on one.
struct Bound {
    Position low;   // nothing before the point is above it
    Position high;  // nothing behind the point is below it
};

std::optional<Bound> resolve(soci::session& session, const std::vector<PlaceRow>& places,
                             const chat::HistoryPoint& point) {
    if (!point.msgid.empty()) {
        const auto position = find_msgid(session, places, point.msgid);
        if (!position) return std::nullopt;
        return Bound{*position, *position};
    }
    const long long at = point.at->time_since_epoch().count();
    return Bound{{at, 0}, {at, std::numeric_limits<long long>::max()}};
}

class RangeReader {
  public:
    RangeReader(soci::session& session, const chat::HistoryRange& range)
        : range_(range), places_(places_of(session, range.place, range.reader)), reader_(session, range.events) {}

    [[nodiscard]] const std::vector<PlaceRow>& places() const { return places_; }

    /// The first or last lines between two positions, of all places together, in order.
    [[nodiscard]] std::vector<FoundLine> read(Position after, Position before, bool newest, std::size_t limit) {
        std::vector<FoundLine> found;
        if (limit == 0 || after >= before) return found;
        for (const PlaceRow& place : places_) reader_.read(place, after, before, newest, limit, found);
        std::sort(found.begin(), found.end(),
                  [](const FoundLine& one, const FoundLine& other) { return one.position < other.position; });
        if (found.size() <= limit) return found;
        const auto surplus = static_cast<std::ptrdiff_t>(found.size() - limit);
        if (newest) {
            found.erase(found.begin(), found.begin() + surplus);
        } else {
            found.erase(found.end() - surplus, found.end());
        }
        return found;
    }

    [[nodiscard]] std::vector<FoundLine> around(const Bound& point) {
        std::vector<FoundLine> found = read(first_of_all, point.low, true, range_.limit / 2);
        // The line itself is behind everything before it.
        const Position just_before{point.low.at, point.low.id - 1};
        std::vector<FoundLine> behind = read(just_before, last_of_all, false, range_.limit - found.size());
        std::move(behind.begin(), behind.end(), std::back_inserter(found));
        return found;
    }

  private:
    const chat::HistoryRange& range_;
    std::vector<PlaceRow> places_;
    LineReader reader_;
};

std::vector<chat::HistoryLine> lines_of(std::vector<FoundLine> found) {
    std::vector<chat::HistoryLine> lines;
    lines.reserve(found.size());
    for (FoundLine& row : found) lines.push_back(std::move(row.line));
    return lines;
}

}  // namespace

chat::Result<std::vector<chat::HistoryLine>> read_lines(soci::session& session, const chat::HistoryRange& range) {
    using From = chat::HistoryRange::From;
    RangeReader reader(session, range);
    Bound after{first_of_all, first_of_all};
    Bound before{last_of_all, last_of_all};
    if (!range.after.unbounded()) {
        const auto bound = resolve(session, reader.places(), range.after);
        if (!bound) return chat::Errc::no_such_message;
        after = *bound;
    }
    if (!range.before.unbounded()) {
        const auto bound = resolve(session, reader.places(), range.before);
        if (!bound) return chat::Errc::no_such_message;
        before = *bound;
    }
    if (range.from == From::around) return lines_of(reader.around(after));
    const bool reversed = range.from == From::oldest && before.low < after.low;
    if (reversed) return lines_of(reader.read(before.high, after.low, true, range.limit));
    return lines_of(reader.read(after.high, before.low, range.from == From::newest, range.limit));
}

std::vector<chat::HistoryTarget> read_targets(soci::session& session, const std::string& reader, chat::WallTime after,
                                              chat::WallTime before, std::size_t limit) {
    const bool reversed = after > before;
    const long long low = (reversed ? before : after).time_since_epoch().count();
    const long long high = (reversed ? after : before).time_since_epoch().count();
    const auto most = static_cast<long long>(limit);
    chat::HistoryTarget target;
    long long latest = 0;
    soci::statement select =
        (session.prepare << "SELECT place.key, MAX(MIN(place.latest, COALESCE(party.left_at, place.latest))) AS last"
                            " FROM party JOIN place ON"
                            " place.id = party.place WHERE party.account = :reader GROUP BY place.key"
                            " HAVING last > :low AND last < :high ORDER BY last "
                         << (reversed ? "DESC" : "ASC") << " LIMIT :most",
         soci::use(reader), soci::use(low), soci::use(high), soci::use(most), soci::into(target.key),
         soci::into(latest));
    select.execute();
    std::vector<chat::HistoryTarget> targets;
    while (select.fetch()) {
        target.latest = to_time(latest);
        targets.push_back(target);
    }
    if (reversed) std::reverse(targets.begin(), targets.end());
    return targets;
}

chat::Result<chat::HistoryLine> find_line(soci::session& session, const chat::HistoryPlace& place,
                                          const std::string& reader, const std::string& msgid) {
    chat::HistoryRange range;
    range.place = place;
    range.reader = reader;
    range.from = chat::HistoryRange::From::around;
    range.after.msgid = msgid;
    range.limit = 1;
    range.events = true;
    auto lines = read_lines(session, range);
    if (!lines) return lines.error();
    if (lines->empty() || lines->front().msgid != msgid) return chat::Errc::no_such_message;
    return std::move(lines->front());
}

std::error_code remove_line(soci::session& session, const std::string& msgid) {
    soci::statement remove =
        (session.prepare << "DELETE FROM line WHERE msgid = :msgid AND msgid <> ''", soci::use(msgid));
    remove.execute(true);
    return remove.get_affected_rows() > 0 ? std::error_code() : make_error_code(chat::Errc::no_such_message);
}

chat::WallTime newest_line(soci::session& session) {
    long long at = 0;
    soci::indicator any = soci::i_ok;
    session << "SELECT MAX(at) FROM line", soci::into(at, any);
    return any == soci::i_ok ? to_time(at) : chat::WallTime{};
}

chat::HistoryStore::Markers read_markers(soci::session& session, const std::string& account) {
    std::string name;
    long long at = 0;
    soci::statement select = (session.prepare << "SELECT name, at FROM marker WHERE account = :account",
                              soci::use(account), soci::into(name), soci::into(at));
    select.execute();
    chat::HistoryStore::Markers markers;
    while (select.fetch()) markers.emplace(name, to_time(at));
    return markers;
}

void save_marker(soci::session& session, const std::string& account, const std::string& name, chat::WallTime at) {
    const long long stored = at.time_since_epoch().count();
    soci::statement update =
        (session.prepare << "UPDATE marker SET at = MAX(at, :at) WHERE account = :account AND name = :name",
         soci::use(stored), soci::use(account), soci::use(name));
    update.execute(true);
    if (update.get_affected_rows() > 0) return;
    const auto most = static_cast<long long>(chat::HistoryStore::most_markers);
    session << "INSERT INTO marker (account, name, at) SELECT :account, :name, :at WHERE"
               " (SELECT COUNT(*) FROM marker WHERE account = :same) < :most",
        soci::use(account), soci::use(name), soci::use(stored), soci::use(account), soci::use(most);
}

void rename_place(soci::session& session, const chat::HistoryPlace& from, const chat::HistoryPlace& to) {
    const auto from_began = static_cast<long long>(from.began);
    const auto to_began = static_cast<long long>(to.began);
    session << "UPDATE OR IGNORE place SET key = :key, began = :began WHERE key = :old_key AND began = :old_began",
        soci::use(to.key), soci::use(to_began), soci::use(from.key), soci::use(from_began);
}

void forget_account(soci::session& session, const std::string& account) {
    // The key of a query is two identities with a line break between them.
    const std::string first = account + "\n";
    const std::string second = "\n" + account;
    const std::string queries =
        "SELECT id FROM place WHERE substr(key, 1, length(:first)) = :same_first OR"
        " (instr(key, char(10)) > 0 AND substr(key, instr(key, char(10))) = :second)";
    session << "DELETE FROM line WHERE place IN (" + queries + ")", soci::use(first), soci::use(first),
        soci::use(second);
    session << "DELETE FROM place WHERE id IN (" + queries + ")", soci::use(first), soci::use(first), soci::use(second);
    session << "DELETE FROM party WHERE account = :account", soci::use(account);
    session << "DELETE FROM marker WHERE account = :account", soci::use(account);
}

}  // namespace patchcord::gateway
