#include "gateway/log/line_budget.hpp"

#include <algorithm>

namespace patchcord::gateway {

bool LineBudget::take(chat::LogLevel level, std::string_view kind, chat::Now now) {
    if (options_.burst == 0) return true;
    Interval& interval = interval_of({level == chat::LogLevel::error, kind}, now);
    if (interval.written < options_.burst) {
        ++interval.written;
        return true;
    }
    ++interval.left_out;
    interval.level = std::max(interval.level, level);
    return false;
}

/// One that is over begins anew, unless something is still to be told of it.
LineBudget::Interval& LineBudget::interval_of(const KindView& kind, chat::Now now) {
    auto found = kinds_.find(kind);
    if (found == kinds_.end() && kinds_.size() >= max_kinds) {
        std::erase_if(kinds_,
                      [now](const auto& entry) { return entry.second.end <= now && entry.second.left_out == 0; });
    }
    if (found == kinds_.end()) {
        const bool room = kinds_.size() < max_kinds;
        found = kinds_.try_emplace(Kind(kind.first, room ? kind.second : other_kinds)).first;
    }
    Interval& interval = found->second;
    if (interval.end <= now && interval.left_out == 0)
        interval = {now + options_.interval, 0, 0, chat::LogLevel::trace};
    return interval;
}

std::vector<LineBudget::LeftOut> LineBudget::settle(chat::Now now) {
    std::vector<LeftOut> all;
    std::erase_if(kinds_, [&](const auto& entry) {
        const auto& [kind, interval] = entry;
        if (interval.end > now) return false;
        if (interval.left_out != 0) all.push_back({interval.level, kind.second, interval.left_out});
        return true;
    });
    return all;
}

std::optional<chat::Now> LineBudget::next_end() const {
    std::optional<chat::Now> next;
    for (const auto& [kind, interval] : kinds_) {
        if (interval.left_out != 0 && (!next || interval.end < *next)) next = interval.end;
    }
    return next;
}

}  // namespace patchcord::gateway
