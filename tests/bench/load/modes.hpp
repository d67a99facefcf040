#pragma once

#include <string>

#include "tests/bench/load/delivery_check.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/json.hpp"
#include "tests/bench/load/options.hpp"

namespace patchcord::bench {

/// What a mode hands back: the figures, and whether everything was delivered as it was sent.
struct Outcome {
    JsonObject figures;
    bool passed = false;
};

/// Senders keep `window` messages under way to a channel; a message is done when every receiver has it.
Outcome run_fanout(const Options& options);

/// The same across the bridge, or among MSN clients: in a room, or in one switchboard.
Outcome run_bridge(const Options& options);

/// Many conversations at once, on both sides and across: how much they can say, and how long it takes at half of that.
Outcome run_crowd(const Options& options);

/// Many registered clients that say nothing: memory of each, and what their silence costs.
Outcome run_idle(const Options& options);

/// Pairs exchange private messages, one under way in each pair.
Outcome run_pingpong(const Options& options);

/// Clients that connect, register, and quit, one after another.
Outcome run_storm(const Options& options);

/// Adds the counts of `faults` to `figures`.
void add_faults(JsonObject& figures, const Faults& faults);

/// Adds the middle and the tail of `latency`, under names that begin with `prefix`.
void add_latency(JsonObject& figures, const std::string& prefix, const Histogram& latency);

}  // namespace patchcord::bench
