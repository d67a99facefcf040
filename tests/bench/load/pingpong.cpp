#include <string>
#include <vector>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/measurement.hpp"
#include "tests/bench/load/modes.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;
using Phase = Phases::Phase;

/// Each pair is two conversations with one sender and one receiver. Clients 2p and 2p+1 are pair p; client c sends in
/// conversation c and hears conversation c^1, so its member numbers there are 2c (sender) and 2(c^1)+1 (receiver).
class Pingpong {
  public:
    explicit Pingpong(const Options& options);

    Outcome run();

  private:
    void on_text(IrcClient& client, std::string_view text, Nanoseconds at);
    void say(std::size_t speaker);
    void begin_round(std::size_t client);
    [[nodiscard]] Outcome outcome(const Span& span, bool stalled) const;

    const Options& options_;
    ServerMeter meter_;
    DeliveryCheck check_;
    EventLoop loop_;
    Crew crew_;
    std::string line_;
    std::vector<Nanoseconds> round_began_;  // by client; used for the even ones, which begin
    Histogram round_trips_;
    bool ending_ = false;
};

std::size_t partner_of(std::size_t client) {
    return client ^ 1U;
}

Pingpong::Pingpong(const Options& options)
    : options_(options),
      meter_(options.pids),
      check_(Layout{2 * options.pairs, 1, 1}, 1, options.size),
      crew_(options, loop_,
            [this](IrcClient& client, std::string_view text, Nanoseconds at) { on_text(client, text, at); }),
      round_began_(2 * options.pairs) {
    for (std::size_t i = 0; i < 2 * options.pairs; ++i) crew_.add("");
}

void Pingpong::say(std::size_t speaker) {
    line_.assign("PRIVMSG ").append(crew_.client(partner_of(speaker)).nick()).append(" :");
    check_.append_next(speaker, now(), line_);
    line_.append("\r\n");
    crew_.client(speaker).send(line_);
}

void Pingpong::begin_round(std::size_t client) {
    round_began_[client] = now();
    say(client);
}

void Pingpong::on_text(IrcClient& client, std::string_view text, Nanoseconds at) {
    const std::size_t listener = client.number();
    if (!check_.received(2 * partner_of(listener) + 1, text, at)) return;
    const bool began = listener % 2 == 0;
    if (!began) {
        say(listener);
        return;
    }
    round_trips_.add(at - round_began_[listener]);
    if (!ending_) begin_round(listener);
}

Outcome Pingpong::run() {
    crew_.assemble();
    for (std::size_t client = 0; client < crew_.size(); client += 2) begin_round(client);
    Phases phases(meter_, options_.warmup, options_.duration);
    StallWatch watch(from_seconds(options_.stall));
    bool stalled = false;
    Histogram measured;
    while (!stalled && !(ending_ && check_.complete())) {
        loop_.poll(20ms);
        if (phases.advance()) {
            measured = round_trips_;
            round_trips_.clear();
            ending_ = phases.phase() == Phase::draining;
        }
        stalled = watch.stalled(check_.accepted());
    }
    round_trips_ = measured;
    Outcome result = outcome(phases.span(), stalled);
    crew_.dismiss();
    return result;
}

Outcome Pingpong::outcome(const Span& span, bool stalled) const {
    const Faults faults = check_.faults();
    Outcome result;
    result.passed = !stalled && faults.none();
    JsonObject& figures = result.figures;
    figures.add("mode", "pingpong").add("pairs", options_.pairs).add("size", options_.size);
    if (!stalled) {
        figures.add("round_trips", round_trips_.count());
        figures.add("round_trip_p50_us", round_trips_.percentile(0.5));
        figures.add("round_trip_p99_us", round_trips_.percentile(0.99));
        figures.add("cpu_us_per_line", span.cpu_each(2 * round_trips_.count()));
        span.add_to(figures);
    }
    figures.add("checked", check_.accepted()).add("stalled", stalled);
    add_faults(figures, faults);
    return result;
}

}  // namespace

Outcome run_pingpong(const Options& options) {
    return Pingpong(options).run();
}

}  // namespace patchcord::bench
