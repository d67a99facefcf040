#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/bench/load/delivery_check.hpp"
#include "tests/bench/load/measurement.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/speaker.hpp"

namespace patchcord::bench {

class EventLoop;

/// How much is said.
struct Pace {
    std::size_t window = 1;  // messages that each sender keeps under way ...
    double per_second = 0;   // ... or, when not 0, messages a second from all senders together, in turn
};

/// What was said between the two readings, and how it fared.
struct TalkFigures {
    Span span;
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;
};

/// Makes speakers talk: warms up, measures, and waits until everybody has everything.
class Talk {
  public:
    Talk(const Options& options, EventLoop& loop, const ServerMeter& meter)
        : options_(options), loop_(loop), meter_(meter) {}

    /// `check` judges what `speakers`, one a stream, say. Both must outlive the talk. Afterwards `check` holds the
    /// latency of the measured time.
    void add(DeliveryCheck& check, std::vector<Speaker*> speakers);

    /// False when nothing was delivered for a long time and the talk was given up.
    [[nodiscard]] bool run(const Pace& pace);

    /// Of the last run.
    [[nodiscard]] const TalkFigures& figures() const { return figures_; }

    /// The latency of the last run's measured time, of the check that was added as number `exchange`.
    [[nodiscard]] const Histogram& latency(std::size_t exchange) const { return exchanges_[exchange].latency; }

  private:
    struct Exchange {
        DeliveryCheck* check;
        std::vector<Speaker*> speakers;
        Histogram latency;
    };

    void speak(const Pace& pace);
    void fill_windows(Exchange& exchange, std::size_t window);
    void keep_pace(double per_second);
    bool say_next(Nanoseconds at);
    void on_phase(Phases::Phase phase);
    [[nodiscard]] bool complete() const;
    [[nodiscard]] TalkFigures counts() const;

    const Options& options_;
    EventLoop& loop_;
    const ServerMeter& meter_;
    std::vector<Exchange> exchanges_;
    std::string batch_;
    TalkFigures figures_;
    Nanoseconds began_{};
    std::uint64_t said_ = 0;  // at a pace
    std::size_t turn_exchange_ = 0;
    std::size_t turn_stream_ = 0;
};

}  // namespace patchcord::bench
