#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "gateway/net/timer_wheel.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t slots = 4096;

std::int64_t ticks_up(chat::Now at) {
    const auto since = at.time_since_epoch();
    return since / TimerWheel::tick + (since % TimerWheel::tick != milliseconds(0) ? 1 : 0);
}

/// What a wheel should do, done with a plain list.
class ModelledWheel {
  public:
    explicit ModelledWheel(chat::Now now) : now_(now), wheel_(now) {}

    void add(milliseconds delay) {
        const auto number = timers_.size();
        const std::int64_t due = std::max(ticks_up(now_ + delay), now_tick() + 1);
        timers_.push_back({due, {}, true});
        timers_.back().id = wheel_.add(now_ + delay, [this, number] { fired_.push_back(number); });
    }

    void cancel(std::size_t chosen) {
        if (timers_.empty()) return;
        Timer& timer = timers_[chosen % timers_.size()];
        timer.waits = false;
        wheel_.cancel(timer.id);
    }

    void advance(milliseconds by) {
        const std::int64_t before = now_tick();
        now_ += by;
        fired_.clear();
        wheel_.advance(now_);
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < timers_.size(); ++i) {
            if (timers_[i].waits && timers_[i].due <= now_tick()) expected.push_back(i);
        }
        if (now_tick() - before <= slots) {
            const auto earlier = [this](std::size_t a, std::size_t b) { return timers_[a].due < timers_[b].due; };
            RC_ASSERT(std::is_sorted(fired_.begin(), fired_.end(), earlier));
        }
        std::sort(fired_.begin(), fired_.end());
        RC_ASSERT(fired_ == expected);
        for (const std::size_t i : expected) timers_[i].waits = false;
    }

    void check() const {
        RC_ASSERT(wheel_.size() == waiting());
        RC_ASSERT(wheel_.next() == expected_next());
    }

    [[nodiscard]] std::size_t waiting() const {
        return static_cast<std::size_t>(
            std::count_if(timers_.begin(), timers_.end(), [](const Timer& timer) { return timer.waits; }));
    }
    /// To the first deadline, as the loop sleeps.
    void sleep() {
        if (waiting() != 0) advance(wheel_.next() - now_);
    }

  private:
    struct Timer {
        std::int64_t due = 0;
        chat::TimerId id;
        bool waits = false;
    };

    [[nodiscard]] std::int64_t now_tick() const { return now_.time_since_epoch() / TimerWheel::tick; }

    /// The first tick at which a waiting timer is due, or would be had it no rounds to go.
    [[nodiscard]] chat::Now expected_next() const {
        std::int64_t first = INT64_MAX;
        for (const Timer& timer : timers_) {
            if (timer.waits) first = std::min(first, now_tick() + 1 + (timer.due - now_tick() - 1) % slots);
        }
        return first == INT64_MAX ? chat::Now::max() : chat::Now(first * TimerWheel::tick);
    }

    chat::Now now_;
    TimerWheel wheel_;
    std::vector<Timer> timers_;
    std::vector<std::size_t> fired_;
};

milliseconds generated_time() {
    const auto range = [](int to) { return rc::gen::inRange(0, to); };
    return milliseconds(*rc::gen::oneOf(range(200), range(10'000), range(250'000), range(1'000'000)));
}

void take_a_step(ModelledWheel& wheel) {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
        case 1: wheel.add(generated_time()); break;
        case 2: wheel.add(-generated_time()); break;
        case 3: wheel.cancel(*rc::gen::inRange<std::size_t>(0, 1000)); break;
        case 4: wheel.sleep(); break;
        default: wheel.advance(generated_time()); break;
    }
    wheel.check();
}

RC_GTEST_PROP(TimerWheelModelTest, DoesWhatAPlainListWould, ()) {
    ModelledWheel wheel{chat::Now(milliseconds(*rc::gen::inRange(0, 10'000'000)))};
    const int steps = *rc::gen::inRange(0, 60);
    for (int i = 0; i < steps; ++i) take_a_step(wheel);
}

RC_GTEST_PROP(TimerWheelModelTest, SleepingToNextFiresEverythingInABoundedNumberOfCalls, ()) {
    ModelledWheel wheel{chat::Now(milliseconds(*rc::gen::inRange(0, 10'000'000)))};
    const int timers = *rc::gen::inRange(0, 20);
    for (int i = 0; i < timers; ++i) wheel.add(generated_time());
    int calls = 0;
    while (wheel.waiting() != 0) {
        wheel.sleep();
        RC_ASSERT(++calls <= timers * 6);  // 1,000,000 ms are less than five rounds
    }
}

}  // namespace
}  // namespace patchcord::gateway
