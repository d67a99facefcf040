#include <soci/soci.h>

#include "gateway/history/history_tables.hpp"

namespace patchcord::gateway {
namespace {

// Of one transaction, so that what is said meanwhile waits but a moment.
constexpr int lines_at_once = 500;

/// Bytes of the file that hold something.
long long bytes_in_use(soci::session& session) {
    long long pages = 0;
    long long free = 0;
    long long page_bytes = 0;
    session << "PRAGMA page_count", soci::into(pages);
    session << "PRAGMA freelist_count", soci::into(free);
    session << "PRAGMA page_size", soci::into(page_bytes);
    return (pages - free) * page_bytes;
}

bool remove_oldest(soci::session& session, long long older_than) {
    soci::statement remove =
        (session.prepare << "DELETE FROM line WHERE id IN (SELECT id FROM line WHERE at < :limit ORDER BY at, id LIMIT "
                         << lines_at_once << ")",
         soci::use(older_than));
    remove.execute(true);
    return remove.get_affected_rows() > 0;
}

bool remove_surplus(soci::session& session, std::size_t max_lines) {
    const auto most = static_cast<long long>(max_lines);
    long long place = 0;
    long long lines = 0;
    session << "SELECT place, COUNT(*) AS lines FROM line GROUP BY place HAVING lines > :most LIMIT 1", soci::use(most),
        soci::into(place), soci::into(lines);
    if (!session.got_data()) return false;
    const long long surplus = std::min<long long>(lines - most, lines_at_once);
    session << "DELETE FROM line WHERE id IN (SELECT id FROM line WHERE place = :place ORDER BY at, id LIMIT :surplus)",
        soci::use(place), soci::use(surplus);
    return true;
}

/// Not those of channels that somebody is in: who is there reads what will be said.
void remove_empty_places(soci::session& session) {
    session << "DELETE FROM place WHERE id IN (SELECT id FROM place WHERE NOT EXISTS"
               " (SELECT 1 FROM line WHERE line.place = place.id) AND NOT (place.key LIKE '#%' AND EXISTS"
               " (SELECT 1 FROM party WHERE party.place = place.id AND party.left_at IS NULL)) LIMIT "
            << lines_at_once << ")";
}

}  // namespace

bool trim_lines(soci::session& session, const HistoryRetention& retention, chat::WallTime now) {
    bool more = false;
    if (retention.max_age.count() > 0) {
        more = remove_oldest(session, (now - retention.max_age).time_since_epoch().count());
    }
    if (!more && bytes_in_use(session) > static_cast<long long>(retention.max_bytes)) {
        more = remove_oldest(session, std::numeric_limits<long long>::max());
    }
    if (!more && retention.max_lines_per_place > 0) more = remove_surplus(session, retention.max_lines_per_place);
    if (!more) remove_empty_places(session);
    return more;
}

}  // namespace patchcord::gateway
