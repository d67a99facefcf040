#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat_core/ports/history_store.hpp"

namespace soci {
class session;
}

namespace patchcord::gateway {

// What the history's database is asked and told. All of these throw what the database throws.

/// Puts lines into the database, each with its place and who may read that. Remembers the numbers of places, so it is
/// for one connection; `forget` when what it wrote was undone, or places may be gone.
class LineInserter {
  public:
    void insert(soci::session& session, const std::vector<const chat::HistoryLine*>& lines);
    void forget() { places_.clear(); }

  private:
    [[nodiscard]] long long place_id(soci::session& session, const chat::HistoryPlace& place);
    void notice_others(soci::session& session);

    std::map<std::pair<std::string, std::int64_t>, long long> places_;
    long long data_version_ = 0;  // of the file, when the numbers were learnt
};

/// Ends the part of everybody who did not leave a channel, for the start: nobody is in one yet, and after a crash
/// nobody has been seen leaving. Who comes in takes part again.
void end_parts_in_channels(soci::session& session);

/// See `chat::HistoryStore::read`. Error: no_such_message.
[[nodiscard]] chat::Result<std::vector<chat::HistoryLine>> read_lines(soci::session& session,
                                                                      const chat::HistoryRange& range);
[[nodiscard]] std::vector<chat::HistoryTarget> read_targets(soci::session& session, const std::string& reader,
                                                            chat::WallTime after, chat::WallTime before,
                                                            std::size_t limit);
/// Error: no_such_message.
[[nodiscard]] chat::Result<chat::HistoryLine> find_line(soci::session& session, const chat::HistoryPlace& place,
                                                        const std::string& reader, const std::string& msgid);
/// Error: no_such_message.
[[nodiscard]] std::error_code remove_line(soci::session& session, const std::string& msgid);
/// The time of the newest line; the epoch when there is none.
[[nodiscard]] chat::WallTime newest_line(soci::session& session);
[[nodiscard]] chat::HistoryStore::Markers read_markers(soci::session& session, const std::string& account);
void save_marker(soci::session& session, const std::string& account, const std::string& name, chat::WallTime at);
/// Nothing happens when there is a place of the new name that began at that time.
void rename_place(soci::session& session, const chat::HistoryPlace& from, const chat::HistoryPlace& to);
void forget_account(soci::session& session, const std::string& account);

/// How long lines are kept, and how many.
struct HistoryRetention {
    std::chrono::milliseconds max_age{};            // 0: for ever
    std::size_t max_lines_per_place = 0;            // 0: no limit
    std::size_t max_bytes = std::size_t{1} << 30U;  // of the file, as far as it is in use
};
/// Removes a few of the lines that are too old or too many, the oldest first. True: there may be more.
[[nodiscard]] bool trim_lines(soci::session& session, const HistoryRetention& retention, chat::WallTime now);

}  // namespace patchcord::gateway
