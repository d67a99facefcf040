#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"
#include "chat_core/ports/history_store.hpp"
#include "gateway/history/history_tables.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/storage_health.hpp"

namespace patchcord::gateway {

struct HistoryMetrics {
    explicit HistoryMetrics(chat::MetricRegistry& registry);

    chat::Metric& kept;
    chat::Metric& dropped;
};

/// Writes the history on a thread of its own, as much at once as has come: one transaction, however many lines. Who
/// hands over a line waits for nothing, and lines that nobody waits for are gathered for a moment, so that a
/// transaction holds many. When the database does not work, which is logged once, chat goes on, and lines wait until it
/// does; those beyond the limit are dropped. A loss of power takes
/// what was said in the last second.
class HistoryWriter {
  public:
    struct Parts {
        EventLoop& loop;
        chat::LogSink& log;
        HistoryMetrics& metrics;
    };
    using Kept = chat::HistoryStore::Kept;

    HistoryWriter(std::unique_ptr<Database> database, const Parts& parts);
    /// Writes all that was handed over, if it can be; nobody is told any more.
    ~HistoryWriter();
    HistoryWriter(const HistoryWriter&) = delete;
    HistoryWriter& operator=(const HistoryWriter&) = delete;

    /// Beyond `most_waiting` lines one is dropped.
    void set_limits(std::size_t most_waiting, const HistoryRetention& retention);
    void append(chat::HistoryLine&& line, Kept kept);
    /// Another change of the database, in its turn.
    void change(Work work, Kept done);
    /// Calls `then` once all that was handed over so far has been written, or could not be. Later, never from inside
    /// this call.
    void when_written(std::function<void()> then);
    /// What the log is told of the database goes there, too.
    void report_to(const StorageReport& report) { report_ = report; }

    /// Lines that wait for the disk.
    [[nodiscard]] std::size_t waiting_lines() const { return waiting_lines_; }
    /// Why lines are not kept; empty while they are. And the last such failure.
    [[nodiscard]] std::string trouble() const { return trouble_ ? last_error_ : ""; }
    [[nodiscard]] const std::string& last_error() const { return last_error_; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::optional<chat::HistoryLine> line;
        Work work;  // when there is no line
        Kept done;
    };
    struct Answer {
        Kept done;
        std::error_code result;
    };
    struct Outcome {
        std::vector<Answer> answers;
        std::error_code error;  // of lines
        std::size_t lost = 0;   // lines
    };
    struct Waiting {
        std::uint64_t number;
        std::function<void()> then;
    };

    template <class Fill>
    void hand_over(Kept done, Fill&& fill);
    void run();
    [[nodiscard]] std::vector<Entry> gather(std::chrono::steady_clock::time_point until);
    void give_back(std::vector<Entry> batch);
    [[nodiscard]] bool trim();
    void sync();
    void note_sync(std::error_code error);
    void write(std::vector<Entry>& batch);
    [[nodiscard]] bool is_late_due() const { return !late_.empty() && Clock::now() >= late_due_; }
    [[nodiscard]] bool write_late();
    [[nodiscard]] std::vector<std::error_code> attempt(std::vector<Entry>& batch);
    void settle(std::vector<Entry>& batch, const std::vector<std::error_code>& results);
    void tell(Outcome outcome, std::size_t handled);
    void note(std::error_code error, std::size_t lines);
    void release(std::uint64_t number);

    Parts parts_;
    StorageReport report_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::size_t most_waiting_ = 10'000;
    std::atomic<std::size_t> waiting_lines_ = 0;
    std::uint64_t handed_over_ = 0;
    std::vector<Waiting> readers_;
    bool overrun_ = false;
    bool trouble_ = false;
    std::string last_error_;

    std::unique_ptr<Database> database_;  // the thread's alone, once that runs
    LineInserter inserter_;               // likewise
    bool last_in_trouble_ = false;        // likewise
    bool full_ = false;                   // likewise
    std::deque<Entry> late_;              // likewise; lines that could not be written when they came
    Clock::time_point late_due_{};        // likewise
    std::error_code late_error_;          // likewise
    bool sync_failed_ = false;            // likewise

    std::mutex mutex_;  // for what follows
    std::condition_variable wake_;
    std::vector<Entry> queue_;
    std::vector<Entry> used_;  // written; given up by the thread that made them, which costs the allocator far less
    HistoryRetention retention_;
    std::uint64_t written_ = 0;
    bool reader_waits_ = false;
    bool sleeping_ = false;
    bool gathering_ = false;
    bool wanted_ = false;  // somebody waits for what is in the queue
    bool ending_ = false;

    std::thread thread_;
};

}  // namespace patchcord::gateway
