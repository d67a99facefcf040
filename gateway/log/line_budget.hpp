#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/log_sink.hpp"

namespace patchcord::gateway {

/// How many lines of one kind may be written before the rest of them is only counted, so that nobody can bury a log.
/// A kind is a line's constant sentence; those of level error are kinds of their own.
class LineBudget {
  public:
    struct Options {
        std::size_t burst = 20;  // lines of one kind in an interval; 0: no limit
        std::chrono::milliseconds interval{60'000};
    };
    /// What was left out of one kind in an interval that is over.
    struct LeftOut {
        chat::LogLevel level;  // the highest of them
        std::string kind;
        std::uint64_t lines;
    };
    /// Kinds that are told apart at the same time; all others share one budget, under the name `other_kinds`.
    static constexpr std::size_t max_kinds = 256;
    static constexpr std::string_view other_kinds = "lines of other kinds";

    /// For intervals that begin from now on; the number of lines holds at once.
    void set_options(Options options) { options_ = options; }

    /// May this line be written? An interval begins with its kind's first line.
    [[nodiscard]] bool take(chat::LogLevel level, std::string_view kind, chat::Now now);
    /// What was left out in the intervals that are over by now; each is told once.
    [[nodiscard]] std::vector<LeftOut> settle(chat::Now now);
    /// The same for all intervals, as if they were over.
    [[nodiscard]] std::vector<LeftOut> settle_all() { return settle(chat::Now::max()); }
    /// When the first interval is over in which lines were left out; nothing when there is none.
    [[nodiscard]] std::optional<chat::Now> next_end() const;
    [[nodiscard]] std::size_t kinds() const { return kinds_.size(); }

  private:
    struct Interval {
        chat::Now end{};
        std::size_t written = 0;
        std::uint64_t left_out = 0;
        chat::LogLevel level = chat::LogLevel::trace;
    };
    using Kind = std::pair<bool, std::string>;  // is it an error?
    using KindView = std::pair<bool, std::string_view>;
    struct Less {
        using is_transparent = void;
        bool operator()(KindView a, KindView b) const { return a < b; }
    };

    [[nodiscard]] Interval& interval_of(const KindView& kind, chat::Now now);

    Options options_;
    std::map<Kind, Interval, Less> kinds_;
};

}  // namespace patchcord::gateway
