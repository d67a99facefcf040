#include "gateway/history/history_writer.hpp"

#include <algorithm>
#include <deque>

#include "chat_core/error.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::minutes trim_pause{5};
constexpr std::chrono::milliseconds trim_delay{50};  // between two pieces, for what is said meanwhile
constexpr std::chrono::milliseconds gather_time{20};
constexpr std::size_t enough = 1'000;          // to be written at once
constexpr std::chrono::seconds late_pause{1};  // until what failed is tried again
constexpr std::size_t late_piece = 100;        // lines that show whether it is worth while
constexpr std::chrono::seconds sync_pause{1};

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
    if (late_.empty()) return;
    parts_.metrics.dropped.add(static_cast<std::int64_t>(late_.size()));
    parts_.log.log(chat::LogLevel::error, {}, "lines of history are lost", {{"lines", std::to_string(late_.size())}});
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
    Clock::time_point next_trim = Clock::now() + trim_delay;
    std::optional<Clock::time_point> next_sync;  // when there is something to sync
    for (bool ending = false; !ending;) {
        Clock::time_point until = next_sync ? std::min(next_trim, *next_sync) : next_trim;
        if (!late_.empty()) until = std::min(until, late_due_);
        std::vector<Entry> batch = gather(until);
        {
            const std::lock_guard lock(mutex_);
            ending = ending_ && queue_.empty();
        }
        if (ending) late_due_ = Clock::now();
        if (!batch.empty() || is_late_due()) {
            write(batch);
            if (!next_sync) next_sync = Clock::now() + sync_pause;
        }
        give_back(std::move(batch));
        if (next_sync && Clock::now() >= *next_sync) {
            next_sync.reset();
            sync();
        }
        if (std::exchange(full_, false)) next_trim = Clock::now();  // what is old makes room for what is new
        if (Clock::now() < next_trim) continue;
        next_trim = Clock::now() + (trim() ? trim_delay : trim_pause);
        late_due_ = Clock::now();  // there may be room now
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

/// Not with each transaction, or the disk would be the limit of the chat.
void HistoryWriter::sync() {
    const std::error_code error = database_->sync();
    const bool failed = static_cast<bool>(error);
    if (!failed && !std::exchange(sync_failed_, false)) return;
    if (failed && std::exchange(sync_failed_, true)) return;
    asio::post(parts_.loop.io(), [this, alive = alive_, error] {
        if (*alive) note_sync(error);
    });
}

void HistoryWriter::note_sync(std::error_code error) {
    report_.changed("sync", error);
    if (error) {
        report_.failed();
        parts_.log.log(chat::LogLevel::error, {}, "the history may not outlive a loss of power",
                       {{"error", error.message()}});
    } else {
        parts_.log.log(chat::LogLevel::info, {}, "the history outlives a loss of power again", {});
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

/// What failed before goes first, so that the order is kept; while that fails nothing else is tried.
void HistoryWriter::write(std::vector<Entry>& batch) {
    const bool works = late_.empty() || (is_late_due() && write_late());
    settle(batch, works ? attempt(batch) : std::vector<std::error_code>(batch.size(), late_error_));
}

/// False: what could not be written when it came still cannot be.
bool HistoryWriter::write_late() {
    while (!late_.empty()) {
        const auto end = late_.begin() + static_cast<std::ptrdiff_t>(std::min(late_piece, late_.size()));
        std::vector<Entry> piece(std::make_move_iterator(late_.begin()), std::make_move_iterator(end));
        late_.erase(late_.begin(), end);
        const std::vector<std::error_code> results = attempt(piece);
        std::deque<Entry> again;
        for (std::size_t i = 0; i < piece.size(); ++i) {
            if (is_database_trouble(results[i])) {
                late_error_ = results[i];
                again.push_back(std::move(piece[i]));
            } else if (results[i]) {
                parts_.metrics.dropped.add();
            }
        }
        waiting_lines_ -= piece.size() - again.size();
        if (again.empty()) continue;
        late_.insert(late_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
        late_due_ = Clock::now() + late_pause;
        return false;
    }
    return true;
}

/// In the order in which it came: a line that follows a change goes by what that made of the places.
std::vector<std::error_code> HistoryWriter::attempt(std::vector<Entry>& batch) {
    if (batch.empty()) return {};
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
    const std::vector<std::error_code> by_work = database_->write(works);
    const bool failed = std::any_of(by_work.begin(), by_work.end(), [](std::error_code error) { return bool(error); });
    if (failed || works.size() > runs.size()) inserter_.forget();
    std::vector<std::error_code> results;
    for (const std::size_t work : work_of) results.push_back(by_work[work]);
    return results;
}

/// Who waits is told; lines that the database's own trouble kept out are tried again later.
void HistoryWriter::settle(std::vector<Entry>& batch, const std::vector<std::error_code>& results) {
    Outcome outcome;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        Entry& entry = batch[i];
        if (entry.done) outcome.answers.push_back({std::move(entry.done), results[i]});
        if (!entry.line) continue;
        if (is_database_trouble(results[i])) {
            if (late_.empty()) late_due_ = Clock::now() + late_pause;
            late_error_ = results[i];
            late_.push_back({std::move(entry.line), {}, {}});
        } else {
            --waiting_lines_;
            outcome.lost += results[i] ? 1U : 0U;
        }
        if (results[i]) outcome.error = results[i];
    }
    if (!late_.empty()) outcome.error = late_error_;
    full_ = outcome.error == StoreErrc::full;
    tell(std::move(outcome), batch.size());
}

void HistoryWriter::tell(Outcome outcome, std::size_t handled) {
    bool awaited = !outcome.answers.empty();
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        written_ += handled;
        number = written_;
        awaited = std::exchange(reader_waits_, false) || awaited;
    }
    const bool in_trouble = static_cast<bool>(outcome.error);
    const bool news = in_trouble || in_trouble != last_in_trouble_;
    last_in_trouble_ = in_trouble;
    if (!awaited && !news) return;  // the loop has better things to do than to hear that all is well
    // What the answers own belongs to the loop's thread, and is given up there.
    asio::post(parts_.loop.io(), [this, alive = alive_, outcome = std::move(outcome), news, number] {
        if (!*alive) return;
        if (news) note(outcome.error, outcome.lost);
        for (const Answer& answer : outcome.answers) answer.done(answer.result);
        release(number);
    });
}

void HistoryWriter::note(std::error_code error, std::size_t lines) {
    const bool now = static_cast<bool>(error);
    if (lines > 0) parts_.metrics.dropped.add(static_cast<std::int64_t>(lines));
    if (now) report_.failed();
    if (now) last_error_ = error.message();
    if (std::exchange(trouble_, now) == now) return;
    report_.changed("write", error);
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
