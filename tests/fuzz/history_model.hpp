#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/history_key.hpp"
#include "chat_core/ports/history_store.hpp"
#include "gateway/history/history_tables.hpp"

namespace patchcord::fuzz {

/// Where a line lies in the order of its place.
struct LinePosition {
    long long at = 0;
    long long id = 0;
    friend auto operator<=>(const LinePosition&, const LinePosition&) = default;
};

inline std::string describe_part(const chat::HistoryPlace& place, long long latest, const std::string& account,
                                 const std::optional<LinePosition>& left) {
    const std::string end = left ? std::to_string(left->at) + " " + std::to_string(left->id) : "";
    return "part " + place.key + "|" + std::to_string(place.began) + "|" + std::to_string(latest) + "|" + account +
           "|" + end + "\n";
}

/// What the history's database has to hold, with nothing but lists.
class HistoryModel {
  public:
    using Lines = std::vector<chat::HistoryLine>;

    void insert(const chat::HistoryLine& line) {
        const std::size_t place = place_number(line.place);
        const long long at = number(line.at);
        const bool known = !line.msgid.empty() && find(line.msgid) != nullptr;
        const LinePosition position{at, lines_.empty() ? 1 : highest_id() + 1};
        if (!known) lines_.push_back({position, place, line});
        if (!line.event) places_.at(place).latest = std::max(places_.at(place).latest, at);
        for (const std::string& account : line.parties) parts_[{account, place}] = std::nullopt;
        if (!line.expelled.empty()) parts_.erase({line.expelled, place});
        const auto part = parts_.find({line.left, place});
        if (part != parts_.end()) part->second = position;
    }
    std::error_code remove(const std::string& msgid) {
        const std::size_t removed =
            std::erase_if(lines_, [&](const Kept& kept) { return !msgid.empty() && kept.line.msgid == msgid; });
        return removed > 0 ? std::error_code() : make_error_code(chat::Errc::no_such_message);
    }
    void rename(const chat::HistoryPlace& from, const chat::HistoryPlace& to) {
        Place* place = find_place(from);
        if (place != nullptr && find_place(to) == nullptr) place->name = to;
    }
    void set_marker(const std::string& account, const std::string& name, chat::WallTime at) {
        chat::WallTime& marker = markers_[account].try_emplace(name, at).first->second;
        marker = std::max(marker, at);
    }
    void forget(const std::string& account) {
        remove_places([&](const Place& place) { return !chat::other_party(place.name.key, account).empty(); });
        std::erase_if(parts_, [&](const auto& part) { return part.first.first == account; });
        markers_.erase(account);
    }
    void trim(const gateway::HistoryRetention& retention, chat::WallTime now) {
        if (retention.max_age.count() > 0) {
            const long long oldest = number(now - retention.max_age);
            std::erase_if(lines_, [&](const Kept& kept) { return kept.position.at < oldest; });
        }
        if (retention.max_lines_per_place > 0) remove_surplus(retention.max_lines_per_place);
        remove_places([&](const Place& place) { return is_empty(place) && !is_occupied(place); });
    }
    void end_parts() {
        for (auto& [who, left] : parts_) {
            const Place& place = places_.at(who.second);
            if (left || !is_channel(place)) continue;
            LinePosition last;
            for (const Kept& kept : lines_) {
                if (kept.place == who.second) last = std::max(last, kept.position);
            }
            left = LinePosition{std::max(place.latest, last.at), last.id + 1};
        }
    }

