#include <string>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/measurement.hpp"
#include "tests/bench/load/modes.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;

Span wait_in_silence(const Options& options, EventLoop& loop, const ServerMeter& meter) {
    Span span;
    span.begin = take_reading(meter);
    const Nanoseconds end = span.begin.time + from_seconds(options.duration);
    while (now() < end) loop.poll(20ms);
    span.end = take_reading(meter);
    return span;
}

void add_clients(const Options& options, Crew& crew) {
    for (std::size_t i = 0; i < options.clients; ++i) {
        crew.add(options.channels == 0 ? "" : "#bench" + std::to_string(i % options.channels));
    }
}

}  // namespace

Outcome run_idle(const Options& options) {
    const ServerMeter meter(options.pids);
    EventLoop loop;
    std::uint64_t texts = 0;
    Crew crew(options, loop, [&](IrcClient&, std::string_view, Nanoseconds) { ++texts; });
    add_clients(options, crew);

    const std::int64_t empty = meter.resident_bytes();
    Span setting_up;
    setting_up.begin = take_reading(meter);
    crew.assemble();
    setting_up.end = take_reading(meter);
    const Span silence = wait_in_silence(options, loop, meter);
    const std::int64_t full = meter.resident_bytes();

    Outcome result;
    result.passed = texts == 0;
    JsonObject& figures = result.figures;
    figures.add("mode", "idle").add("clients", options.clients).add("channels", options.channels);
    figures.add("resident_bytes_empty", empty).add("resident_bytes_full", full);
    figures.add("resident_bytes_per_client", static_cast<double>(full - empty) / static_cast<double>(options.clients));
    figures.add("setup_cpu_us_per_client", setting_up.cpu_each(options.clients));
    figures.add("idle_cpu_us_per_second", microseconds(silence.server_cpu()) / silence.elapsed());
    figures.add("misdelivered", texts);
    silence.add_to(figures);
    crew.dismiss();
    return result;
}

}  // namespace patchcord::bench
