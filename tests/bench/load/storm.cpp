#include <deque>
#include <string>
#include <vector>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/measurement.hpp"
#include "tests/bench/load/modes.hpp"
#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;

class Storm final : public ClientEvents {
  public:
    explicit Storm(const Options& options) : options_(options), meter_(options.pids), began_(options.concurrency) {}

    Outcome run();

    void on_ready(IrcClient& client) override;
    void on_text(IrcClient&, std::string_view, Nanoseconds) override { ++texts_; }
    void on_gone(IrcClient& client, std::string_view why) override;

  private:
    void launch(IrcClient& client);
    void relaunch_idle();
    [[nodiscard]] Outcome outcome(const Span& span) const;

    const Options& options_;
    ServerMeter meter_;
    EventLoop loop_;
    std::deque<IrcClient> clients_;  // as many as may be under way at a time; each is used again and again
    std::vector<IrcClient*> idle_;
    std::vector<Nanoseconds> began_;
    Histogram registration_time_;
    std::size_t launched_ = 0;
    std::size_t finished_ = 0;
    std::uint64_t texts_ = 0;
};

void Storm::launch(IrcClient& client) {
    client.rename("s" + std::to_string(launched_));
    began_[client.number()] = now();
    client.open(options_.port, source_host(options_, launched_));
    ++launched_;
}

void Storm::on_ready(IrcClient& client) {
    registration_time_.add(now() - began_[client.number()]);
    client.quit();
}

void Storm::on_gone(IrcClient& client, std::string_view why) {
    if (!client.is_quitting()) throw RunFailure(client.nick() + " could not register: " + std::string(why));
    ++finished_;
    idle_.push_back(&client);
}

/// Between polls only: an event of the old connection may still stand in the batch that a poll is working through.
void Storm::relaunch_idle() {
    for (IrcClient* client : idle_) {
        if (launched_ < options_.count) launch(*client);
    }
    idle_.clear();
}

Outcome Storm::run() {
    Span span;
    span.begin = take_reading(meter_);
    for (std::size_t slot = 0; slot < options_.concurrency && launched_ < options_.count; ++slot) {
        launch(clients_.emplace_back(loop_, *this, slot, "", ""));
    }
    StallWatch watch(from_seconds(options_.stall));
    while (finished_ < options_.count) {
        loop_.poll(20ms);
        relaunch_idle();
        if (watch.stalled(finished_)) {
            throw RunFailure("only " + std::to_string(finished_) + " registrations came to their end");
        }
    }
    span.end = take_reading(meter_);
    return outcome(span);
}

Outcome Storm::outcome(const Span& span) const {
    Outcome result;
    result.passed = texts_ == 0;
    JsonObject& figures = result.figures;
    figures.add("mode", "storm").add("count", options_.count).add("concurrency", options_.concurrency);
    figures.add("cpu_us_per_registration", span.cpu_each(options_.count));
    figures.add("registrations_per_second", static_cast<double>(options_.count) / span.elapsed());
    figures.add("registration_p50_us", registration_time_.percentile(0.5));
    figures.add("registration_p99_us", registration_time_.percentile(0.99));
    figures.add("misdelivered", texts_);
    span.add_to(figures);
    return result;
}

}  // namespace

Outcome run_storm(const Options& options) {
    return Storm(options).run();
}

}  // namespace patchcord::bench
