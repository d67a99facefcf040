#include <string>
#include <vector>

#include "tests/bench/load/crew.hpp"
#include "tests/bench/load/modes.hpp"
#include "tests/bench/load/talk.hpp"

namespace patchcord::bench {
namespace {

Outcome outcome(const Options& options, const DeliveryCheck& check, const Talk& talk, bool stalled) {
    const Faults faults = check.faults();
    Outcome result;
    result.passed = !stalled && faults.none();
    JsonObject& figures = result.figures;
    figures.add("mode", "fanout").add("channels", options.channels).add("senders", options.senders);
    figures.add("receivers", options.receivers).add("background", options.background);
    figures.add("window", options.window).add("size", options.size).add("delivered", talk.figures().delivered);
    if (!stalled) {
        const auto& [span, sent, delivered] = talk.figures();
        figures.add("cpu_us_per_line", span.cpu_each(delivered));
        figures.add("main_thread_us_per_line", span.main_thread_each(delivered));
        figures.add("lines_per_second", static_cast<double>(delivered) / span.elapsed());
        add_latency(figures, "", talk.latency(0));
        span.add_to(figures);
    }
    figures.add("checked", check.accepted()).add("stalled", stalled);
    add_faults(figures, faults);
    return result;
}

}  // namespace

Outcome run_fanout(const Options& options) {
    const Layout layout{options.channels, options.senders, options.receivers};
    const ServerMeter meter(options.pids);
    DeliveryCheck check(layout, options.window, options.size);
    EventLoop loop;
    Crew crew(options, loop, [&check](IrcClient& client, std::string_view text, Nanoseconds at) {
        check.received(client.number(), text, at);
    });
    for (std::size_t member = 0; member < layout.members(); ++member) {
        crew.add("#bench" + std::to_string(layout.group_of_member(member)));
    }
    for (std::size_t i = 0; i < options.background; ++i) crew.add("");
    std::vector<Speaker*> speakers;
    for (std::size_t stream = 0; stream < layout.streams(); ++stream) {
        speakers.push_back(&crew.client(layout.member_of_stream(stream)));
    }
    Talk talk(options, loop, meter);
    talk.add(check, std::move(speakers));

    crew.assemble();
    const bool stalled = !talk.run({options.window, 0});
    Outcome result = outcome(options, check, talk, stalled);
    crew.dismiss();
    return result;
}

void add_faults(JsonObject& figures, const Faults& faults) {
    figures.add("lost", faults.lost).add("duplicated", faults.duplicated).add("reordered", faults.reordered);
    figures.add("damaged", faults.damaged).add("misdelivered", faults.misdelivered);
}

void add_latency(JsonObject& figures, const std::string& prefix, const Histogram& latency) {
    figures.add(prefix + "latency_p50_us", latency.percentile(0.5));
    figures.add(prefix + "latency_p99_us", latency.percentile(0.99));
}

}  // namespace patchcord::bench