    [[nodiscard]] chat::Result<Lines> read(const chat::HistoryRange& range) const {
        using From = chat::HistoryRange::From;
        const std::vector<Kept> all = visible(range);
        const auto after = bound(all, range.after, lowest);
        const auto before = bound(all, range.before, highest);
        if (!after || !before) return chat::Errc::no_such_message;
        const auto between = [&](LinePosition low, LinePosition high, bool newest, std::size_t limit) {
            return part_of(all, range.events, low, high, newest, limit);
        };
        if (range.from == From::around) {
            Lines lines = between(lowest, after->first, true, range.limit / 2);
            const LinePosition just_before{after->first.at, after->first.id - 1};
            const Lines behind = between(just_before, highest, false, range.limit - lines.size());
            lines.insert(lines.end(), behind.begin(), behind.end());
            return lines;
        }
        if (range.from == From::oldest && before->first < after->first) {
            return between(before->second, after->first, true, range.limit);
        }
        return between(after->second, before->first, range.from == From::newest, range.limit);
    }
    [[nodiscard]] std::map<std::string, long long> targets(const std::string& reader) const {
        std::map<std::string, long long> latest;
        for (const auto& [who, left] : parts_) {
            if (who.first != reader) continue;
            const Place& place = places_.at(who.second);
            const long long at = left ? std::min(place.latest, left->at) : place.latest;
            const auto [known, is_new] = latest.try_emplace(place.name.key, at);
            known->second = std::max(known->second, at);
        }
        return latest;
    }
    [[nodiscard]] chat::HistoryStore::Markers markers(const std::string& account) const {
        const auto found = markers_.find(account);
        return found == markers_.end() ? chat::HistoryStore::Markers() : found->second;
    }
    [[nodiscard]] std::string describe_parts() const {
        std::map<std::pair<std::string, std::int64_t>, std::string> texts;
        for (const auto& [number, place] : places_) {
            std::string& text = texts[{place.name.key, place.name.began}];
            for (const auto& [who, left] : parts_) {
                if (who.second == number) text += describe_part(place.name, place.latest, who.first, left);
            }
            if (text.empty()) text = describe_part(place.name, place.latest, "", std::nullopt);
        }
        std::string all;
        for (const auto& [name, text] : texts) all += text;
        return all;
    }
    [[nodiscard]] long long newest() const {
        long long at = 0;
        for (const Kept& kept : lines_) at = std::max(at, kept.position.at);
        return at;
    }

  private:
    struct Place {
        chat::HistoryPlace name;
        long long latest = 0;
    };
    struct Kept {
        LinePosition position;
        std::size_t place = 0;
        chat::HistoryLine line;
    };
    using Bound = std::pair<LinePosition, LinePosition>;

    static constexpr LinePosition lowest{std::numeric_limits<long long>::min(), 0};
    static constexpr LinePosition highest{std::numeric_limits<long long>::max(), 0};
    static constexpr std::size_t most_earlier_places = 20;

    static long long number(chat::WallTime time) { return time.time_since_epoch().count(); }
    static bool is_channel(const Place& place) {
        return place.name.key.starts_with('#') && place.name.key.find('\n') == std::string::npos;
    }

    Place* find_place(const chat::HistoryPlace& name) {
        for (auto& [number, place] : places_) {
            if (place.name == name) return &place;
        }
        return nullptr;
    }
    std::size_t place_number(const chat::HistoryPlace& name) {
        for (const auto& [number, place] : places_) {
            if (place.name == name) return number;
        }
        places_[++last_place_] = {name, 0};
        return last_place_;
    }
    [[nodiscard]] const Kept* find(const std::string& msgid) const {
        const auto found =
            std::find_if(lines_.begin(), lines_.end(), [&](const Kept& kept) { return kept.line.msgid == msgid; });
        return found == lines_.end() ? nullptr : &*found;
    }
    [[nodiscard]] long long highest_id() const {
        return std::max_element(lines_.begin(), lines_.end(),
                                [](const Kept& a, const Kept& b) { return a.position.id < b.position.id; })
            ->position.id;
    }
    void remove_surplus(std::size_t most) {
        std::map<std::size_t, std::vector<LinePosition>> of_place;
        for (const Kept& kept : lines_) of_place[kept.place].push_back(kept.position);
        for (auto& [place, positions] : of_place) {
            if (positions.size() <= most) continue;
            std::sort(positions.rbegin(), positions.rend());
            std::erase_if(lines_, [place = place, oldest = positions[most - 1]](const Kept& kept) {
                return kept.place == place && kept.position < oldest;
            });
        }
    }
    [[nodiscard]] std::size_t number_of(const Place& wanted) const {
        return std::find_if(places_.begin(), places_.end(), [&](const auto& entry) { return &entry.second == &wanted; })
            ->first;
    }
    [[nodiscard]] bool is_empty(const Place& place) const {
        const std::size_t wanted = number_of(place);
        return std::none_of(lines_.begin(), lines_.end(), [&](const Kept& kept) { return kept.place == wanted; });
    }
    [[nodiscard]] bool is_occupied(const Place& place) const {
        const std::size_t wanted = number_of(place);
        return place.name.key.starts_with('#') && std::any_of(parts_.begin(), parts_.end(), [&](const auto& part) {
                   return part.first.second == wanted && !part.second;
               });
    }
    template <class Predicate>
    void remove_places(Predicate gone) {
        std::set<std::size_t> numbers;
        for (const auto& [number, place] : places_) {
            if (gone(place)) numbers.insert(number);
        }
        std::erase_if(lines_, [&](const Kept& kept) { return numbers.contains(kept.place); });
        std::erase_if(parts_, [&](const auto& part) { return numbers.contains(part.first.second); });
        std::erase_if(places_, [&](const auto& place) { return numbers.contains(place.first); });
    }

