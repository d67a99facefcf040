#include <algorithm>
#include <soci/soci.h>
#include <utility>

#include "gateway/history/history_tables.hpp"

namespace patchcord::gateway {
namespace {

long long to_stored(chat::WallTime at) {
    return at.time_since_epoch().count();
}

/// One prepared INSERT and the variables it reads.
struct LineRow {
    long long place = 0;
    long long at = 0;
    std::string msgid;
    std::string source;
    std::string account;
    int bot = 0;
    int event = 0;
    std::string command;
    std::string params;
    std::string text;
    soci::indicator has_text = soci::i_ok;
    std::string tags;

    void take(const chat::HistoryLine& line, long long place_id) {
        place = place_id;
        at = to_stored(line.at);
        msgid = line.msgid;
        source = line.source;
        account = line.account;
        bot = line.bot ? 1 : 0;
        event = line.event ? 1 : 0;
        command = line.command;
        params = line.params;
        text = line.text.value_or(std::string());
        has_text = line.text ? soci::i_ok : soci::i_null;
        tags = line.tags;
    }
};

/// What became of somebody's part in a place.
struct Part {
    enum class Kind { takes, left, expelled };
    Kind kind = Kind::takes;
    long long at = 0;  // of the line that says so
    long long id = 0;
};

void set_party(soci::session& session, const std::string& account, long long place, const Part& part) {
    switch (part.kind) {
        case Part::Kind::takes:
            session << "INSERT INTO party (account, place) VALUES (:account, :place) ON CONFLICT (account, place)"
                       " DO UPDATE SET left_at = NULL, left_id = NULL WHERE left_at IS NOT NULL",
                soci::use(account), soci::use(place);
            break;
        case Part::Kind::left:
            session << "UPDATE party SET left_at = :at, left_id = :id WHERE account = :account AND place = :place",
                soci::use(part.at), soci::use(part.id), soci::use(account), soci::use(place);
            break;
        case Part::Kind::expelled:
            session << "DELETE FROM party WHERE account = :account AND place = :place", soci::use(account),
                soci::use(place);
            break;
    }
}

long long last_line(soci::session& session) {
    long long id = 0;
    session << "SELECT last_insert_rowid()", soci::into(id);
    return id;
}

}  // namespace

/// They end behind the last line there is, wherever that lies: all that could be read stays so. The newest message may
/// have been redacted, so the time is the place's, if that is later.
void end_parts_in_channels(soci::session& session) {
    session << "UPDATE party SET"
               " left_at = MAX((SELECT latest FROM place WHERE place.id = party.place), COALESCE((SELECT at FROM line"
               " WHERE line.place = party.place ORDER BY at DESC LIMIT 1), 0)),"
               " left_id = 1 + COALESCE((SELECT id FROM line WHERE line.place = party.place"
               " ORDER BY at DESC, id DESC LIMIT 1), 0)"
               " WHERE left_at IS NULL AND place IN (SELECT id FROM place WHERE key LIKE '#%'"
               " AND instr(key, char(10)) = 0)";  // a query's key has a line break
}

/// The command line may have removed places meanwhile.
void LineInserter::notice_others(soci::session& session) {
    long long version = 0;
    session << "PRAGMA data_version", soci::into(version);
    if (std::exchange(data_version_, version) != version) places_.clear();
}

long long LineInserter::place_id(soci::session& session, const chat::HistoryPlace& place) {
    constexpr std::size_t most_remembered = 10'000;
    const auto known = places_.find({place.key, place.began});
    if (known != places_.end()) return known->second;
    const auto began = static_cast<long long>(place.began);
    session << "INSERT OR IGNORE INTO place (key, began) VALUES (:key, :began)", soci::use(place.key), soci::use(began);
    long long id = 0;
    session << "SELECT id FROM place WHERE key = :key AND began = :began", soci::use(place.key), soci::use(began),
        soci::into(id);
    if (places_.size() >= most_remembered) places_.clear();
    places_[{place.key, place.began}] = id;
    return id;
}

void LineInserter::insert(soci::session& session, const std::vector<const chat::HistoryLine*>& lines) {
    notice_others(session);
    LineRow row;
    soci::statement insert =
        (session.prepare << "INSERT OR IGNORE INTO line (place, at, msgid, source, account, bot, event, command,"
                            " params, text, tags) VALUES (:place, :at, :msgid, :source, :account, :bot, :event,"
                            " :command, :params, :text, :tags)",
         soci::use(row.place), soci::use(row.at), soci::use(row.msgid), soci::use(row.source), soci::use(row.account),
         soci::use(row.bot), soci::use(row.event), soci::use(row.command), soci::use(row.params),
         soci::use(row.text, row.has_text), soci::use(row.tags));
    std::map<long long, long long> latest;
    std::map<std::pair<long long, std::string>, Part::Kind> parties;
    const auto become = [&](const std::string& account, const Part& part) {
        const auto [known, is_new] = parties.try_emplace({row.place, account}, part.kind);
        if (!is_new && part.kind == Part::Kind::takes && known->second == part.kind) return;
        known->second = part.kind;
        set_party(session, account, row.place, part);
    };
    for (const chat::HistoryLine* line : lines) {
        row.take(*line, place_id(session, line->place));
        insert.execute(true);
        if (!line->event) latest[row.place] = std::max(latest[row.place], row.at);
        for (const std::string& account : line->parties) become(account, {});
        if (!line->expelled.empty()) become(line->expelled, {Part::Kind::expelled, 0, 0});
        if (!line->left.empty()) become(line->left, {Part::Kind::left, row.at, last_line(session)});
    }
    for (const auto& [place, at] : latest) {
        session << "UPDATE place SET latest = :at WHERE id = :place AND latest < :newer", soci::use(at),
            soci::use(place), soci::use(at);
    }
}

}  // namespace patchcord::gateway
