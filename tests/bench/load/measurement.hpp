#pragma once

#include "tests/bench/load/clock.hpp"
#include "tests/bench/load/json.hpp"
#include "tests/bench/load/server_meter.hpp"

namespace patchcord::bench {

/// What the clocks showed at one moment.
struct Reading {
    Nanoseconds time{};
    Nanoseconds server_cpu{};
    Nanoseconds main_thread_cpu{};
    Nanoseconds own_cpu{};
};

inline Reading take_reading(const ServerMeter& meter) {
    return {now(), meter.cpu(), meter.main_thread_cpu(), own_cpu()};
}

/// What passed between two readings.
struct Span {
    Reading begin;
    Reading end;

    [[nodiscard]] double elapsed() const { return seconds(end.time - begin.time); }
    [[nodiscard]] Nanoseconds server_cpu() const { return end.server_cpu - begin.server_cpu; }

    /// Server CPU in microseconds for each of `count` pieces of work; 0 when there were none.
    [[nodiscard]] double cpu_each(std::uint64_t count) const {
        return count == 0 ? 0 : microseconds(server_cpu()) / static_cast<double>(count);
    }

    /// The same of the first thread alone.
    [[nodiscard]] double main_thread_each(std::uint64_t count) const {
        return count == 0 ? 0 : microseconds(end.main_thread_cpu - begin.main_thread_cpu) / static_cast<double>(count);
    }

    /// Adds the length and how busy both sides were (1 is one processor). A generator near 1 measures itself.
    void add_to(JsonObject& figures) const {
        figures.add("seconds", elapsed())
            .add("server_cpu_share", seconds(server_cpu()) / elapsed())
            .add("generator_cpu_share", seconds(end.own_cpu - begin.own_cpu) / elapsed());
    }
};

/// Leads a run that warms up, is measured, and then only drains.
class Phases {
  public:
    Phases(const ServerMeter& meter, double warmup, double duration)
        : meter_(meter), measure_at_(now() + from_seconds(warmup)), duration_(from_seconds(duration)) {}

    enum class Phase { warmup, measuring, draining };

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] const Span& span() const { return span_; }

    /// Moves on when it is time; true at the moment of a change.
    bool advance() {
        const Nanoseconds time = now();
        if (phase_ == Phase::warmup && time >= measure_at_) {
            span_.begin = take_reading(meter_);
            phase_ = Phase::measuring;
            return true;
        }
        if (phase_ == Phase::measuring && time >= span_.begin.time + duration_) {
            span_.end = take_reading(meter_);
            phase_ = Phase::draining;
            return true;
        }
        return false;
    }

  private:
    const ServerMeter& meter_;
    Nanoseconds measure_at_;
    Nanoseconds duration_;
    Phase phase_ = Phase::warmup;
    Span span_;
};

}  // namespace patchcord::bench