    /// What a reader may see: the place, and what they took part in of earlier ones; in order, each with the name of
    /// its place.
    [[nodiscard]] std::vector<Kept> visible(const chat::HistoryRange& range) const {
        std::map<std::size_t, LinePosition> ends;
        std::vector<std::pair<std::int64_t, std::size_t>> earlier;
        for (const auto& [number, place] : places_) {
            if (place.name == range.place) ends[number] = highest;
            const bool other = place.name.key == range.place.key && place.name.began != range.place.began;
            if (other && !range.reader.empty() && parts_.contains({range.reader, number})) {
                earlier.emplace_back(place.name.began, number);
            }
        }
        std::sort(earlier.rbegin(), earlier.rend());
        if (earlier.size() > most_earlier_places) earlier.resize(most_earlier_places);
        for (const auto& [began, number] : earlier) {
            ends[number] = parts_.at({range.reader, number}).value_or(highest);
        }
        std::vector<Kept> seen;
        for (const Kept& kept : lines_) {
            const auto end = ends.find(kept.place);
            if (end == ends.end() || kept.position >= end->second) continue;
            seen.push_back(kept);
            seen.back().line.place = places_.at(kept.place).name;
        }
        std::sort(seen.begin(), seen.end(), [](const Kept& a, const Kept& b) { return a.position < b.position; });
        return seen;
    }
    static std::optional<Bound> bound(const std::vector<Kept>& all, const chat::HistoryPoint& point,
                                      LinePosition none) {
        if (point.unbounded()) return Bound{none, none};
        if (point.msgid.empty()) {
            const long long at = number(*point.at);
            return Bound{{at, 0}, {at, std::numeric_limits<long long>::max()}};
        }
        for (const Kept& kept : all) {
            if (kept.line.msgid == point.msgid) return Bound{kept.position, kept.position};
        }
        return std::nullopt;
    }
    static Lines part_of(const std::vector<Kept>& all, bool events, LinePosition after, LinePosition before,
                         bool newest, std::size_t limit) {
        Lines lines;
        for (const Kept& kept : all) {
            const bool inside = kept.position > after && kept.position < before;
            if (inside && (events || !kept.line.event)) lines.push_back(kept.line);
        }
        if (lines.size() <= limit) return lines;
        const auto surplus = static_cast<std::ptrdiff_t>(lines.size() - limit);
        newest ? lines.erase(lines.begin(), lines.begin() + surplus) : lines.erase(lines.end() - surplus, lines.end());
        return lines;
    }

    std::size_t last_place_ = 0;
    std::map<std::size_t, Place> places_;
    std::vector<Kept> lines_;
    std::map<std::pair<std::string, std::size_t>, std::optional<LinePosition>> parts_;
    std::map<std::string, chat::HistoryStore::Markers> markers_;
};

}  // namespace patchcord::fuzz
