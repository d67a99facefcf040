#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/history_key.hpp"
#include "chat_core/ports/history_store.hpp"

namespace patchcord::tests {

/// History in memory. What it is asked waits until the test lets it answer.
class MemoryHistory final : public chat::HistoryStore {
  public:
    void append(chat::HistoryLine line, Kept kept = {}) override {
        lines_.push_back(std::move(line));
        if (kept) waiting_.push_back([kept = std::move(kept), this] { kept(write_error); });
    }
    void read(chat::HistoryRange range, Lines done) override {
        ++reads;
        waiting_.push_back([this, range = std::move(range), done = std::move(done)] { done(select(range)); });
    }
    void targets(std::string reader, chat::WallTime after, chat::WallTime before, std::size_t limit,
                 Targets done) override {
        waiting_.push_back([=, this] { done(select_targets(reader, after, before, limit)); });
    }
    void find(chat::HistoryPlace place, std::string, std::string msgid, Found done) override {
        waiting_.push_back([=, this] {
            for (const chat::HistoryLine& line : lines_) {
                if (line.place == place && line.msgid == msgid) return done(line);
            }
            done(chat::Errc::no_such_message);
        });
    }
    void redact(std::string msgid, Kept done) override {
        const std::size_t removed =
            std::erase_if(lines_, [&](const chat::HistoryLine& line) { return line.msgid == msgid; });
        waiting_.push_back([done = std::move(done), removed] {
            if (done) done(removed > 0 ? std::error_code() : make_error_code(chat::Errc::no_such_message));
        });
    }
    void markers(std::string account, std::function<void(chat::Result<Markers>)> done) override {
        waiting_.push_back([=, this] { done(markers_[account]); });
    }
    void set_marker(std::string account, std::string name, chat::WallTime at) override {
        chat::WallTime& known = markers_[account].try_emplace(name, at).first->second;
        known = std::max(known, at);
    }
    void renamed(chat::HistoryPlace from, chat::HistoryPlace to) override {
        for (chat::HistoryLine& line : lines_) {
            if (line.place == from) line.place = to;
        }
    }
    void forget_account(std::string account) override {
        markers_.erase(account);
        std::erase_if(
            lines_, [&](const chat::HistoryLine& line) { return !chat::other_party(line.place.key, account).empty(); });
        for (chat::HistoryLine& line : lines_) std::erase(line.parties, account);
    }

    /// Answers all that waits, and what is asked by that; false when nothing waited.
    bool settle() {
        bool any = false;
        while (!waiting_.empty()) {
            any = true;
            const std::function<void()> answer = std::move(waiting_.front());
            waiting_.pop_front();
            answer();
        }
        return any;
    }
    [[nodiscard]] std::size_t pending() const { return waiting_.size(); }
    [[nodiscard]] const std::vector<chat::HistoryLine>& lines() const { return lines_; }

    std::error_code write_error;
    std::error_code read_error;
    std::size_t reads = 0;

  private:
    /// How many of all lines somebody may read, those of other places counted, if they are in that place.
    [[nodiscard]] std::size_t readable(const chat::HistoryPlace& place, const chat::HistoryRange& range) const {
        if (place == range.place) return lines_.size();
        if (place.key != range.place.key || range.reader.empty()) return 0;
        bool party = false;
        std::size_t end = lines_.size();
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const chat::HistoryLine& line = lines_[i];
            if (line.place != place) continue;
            if (line.left == range.reader) end = i;
            if (line.expelled == range.reader) party = false;
            if (std::find(line.parties.begin(), line.parties.end(), range.reader) == line.parties.end()) continue;
            party = true;
            end = lines_.size();
        }
        return party ? end : 0;
    }
    [[nodiscard]] chat::Result<std::vector<chat::HistoryLine>> select(const chat::HistoryRange& range) const {
        using From = chat::HistoryRange::From;
        if (read_error) return read_error;
        std::vector<chat::HistoryLine> all;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const chat::HistoryLine& line = lines_[i];
            if ((range.events || !line.event) && i < readable(line.place, range)) all.push_back(line);
        }
        std::stable_sort(all.begin(), all.end(), [](const auto& one, const auto& other) { return one.at < other.at; });
        // The index of the first line behind a point, or of the point itself.
        const auto index = [&](const chat::HistoryPoint& point, bool behind) -> chat::Result<std::size_t> {
            for (std::size_t i = 0; i < all.size(); ++i) {
                if (!point.msgid.empty() ? all[i].msgid == point.msgid : all[i].at >= *point.at) {
                    const bool exact = !point.msgid.empty();
                    if (exact) return behind ? i + 1 : i;
                    std::size_t j = i;
                    while (behind && j < all.size() && all[j].at == *point.at) ++j;
                    return j;
                }
            }
            if (!point.msgid.empty()) return chat::Errc::no_such_message;
            return all.size();
        };
        std::size_t begin = 0;
        std::size_t end = all.size();
        if (!range.after.unbounded()) {
            const auto found = index(range.after, range.from != From::around);
            if (!found) return found.error();
            begin = *found;
        }
        if (!range.before.unbounded()) {
            const auto found = index(range.before, false);
            if (!found) return found.error();
            end = *found;
        }
        bool newest = range.from == From::newest;
        if (range.from == From::oldest && begin > end && !range.before.unbounded()) {
            // The bounds are the other way round: from the later one back.
            begin = *index(range.before, true);
            end = *index(range.after, false);
            newest = true;
        }
        if (range.from == From::around) {
            const std::size_t half = range.limit / 2;
            begin = begin > half ? begin - half : 0;
            newest = false;
        }
        if (begin > end) begin = end;
        if (end - begin > range.limit) (newest ? begin : end) = newest ? end - range.limit : begin + range.limit;
        using Offset = std::vector<chat::HistoryLine>::difference_type;
        return std::vector<chat::HistoryLine>(all.begin() + static_cast<Offset>(begin),
                                              all.begin() + static_cast<Offset>(end));
    }
    [[nodiscard]] std::vector<chat::HistoryTarget> select_targets(const std::string& reader, chat::WallTime after,
                                                                  chat::WallTime before, std::size_t limit) const {
        std::vector<chat::HistoryTarget> found;
        if (after > before) std::swap(after, before);
        for (const chat::HistoryLine& line : lines_) {
            if (line.event) continue;
            const bool mine = std::any_of(lines_.begin(), lines_.end(), [&](const chat::HistoryLine& other) {
                return other.place == line.place &&
                       std::find(other.parties.begin(), other.parties.end(), reader) != other.parties.end();
            });
            if (!mine) continue;
            const auto known = std::find_if(found.begin(), found.end(),
                                            [&](const auto& target) { return target.key == line.place.key; });
            if (known == found.end()) {
                found.push_back({line.place.key, line.at});
            } else {
                known->latest = std::max(known->latest, line.at);
            }
        }
        std::erase_if(found, [&](const auto& target) { return target.latest <= after || target.latest >= before; });
        std::sort(found.begin(), found.end(),
                  [](const auto& one, const auto& other) { return one.latest < other.latest; });
        if (found.size() > limit) found.resize(limit);
        return found;
    }

    std::vector<chat::HistoryLine> lines_;
    std::map<std::string, Markers> markers_;
    std::deque<std::function<void()>> waiting_;
};

}  // namespace patchcord::tests
