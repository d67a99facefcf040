#include "gateway/history/history_writer.hpp"

#include <algorithm>
#include <deque>

#include "chat_core/error.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::minutes trim_pause{5};
constexpr std::chrono::milliseconds trim_delay{50};  // between two pieces, for what is said meanwhile
constexpr std::chrono::milliseconds gather_time{20};
constexpr std::size_t enough = 1'000;  // to be written at once

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

/// The thread is woken only if it sleeps: under load it finds what has come meanwhile by itself.
template <class Fill>
void HistoryWriter::hand_over(Kept done, Fill&& fill) {
    ++handed_over_;
    bool waits = false;
    {
        const std::lock_guard lock(mutex_);
        if (queue_.empty()) {
            used_.clear();
            queue_.swap(used_);
        }
        wanted_ = wanted_ || static_cast<bool>(done);
        Entry& entry = queue_.emplace_back();
        entry.done = std::move(done);
        fill(entry);
        waits = std::exchange(sleeping_, false) || (gathering_ && (wanted_ || queue_.size() == enough));
    }
    if (waits) wake_.notify_one();
}

void HistoryWriter::append(chat::HistoryLine&& line, Kept kept) {
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
    hand_over(std::move(kept), [&](Entry& entry) { entry.line.emplace(std::move(line)); });
}

void HistoryWriter::change(Work work, Kept done) {
    hand_over(std::move(done), [&](Entry& entry) { entry.work = std::move(work); });
}

void HistoryWriter::when_written(std::function<void()> then) {
    bool done = false;
    {
        const std::lock_guard lock(mutex_);
        done = written_ == handed_over_;
        reader_waits_ = !done;
        wanted_ = wanted_ || !done;
    }
    if (!done) {
        wake_.notify_one();
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
        std::vector<Entry> batch = gather(next_trim);
        {
            const std::lock_guard lock(mutex_);
            ending = ending_ && queue_.empty();
        }
        if (!batch.empty()) write(batch);
        give_back(std::move(batch));
        if (std::exchange(full_, false)) next_trim = Clock::now();  // what is old makes room for what is new
        if (Clock::now() >= next_trim) next_trim = Clock::now() + (trim() ? trim_delay : trim_pause);
    }
}

/// What is to be written next; nothing when nothing came until then.
std::vector<HistoryWriter::Entry> HistoryWriter::gather(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    sleeping_ = queue_.empty();
    wake_.wait_until(lock, until, [this] { return ending_ || !queue_.empty(); });
    sleeping_ = false;
    gathering_ = true;
    const auto is_enough = [this] { return ending_ || wanted_ || queue_.size() >= enough; };
    if (!queue_.empty()) wake_.wait_for(lock, gather_time, is_enough);
    gathering_ = false;
    wanted_ = false;
    return std::exchange(queue_, {});
}

void HistoryWriter::give_back(std::vector<Entry> batch) {
    const std::lock_guard lock(mutex_);
    used_ = std::move(batch);
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

/// In the order in which it came: a line that follows a change goes by what that made of the places.
void HistoryWriter::write(std::vector<Entry>& batch) {
    std::vector<Work> works;
    std::deque<std::vector<const chat::HistoryLine*>> runs;  // of lines without a change between them
    std::vector<std::size_t> work_of;                        // each entry's
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Entry& entry = batch[i];
        if (!entry.line) {
            works.push_back([this, &entry](soci::session& session) {
                inserter_.forget();  // what it does, and what is rolled back, is no matter of the inserter
                return entry.work(session);
            });
        } else if (i == 0 || !batch[i - 1].line) {
            works.push_back([this, &lines = runs.emplace_back(), again = false](soci::session& session) mutable {
                if (std::exchange(again, true)) inserter_.forget();  // the places of the first time are gone
                inserter_.insert(session, lines);
                return std::error_code();
            });
        }
        if (entry.line) runs.back().push_back(&*entry.line);
        work_of.push_back(works.size() - 1);
    }
    const std::vector<std::error_code> results = database_->write(works);
    std::error_code error;
    std::size_t count = 0;
    std::size_t lost = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!batch[i].line) continue;
        ++count;
        if (!results[work_of[i]]) continue;
        error = results[work_of[i]];
        ++lost;
    }
    if (error || works.size() > runs.size()) inserter_.forget();
    full_ = error == StoreErrc::full;
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch[i].done) answers.push_back({std::move(batch[i].done), results[work_of[i]]});
    }
    waiting_lines_ -= count;
    std::uint64_t number = 0;
    bool awaited = !answers.empty();
    {
        const std::lock_guard lock(mutex_);
        written_ += batch.size();
        number = written_;
        awaited = std::exchange(reader_waits_, false) || awaited;
    }
    const bool in_trouble = static_cast<bool>(error);
    const bool news = count > 0 && (in_trouble || in_trouble != last_in_trouble_);
    if (count > 0) last_in_trouble_ = in_trouble;
    if (!awaited && !news) return;  // the loop has better things to do than to hear that all is well
    // What the answers own belongs to the loop's thread, and is given up there.
    asio::post(parts_.loop.io(), [this, alive = alive_, answers = std::move(answers), news, error, number, lost] {
        if (!*alive) return;
        if (news) note(error, lost);
        for (const Answer& answer : answers) answer.done(answer.result);
        release(number);
    });
}

void HistoryWriter::note(std::error_code error, std::size_t lines) {
    const bool now = static_cast<bool>(error);
    if (now) parts_.metrics.dropped.add(static_cast<std::int64_t>(lines));
    if (now) last_error_ = error.message();
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
