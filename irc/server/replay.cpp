#include "irc/server/replay.hpp"

#include <algorithm>

#include "irc/server/history_places.hpp"
#include "irc/server/history_render.hpp"
#include "irc/server/person.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t most_queries = 100;  // that a client is shown when it comes back

chat::HistoryStore* history_for(Session& session) {
    return session.has(Cap::chathistory) ? nullptr : session.server().environment().history;
}

std::string marker_name(const Session& session) {
    return "seen:" + session.device();
}

/// Since when the client was not here; nothing for one that never was.
std::optional<chat::WallTime> absent_since(const Session& session) {
    return session.account().empty() ? std::nullopt : session.person().marker(marker_name(session));
}

/// Reads a range and shows it; what is said meanwhile waits.
void replay(Session& session, chat::HistoryStore& store, chat::HistoryRange range, std::string name, bool query) {
    session.begin_replay();
    store.read(std::move(range), [&session, name = std::move(name), query, go_on = session.await_answer()](
                                     const chat::Result<std::vector<chat::HistoryLine>>& lines) {
        go_on([&] {
            if (!lines) session.replay_failed();
            if (!lines || lines->empty()) return session.end_replay();
            Playback playback(session, *lines, name, query, {});
            playback.skip([&session](const std::string& msgid) { return session.is_held(msgid); });
            session.stream([&session, playback = std::move(playback)]() mutable {
                if (playback()) return true;
                session.end_replay();
                return false;
            });
        });
    });
}

chat::HistoryRange range_of(Session& session, chat::HistoryPlace place) {
    chat::HistoryRange range;
    range.place = std::move(place);
    range.reader = session.account();
    range.from = chat::HistoryRange::From::newest;
    range.limit = session.options().history_on_join;
    if (const auto since = absent_since(session)) {
        range.after.at = *since;
        range.limit = session.options().history_on_return;
    }
    return range;
}

}  // namespace

void replay_group(Session& session, const chat::Group& group) {
    chat::HistoryStore* store = history_for(session);
    if (store == nullptr) return;
    chat::HistoryRange range = range_of(session, place_of_group(session.server(), group));
    // Who left it a moment ago has seen what was said before.
    if (const auto left = session.person().left(group); left && (!range.after.at || *range.after.at < *left)) {
        range.after.at = *left;
        range.limit = session.options().history_on_return;
    }
    if (range.limit == 0) return;
    replay(session, *store, std::move(range), group.name(), false);
}

void replay_queries(Session& session) {
    chat::HistoryStore* store = history_for(session);
    const auto since = absent_since(session);
    if (store == nullptr || !since || session.options().history_on_return == 0) return;
    session.begin_replay();
    // Beyond now, so that no clock that was set back hides anything.
    const chat::WallTime end = session.server().now() + std::chrono::hours(24);
    store->targets(std::string(session.account()), *since, end, most_queries,
                   [&session, store,
                    go_on = session.await_answer()](const chat::Result<std::vector<chat::HistoryTarget>>& targets) {
                       go_on([&] {
                           if (!targets) session.replay_failed();
                           if (targets) {
                               for (const chat::HistoryTarget& target : *targets) {
                                   const std::string name = name_of_place(session, target.key);
                                   if (name.empty() || is_channel_name(target.key)) continue;
                                   replay(session, *store, range_of(session, {target.key, 0}), name, true);
                               }
                           }
                           session.end_replay();
                       });
                   });
}

void note_seen(Session& session) {
    if (history_for(session) == nullptr || session.account().empty() || !session.has_been_shown_all()) return;
    session.service().end_moment();
    session.person().set_marker(marker_name(session), session.last_seen());
}

}  // namespace patchcord::irc
