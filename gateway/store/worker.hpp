#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "chat_core/log_sink.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/storage_health.hpp"

namespace patchcord::gateway {

/// Runs calls on a thread of its own, one after the other, and answers on the loop's. Writes that wait together are
/// committed together. Tells the log once when the database stops working, and once when it works again.
class StoreWorker {
  public:
    /// Calls accepted and not yet answered; beyond them the answer is `busy`.
    static constexpr std::size_t most_waiting = 1024;

    using Done = std::function<void(std::error_code)>;

    StoreWorker(std::unique_ptr<Database> database, EventLoop& loop, chat::LogSink& log);
    /// Carries out whatever was accepted; nobody is answered any more.
    ~StoreWorker();
    StoreWorker(const StoreWorker&) = delete;
    StoreWorker& operator=(const StoreWorker&) = delete;

    /// `done` is called later, on the loop's thread; for a write, after it is safely on disk.
    void read(Work work, Done done) { submit({Kind::read, std::move(work), std::move(done)}); }
    void write(Work work, Done done) { submit({Kind::write, std::move(work), std::move(done)}); }
    /// What the log is told of the database goes there, too.
    void report_to(const StorageReport& report) { report_ = report; }

    /// Calls accepted and not yet answered.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    /// Why it does not work; empty while it does. And the last such failure.
    [[nodiscard]] std::string trouble() const { return trouble_.reading || trouble_.writing ? last_error_ : ""; }
    [[nodiscard]] const std::string& last_error() const { return last_error_; }

  private:
    enum class Kind { read, write };
    struct Call {
        Kind kind;
        Work work;
        Done done;
    };
    struct Trouble {
        bool reading = false;
        bool writing = false;
        bool busy = false;
    };

    void submit(Call call);
    void refuse(Call call);
    void run();
    void run_all(std::deque<Call>& calls);
    void run_writes(std::deque<Call>& calls);
    void answer(Call call, std::error_code error);
    void note(Kind kind, std::error_code error);

    EventLoop& loop_;
    chat::LogSink& log_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::size_t waiting_ = 0;
    Trouble trouble_;
    StorageReport report_;
    std::string last_error_;

    std::size_t told_failures_ = 0;  // writes that failed, and whose callers know

    std::unique_ptr<Database> database_;  // the thread's alone, once that runs
    std::size_t failed_writes_ = 0;       // likewise; read when the thread has ended

    std::mutex mutex_;  // for what follows
    std::condition_variable wake_;
    std::deque<Call> queue_;
    bool ending_ = false;

    std::thread thread_;  // made when first needed
};

}  // namespace patchcord::gateway
