#include "gateway/history/history_writer.hpp"

#include <algorithm>

#include "chat_core/error.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::minutes trim_pause{5};
constexpr std::chrono::milliseconds trim_delay{50};  // between two pieces, for what is said meanwhile

}  // namespace

HistoryMetrics::HistoryMetrics(chat::MetricRegistry& registry)
    : kept(registry.counter("patchcord_history_lines_total", "lines that were given to the history")),
      dropped(registry.counter("patchcord_history_dropped_lines_total", "lines that could not be kept")) {}

HistoryWriter::HistoryWriter(std::unique_ptr<Database> database, const Parts& parts)
    : parts_(parts), database_(std::move(database)), thread_([this] { run(); }) {}

HistoryWriter::~HistoryWriter() {
    *alive_ = false;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void HistoryWriter::set_limits(std::size_t most_waiting, const HistoryRetention& retention) {
    most_waiting_ = most_waiting;
    const std::lock_guard lock(mutex_);
    retention_ = retention;
}

void HistoryWriter::append(chat::HistoryLine line, Kept kept) {
    if (waiting_lines_ >= most_waiting_) {
        parts_.metrics.dropped.add();
        if (!std::exchange(overrun_, true)) {
            parts_.log.log(chat::LogLevel::warn, {}, "limit hit", {{"limit", "history queue"}});
        }
        if (kept) {
            asio::post(parts_.loop.io(), [alive = alive_, kept = std::move(kept)] {
                if (*alive) kept(chat::Errc::queue_full);
            });
        }
        return;
    }
    overrun_ = false;
    ++waiting_lines_;
    parts_.metrics.kept.add();
    hand_over({std::move(line), {}, std::move(kept)});
}

void HistoryWriter::change(Work work, Kept done) {
    hand_over({std::nullopt, std::move(work), std::move(done)});
}

/// The thread is woken only if it sleeps: under load it finds what has come meanwhile by itself.
void HistoryWriter::hand_over(Entry entry) {
    ++handed_over_;
    bool asleep = false;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(entry));
        asleep = std::exchange(sleeping_, false);
    }
    if (asleep) wake_.notify_one();
}

void HistoryWriter::when_written(std::function<void()> then) {
    bool done = false;
    {
        const std::lock_guard lock(mutex_);
        done = written_ == handed_over_;
        reader_waits_ = !done;
    }
    if (!done) {
        readers_.push_back({handed_over_, std::move(then)});
        return;
    }
    asio::post(parts_.loop.io(), [alive = alive_, then = std::move(then)] {
        if (*alive) then();
    });
}

void HistoryWriter::run() {
    using Clock = std::chrono::steady_clock;
    Clock::time_point next_trim = Clock::now() + trim_delay;
    for (bool ending = false; !ending;) {
        std::vector<Entry> batch;
        {
            std::unique_lock lock(mutex_);
            sleeping_ = queue_.empty();
            wake_.wait_until(lock, next_trim, [this] { return ending_ || !queue_.empty(); });
            sleeping_ = false;
            batch.swap(queue_);
            ending = ending_;
        }
        if (!batch.empty()) write(batch);
        if (std::exchange(full_, false)) next_trim = Clock::now();  // what is old makes room for what is new
        if (Clock::now() >= next_trim) next_trim = Clock::now() + (trim() ? trim_delay : trim_pause);
    }
}

/// True: there is more to remove, and nobody has to wait for it.
bool HistoryWriter::trim() {
    HistoryRetention retention;
    {
        const std::lock_guard lock(mutex_);
        retention = retention_;
    }
    bool more = false;
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::error_code failed = database_->write([&](soci::session& session) -> std::error_code {
        more = trim_lines(session, retention, now);
        return {};
    });
    inserter_.forget();  // a place without lines may be gone
    return more && !failed;
}

void HistoryWriter::write(std::vector<Entry>& batch) {
    std::vector<Work> works;
    std::vector<const chat::HistoryLine*> lines;
    for (const Entry& entry : batch) {
        if (entry.line) lines.push_back(&*entry.line);
    }
    if (!lines.empty()) {
        works.push_back([&](soci::session& session) -> std::error_code {
            inserter_.insert(session, lines);
            return {};
        });
    }
    for (const Entry& entry : batch) {
        if (!entry.line) works.push_back(entry.work);
    }
    const std::vector<std::error_code> results = database_->write(works);
    const std::error_code error = lines.empty() ? std::error_code() : results.front();
    if (error || works.size() > (lines.empty() ? 0U : 1U)) inserter_.forget();
    full_ = error == StoreErrc::full;
    std::size_t next = lines.empty() ? 0 : 1;
    std::vector<Answer> answers;
    for (Entry& entry : batch) {
        const std::error_code result = entry.line ? error : results[next++];
        if (entry.done) answers.push_back({std::move(entry.done), result});
    }
    waiting_lines_ -= lines.size();
    std::uint64_t number = 0;
    bool awaited = !answers.empty();
    {
        const std::lock_guard lock(mutex_);
        written_ += batch.size();
        number = written_;
        awaited = std::exchange(reader_waits_, false) || awaited;
    }
    const bool in_trouble = static_cast<bool>(error);
    const bool news = !lines.empty() && (in_trouble || in_trouble != last_in_trouble_);
    if (!lines.empty()) last_in_trouble_ = in_trouble;
    if (!awaited && !news) return;  // the loop has better things to do than to hear that all is well
    // What the answers own belongs to the loop's thread, and is given up there.
    asio::post(parts_.loop.io(),
               [this, alive = alive_, answers = std::move(answers), news, error, number, count = lines.size()] {
                   if (!*alive) return;
                   if (news) note(error, count);
                   for (const Answer& answer : answers) answer.done(answer.result);
                   release(number);
               });
}

void HistoryWriter::note(std::error_code error, std::size_t lines) {
    const bool now = static_cast<bool>(error);
    if (now) parts_.metrics.dropped.add(static_cast<std::int64_t>(lines));
    if (std::exchange(trouble_, now) == now) return;
    if (now) {
        parts_.log.log(chat::LogLevel::error, {}, "the history is not kept", {{"error", error.message()}});
    } else {
        parts_.log.log(chat::LogLevel::info, {}, "the history is kept again", {});
    }
}

void HistoryWriter::release(std::uint64_t number) {
    std::vector<Waiting> ready;
    std::erase_if(readers_, [&](Waiting& waiting) {
        if (waiting.number > number) return false;
        ready.push_back(std::move(waiting));
        return true;
    });
    for (const Waiting& waiting : ready) waiting.then();
    if (readers_.empty()) return;
    std::uint64_t since = 0;
    {
        const std::lock_guard lock(mutex_);
        since = written_;
        reader_waits_ = since == number;  // else what they wait for may be written already, and nobody says so
    }
    if (since != number) release(since);
}

}  // namespace patchcord::gateway
