#include "tests/bench/load/crew.hpp"

#include <utility>

#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto poll_interval = 20ms;
constexpr Nanoseconds settling_time = 400ms;
constexpr Nanoseconds longest_settling = 60s;
constexpr auto goodbye_time = 3s;

}  // namespace

Crew::Crew(const Options& options, EventLoop& loop, TextHandler on_text)
    : options_(options), loop_(loop), on_text_(std::move(on_text)) {}

IrcClient& Crew::add(std::string channel) {
    const std::size_t number = clients_.size();
    return clients_.emplace_back(loop_, *this, number, "b" + std::to_string(number), std::move(channel));
}

void Crew::assemble() {
    StallWatch watch(from_seconds(options_.stall));
    std::size_t started = 0;
    while (ready_ < clients_.size()) {
        while (started < clients_.size() && started - ready_ < options_.concurrency) {
            clients_[started].open(options_.port, source_host(options_, started));
            ++started;
        }
        loop_.poll(poll_interval);
        if (watch.stalled(ready_)) {
            throw RunFailure("only " + std::to_string(ready_) + " of " + std::to_string(clients_.size()) +
                             " clients could register");
        }
    }
    settle(loop_);
}

void Crew::dismiss() {
    dismissed_ = true;
    for (IrcClient& client : clients_) client.quit();
    for (const Nanoseconds end = now() + goodbye_time; gone_ < clients_.size() && now() < end;)
        loop_.poll(poll_interval);
}

void Crew::on_ready(IrcClient&) {
    ++ready_;
}

void Crew::on_text(IrcClient& client, std::string_view text, Nanoseconds at) {
    on_text_(client, text, at);
}

void Crew::on_gone(IrcClient& client, std::string_view why) {
    if (!dismissed_) throw RunFailure(client.nick() + " lost its connection: " + std::string(why));
    ++gone_;
}

void settle(EventLoop& loop) {
    const Nanoseconds begin = now();
    for (Nanoseconds last = begin; now() - last < settling_time;) {
        if (loop.poll(poll_interval)) last = now();
        if (now() - begin > longest_settling) throw RunFailure("the server does not come to rest");
    }
}

std::uint8_t source_host(const Options& options, std::size_t number) {
    return static_cast<std::uint8_t>(1 + number % options.source_addresses);
}

}  // namespace patchcord::bench
