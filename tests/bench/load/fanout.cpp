#include <string>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/measurement.hpp"
#include "tests/bench/load/modes.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;
using Phase = Phases::Phase;

class Fanout {
  public:
    explicit Fanout(const Options& options);

    Outcome run();

  private:
    void add_clients();
    void fill_windows();
    void on_phase(Phase phase);
    [[nodiscard]] Outcome outcome(const Span& span, bool stalled) const;

    const Options& options_;
    Layout layout_;
    ServerMeter meter_;
    DeliveryCheck check_;
    EventLoop loop_;
    Crew crew_;
    std::string batch_;
    std::uint64_t delivered_at_begin_ = 0;
    std::uint64_t delivered_ = 0;
    Histogram latency_;
};

Fanout::Fanout(const Options& options)
    : options_(options),
      layout_{options.channels, options.senders, options.receivers},
      meter_(options.pids),
      check_(layout_, options.window, options.size),
      crew_(options, loop_, [this](IrcClient& client, std::string_view text, Nanoseconds at) {
          check_.received(client.number(), text, at);
      }) {
    add_clients();
}

void Fanout::add_clients() {
    for (std::size_t member = 0; member < layout_.members(); ++member) {
        crew_.add("#bench" + std::to_string(layout_.group_of_member(member)));
    }
    for (std::size_t i = 0; i < options_.background; ++i) crew_.add("");
}

void Fanout::fill_windows() {
    for (std::size_t stream = 0; stream < layout_.streams(); ++stream) {
        if (!check_.may_send(stream)) continue;
        IrcClient& sender = crew_.client(layout_.member_of_stream(stream));
        const Nanoseconds time = now();
        batch_.clear();
        while (check_.may_send(stream)) {
            batch_.append("PRIVMSG ").append(sender.channel()).append(" :");
            check_.append_next(stream, time, batch_);
            batch_.append("\r\n");
        }
        sender.send(batch_);
    }
}

void Fanout::on_phase(Phase phase) {
    if (phase == Phase::measuring) {
        delivered_at_begin_ = check_.accepted();
        check_.clear_latency();
    } else {
        delivered_ = check_.accepted() - delivered_at_begin_;
        latency_ = check_.latency();
    }
}

Outcome Fanout::run() {
    crew_.assemble();
    Phases phases(meter_, options_.warmup, options_.duration);
    StallWatch watch(from_seconds(options_.stall));
    bool stalled = false;
    while (!stalled && !(phases.phase() == Phase::draining && check_.complete())) {
        if (phases.phase() != Phase::draining) fill_windows();
        loop_.poll(20ms);
        if (phases.advance()) on_phase(phases.phase());
        stalled = watch.stalled(check_.accepted());
    }
    Outcome result = outcome(phases.span(), stalled);
    crew_.dismiss();
    return result;
}

Outcome Fanout::outcome(const Span& span, bool stalled) const {
    const Faults faults = check_.faults();
    Outcome result;
    result.passed = !stalled && faults.none();
    JsonObject& figures = result.figures;
    figures.add("mode", "fanout").add("channels", layout_.groups).add("senders", layout_.senders);
    figures.add("receivers", layout_.receivers).add("background", options_.background);
    figures.add("window", options_.window).add("size", options_.size).add("delivered", delivered_);
    if (!stalled) {
        figures.add("cpu_us_per_line", span.cpu_each(delivered_));
        figures.add("lines_per_second", static_cast<double>(delivered_) / span.elapsed());
        figures.add("latency_p50_us", latency_.percentile(0.5)).add("latency_p99_us", latency_.percentile(0.99));
        span.add_to(figures);
    }
    figures.add("checked", check_.accepted()).add("stalled", stalled);
    add_faults(figures, faults);
    return result;
}

}  // namespace

Outcome run_fanout(const Options& options) {
    return Fanout(options).run();
}

void add_faults(JsonObject& figures, const Faults& faults) {
    figures.add("lost", faults.lost).add("duplicated", faults.duplicated).add("reordered", faults.reordered);
    figures.add("damaged", faults.damaged).add("misdelivered", faults.misdelivered);
}

}  // namespace patchcord::bench
