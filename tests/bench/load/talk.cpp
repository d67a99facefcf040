#include "tests/bench/load/talk.hpp"

#include <algorithm>
#include <utility>

#include "tests/bench/load/event_loop.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;
using Phase = Phases::Phase;

}  // namespace

void Talk::add(DeliveryCheck& check, std::vector<Speaker*> speakers) {
    exchanges_.push_back({&check, std::move(speakers), {}});
}

bool Talk::run(const Pace& pace) {
    began_ = now();
    said_ = 0;
    Phases phases(meter_, options_.warmup, options_.duration);
    StallWatch watch(from_seconds(options_.stall));
    while (!(phases.phase() == Phase::draining && complete())) {
        if (phases.phase() != Phase::draining) speak(pace);
        loop_.poll(pace.per_second > 0 ? 1ms : 20ms);
        if (phases.advance()) on_phase(phases.phase());
        if (watch.stalled(counts().delivered)) return false;
    }
    figures_.span = phases.span();
    return true;
}

void Talk::speak(const Pace& pace) {
    if (pace.per_second > 0) {
        keep_pace(pace.per_second);
    } else {
        for (Exchange& exchange : exchanges_) fill_windows(exchange, pace.window);
    }
}

void Talk::fill_windows(Exchange& exchange, std::size_t window) {
    DeliveryCheck& check = *exchange.check;
    for (std::size_t stream = 0; stream < exchange.speakers.size(); ++stream) {
        if (check.unfinished(stream) >= window) continue;
        Speaker& speaker = *exchange.speakers[stream];
        const Nanoseconds time = now();
        batch_.clear();
        while (check.unfinished(stream) < window) {
            speaker.begin_message(batch_, check.text_size());
            check.append_next(stream, time, batch_);
            speaker.end_message(batch_);
        }
        speaker.send(batch_);
    }
}

/// Says what is due. Each message counts as sent when it was due: time lost here is time its readers wait.
void Talk::keep_pace(double per_second) {
    for (;;) {
        const Nanoseconds due = began_ + from_seconds(static_cast<double>(said_) / per_second);
        if (due > now() || !say_next(due)) return;
        ++said_;
    }
}

/// The next sender in turn says something; false when it must wait until more of its messages have arrived.
bool Talk::say_next(Nanoseconds at) {
    Exchange& exchange = exchanges_[turn_exchange_];
    if (!exchange.check->may_send(turn_stream_)) return false;
    Speaker& speaker = *exchange.speakers[turn_stream_];
    batch_.clear();
    speaker.begin_message(batch_, exchange.check->text_size());
    exchange.check->append_next(turn_stream_, at, batch_);
    speaker.end_message(batch_);
    speaker.send(batch_);
    if (++turn_stream_ == exchange.speakers.size()) {
        turn_stream_ = 0;
        turn_exchange_ = (turn_exchange_ + 1) % exchanges_.size();
    }
    return true;
}

void Talk::on_phase(Phase phase) {
    const TalkFigures so_far = counts();
    if (phase == Phase::measuring) {
        figures_ = so_far;
        for (Exchange& exchange : exchanges_) exchange.check->clear_latency();
        return;
    }
    figures_.sent = so_far.sent - figures_.sent;
    figures_.delivered = so_far.delivered - figures_.delivered;
    for (Exchange& exchange : exchanges_) exchange.latency = exchange.check->latency();
}

bool Talk::complete() const {
    return std::all_of(exchanges_.begin(), exchanges_.end(),
                       [](const Exchange& exchange) { return exchange.check->complete(); });
}

TalkFigures Talk::counts() const {
    TalkFigures sum;
    for (const Exchange& exchange : exchanges_) {
        sum.sent += exchange.check->sent();
        sum.delivered += exchange.check->accepted();
    }
    return sum;
}

}  // namespace patchcord::bench
