// The timers of the event loop against a list of them, on a clock that the input moves; timers add and cancel others,
// and fail, while they fire.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ratio>
#include <utility>
#include <vector>

#include "gateway/net/timer_wheel.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;
using gateway::TimerWheel;
using std::chrono::milliseconds;

constexpr std::size_t most_timers = 2000;

struct Failure {};

class Play {
  public:
    explicit Play(Script& script) : script_(script) {}

    void step() {
        switch (script_.byte() % 4) {
            case 0: add(); break;
            case 1: cancel(); break;
            case 2: advance(milliseconds(script_.byte())); break;
            default: advance(milliseconds(script_.byte() * 200));
        }
        check();
    }
    /// In the end all of them have fired, the last at the tick behind its deadline.
    void end() {
        advance(milliseconds(longest) + TimerWheel::tick);
        check();
        demand(wheel_.size() == 0, "no timer is left");
        demand(wheel_.next() == chat::Now::max(), "without timers there is nothing to wait for");
    }

  private:
    static constexpr unsigned longest = 255 * 4001;

    /// Due before, now, or later than the wheel is round.
    void add() {
        if (given_.size() >= most_timers) return;
        const unsigned unit = script_.byte() % 3 == 0 ? 4001 : 7;
        const unsigned delay = script_.byte() * unit;
        const chat::Now deadline = now_ + milliseconds(delay) - milliseconds(script_.byte() % 2 * 100);
        const std::size_t number = given_.size();
        given_.emplace_back();
        given_[number] = wheel_.add(deadline, [this, number] { fired(number); });
        // In the first call at or after the deadline, rounded up to a tick, that begins after this.
        const auto rounded = std::chrono::ceil<Tick>(deadline.time_since_epoch());
        waiting_[number] = std::max<Tick>(rounded, std::chrono::floor<Tick>(now_.time_since_epoch()) + Tick(1));
    }
    /// One that waits, has fired or was cancelled; whoever has its place now is not touched.
    void cancel() {
        if (given_.empty()) return wheel_.cancel({});
        std::size_t number = script_.byte() * 256;
        number = (number + script_.byte()) % given_.size();
        wheel_.cancel(given_[number]);
        waiting_.erase(number);
    }
    void advance(milliseconds by) {
        const bool early = now_ + by < wheel_.next();
        const std::size_t fired_before = fired_;
        now_ += by;
        last_ = {};
        for (bool failed = true; failed;) {
            failed = false;
            try {
                wheel_.advance(now_);
            } catch (const Failure&) {
                failed = true;
            }
        }
        demand(!early || fired_ == fired_before, "before the time that is told there is nothing to do");
        const Tick reached = std::chrono::floor<Tick>(now_.time_since_epoch());
        for (const auto& [number, due] : waiting_) demand(due > reached, "what is due has fired");
    }
    void fired(std::size_t number) {
        const auto found = waiting_.find(number);
        demand(found != waiting_.end(), "a timer fires once, unless it was cancelled");
        demand(found->second <= now_.time_since_epoch(), "a timer does not fire early");
        demand(found->second >= last_, "timers fire in the order of ticks");
        last_ = found->second;
        waiting_.erase(found);
        ++fired_;
        if (script_.empty()) return;
        const unsigned what = script_.byte();
        if (what % 4 == 1) add();
        if (what % 4 == 2) cancel();
        if (what % 16 == 3) throw Failure();
    }
    void check() const {
        demand(wheel_.size() == waiting_.size(), "as many wait as were added");
        const chat::Now next = wheel_.next();
        for (const auto& [number, due] : waiting_) {
            demand(next.time_since_epoch() <= due, "nothing is due before the time that is told");
        }
        demand(next > chat::Now(std::chrono::floor<Tick>(now_.time_since_epoch())), "what is told is to come");
    }

    using Tick = std::chrono::duration<std::int64_t, std::ratio<TimerWheel::tick.count(), 1000>>;

    Script& script_;
    chat::Now now_{std::chrono::hours(1)};
    TimerWheel wheel_{now_};
    std::vector<chat::TimerId> given_;
    std::map<std::size_t, Tick> waiting_;
    Tick last_{};
    std::size_t fired_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}
