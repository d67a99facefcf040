// What it costs to read history in a file of a million lines, as it is seen by who asks: thread to thread and back.

#include <benchmark/benchmark.h>
#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "gateway/history/history.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/recording_log.hpp"

namespace {

using namespace patchcord;
using From = chat::HistoryRange::From;

constexpr long long lines = 1'000'000;
constexpr long long places = 100;
constexpr long long first_moment = 1'700'000'000'000;  // milliseconds; a line a second from then on
constexpr int together = 5'000;

chat::WallTime moment(long long number) {
    return chat::WallTime(std::chrono::milliseconds(first_moment + number * 1'000));
}

/// Made once, for all that is measured here.
class Filled {
  public:
    static Filled& get() {
        static Filled filled;
        return filled;
    }

    template <class T, class Call>
    T wait_for(Call call) {
        std::optional<T> answer;
        call([&](T given) { answer = std::move(given); });
        while (!answer) loop_.io().run_one();
        return std::move(*answer);
    }
    gateway::History& history() { return *history_; }

    [[nodiscard]] static std::string room(long long number) { return "#room" + std::to_string(number % places); }
    [[nodiscard]] static chat::HistoryLine line(long long number) {
        chat::HistoryLine line;
        line.place.key = room(number);
        line.at = moment(number);
        line.msgid = "abcdefghijklm-" + std::to_string(number);
        line.source = "ana!ana@abcdefghijkl.ip";
        line.account = "ana";
        line.command = "PRIVMSG";
        line.params = line.place.key;
        line.text = "what people write is about sixty-four bytes long, so this is it";
        line.event = number % 7 == 0;
        if (line.event) line.msgid.clear();
        if (number < places) line.parties = {"ana"};
        return line;
    }

  private:
    Filled() {
        const std::string problem =
            gateway::History::open(directory_.path().string(), {}, {loop_, log_, metrics_}, history_);
        if (!problem.empty()) std::abort();
        for (long long number = 0; number < lines; ++number) keep(number);
    }
    void keep(long long number) {
        if (number % together != together - 1) return history_->append(line(number));
        const auto error = wait_for<std::error_code>([&](auto done) { history_->append(line(number), done); });
        if (error) std::abort();
    }

    tests::TemporaryDirectory directory_;
    tests::RecordingLog log_;
    chat::MetricRegistry registry_;
    gateway::HistoryMetrics metrics_{registry_};
    gateway::EventLoop loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.io().get_executor()};
    std::unique_ptr<gateway::History> history_;
};

void read(benchmark::State& state, From from, bool by_msgid) {
    Filled& filled = Filled::get();
    long long number = 0;
    for (auto _ : state) {
        number = (number + 77'777) % lines;
        chat::HistoryRange range;
        range.place.key = Filled::room(number);
        range.reader = "ana";
        range.from = from;
        range.limit = 100;
        range.events = number % 2 == 0;
        chat::HistoryPoint point;
        point.at = moment(number);
        if (by_msgid && number % 7 != 0) point.msgid = "abcdefghijklm-" + std::to_string(number);
        (from == From::newest ? range.before : range.after) = point;
        using Lines = chat::Result<std::vector<chat::HistoryLine>>;
        const auto answer = filled.wait_for<Lines>([&](auto done) { filled.history().read(range, done); });
        if (!answer) state.SkipWithError("not answered");
    }
}

void history_latest(benchmark::State& state) {
    Filled& filled = Filled::get();
    long long number = 0;
    for (auto _ : state) {
        chat::HistoryRange range;
        range.place.key = Filled::room(++number);
        range.limit = 100;
        using Lines = chat::Result<std::vector<chat::HistoryLine>>;
        const auto answer = filled.wait_for<Lines>([&](auto done) { filled.history().read(range, done); });
        if (!answer || answer->size() != 100) state.SkipWithError("not answered");
    }
}
BENCHMARK(history_latest)->UseRealTime();
BENCHMARK_CAPTURE(read, history_before_time, From::newest, false)->UseRealTime();
BENCHMARK_CAPTURE(read, history_before_msgid, From::newest, true)->UseRealTime();
BENCHMARK_CAPTURE(read, history_after_msgid, From::oldest, true)->UseRealTime();
BENCHMARK_CAPTURE(read, history_around_msgid, From::around, true)->UseRealTime();

void history_targets(benchmark::State& state) {
    Filled& filled = Filled::get();
    for (auto _ : state) {
        using Targets = chat::Result<std::vector<chat::HistoryTarget>>;
        const auto answer = filled.wait_for<Targets>(
            [&](auto done) { filled.history().targets("ana", moment(0), moment(lines), 50, done); });
        if (!answer || answer->size() != 50) state.SkipWithError("not answered");
    }
}
BENCHMARK(history_targets)->UseRealTime();

/// What the loop pays for a line; what the writer's thread pays is in the time of the last, which waits for all.
void history_append(benchmark::State& state) {
    Filled& filled = Filled::get();
    static long long number = lines;
    for (auto _ : state) {
        for (int i = 0; i < together - 1; ++i) filled.history().append(Filled::line(++number));
        const auto error =
            filled.wait_for<std::error_code>([&](auto done) { filled.history().append(Filled::line(++number), done); });
        if (error) state.SkipWithError("not kept");
    }
    state.SetItemsProcessed(state.iterations() * together);
}
BENCHMARK(history_append)->UseRealTime();

}  // namespace
