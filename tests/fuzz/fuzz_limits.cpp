// What keeps rates: token bucket, backoff, and who was shown to come, on a clock that the input moves.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "chat_core/backoff.hpp"
#include "chat_core/flap_guard.hpp"
#include "chat_core/token_bucket.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord::chat;
using patchcord::fuzz::demand;
using patchcord::fuzz::Script;
using std::chrono::milliseconds;

/// However it is asked, no more is taken than the burst and what the time since has brought.
void check_bucket(Script script) {
    const TokenRate rate{static_cast<double>(script.byte() % 20 + 1), static_cast<double>(script.byte() % 50 + 1)};
    TokenBucket bucket(rate.burst);
    const Now begin{milliseconds(1'000'000)};
    Now now = begin;
    (void)bucket.has(rate, now);
    double taken = 0;
    while (!script.empty()) {
        now += milliseconds(script.byte() * 4);
        const bool due = bucket.has(rate, now);
        const milliseconds wait = bucket.wait(rate);
        demand(due == (wait.count() == 0), "there is a wait when there is no token");
        demand(bucket.take(rate, now) == due, "it can be taken when it is there");
        taken += due ? 1 : 0;
        const double brought = std::chrono::duration<double>(now - begin).count() * rate.per_second;
        demand(taken <= rate.burst + brought + 0.01 * (1 + taken), "no more is taken than was there");
        if (!due) {
            now += wait + milliseconds(1);
            demand(bucket.has(rate, now), "after the wait there is a token");
        }
    }
}

void check_backoff(Script script) {
    const BackoffOptions options{milliseconds(script.byte() * 10 + 1), milliseconds(10'000), 0.2};
    Backoff backoff(options, [&] { return script.byte() / 256.0; });
    milliseconds whole = options.first;
    for (int i = 0; i < 64 && !script.empty(); ++i) {
        const milliseconds wait = backoff.next();
        demand(wait <= whole && static_cast<double>(wait.count()) + 1 >= static_cast<double>(whole.count()) * 0.8,
               "a wait is the whole but for the jitter");
        whole = std::min(whole * 2, options.longest);
        if (script.byte() % 8 == 0) {
            backoff.succeeded();
            whole = options.first;
        }
    }
}

void check_flap_guard(Script script) {
    const milliseconds interval(script.byte() * 8 + 1);
    FlapGuard guard(interval);
    std::map<std::string, Now> model;
    Now now{milliseconds(1'000'000)};
    while (!script.empty()) {
        now += milliseconds(script.byte());
        const std::string who(1, static_cast<char>('a' + script.byte() % 64));
        const auto last = model.find(who);
        const Now due = last == model.end() ? now : last->second + interval;
        demand((guard.next(who, now) <= now) == (due <= now), "somebody is shown when the interval is over");
        if (due <= now) {
            guard.shown(who, now);
            model[who] = now;
        }
        const auto recent =
            std::count_if(model.begin(), model.end(), [&](const auto& known) { return known.second + interval > now; });
        demand(guard.size() >= static_cast<std::size_t>(recent), "nobody is forgotten too early");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_bucket(Script(data, size));
    check_backoff(Script(data, size));
    check_flap_guard(Script(data, size));
    return 0;
}
