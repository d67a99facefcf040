#include "gateway/store/worker.hpp"

namespace patchcord::gateway {

StoreWorker::StoreWorker(std::unique_ptr<Database> database, EventLoop& loop, chat::LogSink& log)
    : loop_(loop), log_(log), database_(std::move(database)) {}

StoreWorker::~StoreWorker() {
    *alive_ = false;
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
    if (failed_writes_ == told_failures_) return;
    log_.log(chat::LogLevel::error, {}, "could not store everything before the end",
             {{"changes", failed_writes_ - told_failures_}});
}

void StoreWorker::submit(Call call) {
    if (waiting_ >= most_waiting) return refuse(std::move(call));
    ++waiting_;
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(call));
    }
    wake_.notify_one();
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void StoreWorker::refuse(Call call) {
    if (!std::exchange(trouble_.busy, true)) {
        log_.log(chat::LogLevel::warn, {}, "limit hit", {{"limit", "calls to the database"}});
    }
    asio::post(loop_.io(), [alive = alive_, done = std::move(call.done)] {
        if (*alive) done(StoreErrc::busy);
    });
}

void StoreWorker::run() {
    for (bool ending = false; !ending;) {
        std::deque<Call> calls;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
            calls.swap(queue_);
            ending = ending_;
        }
        run_all(calls);
    }
}

void StoreWorker::run_all(std::deque<Call>& calls) {
    while (!calls.empty()) {
        if (calls.front().kind == Kind::write) {
            run_writes(calls);
            continue;
        }
        Call call = std::move(calls.front());
        calls.pop_front();
        const std::error_code error = database_->read(call.work);
        answer(std::move(call), error);
    }
}

/// Those in front, up to the next read: that one must see them done.
void StoreWorker::run_writes(std::deque<Call>& calls) {
    std::vector<Work> works;
    for (auto call = calls.begin(); call != calls.end() && call->kind == Kind::write; ++call) {
        works.push_back(std::move(call->work));
    }
    for (const std::error_code error : database_->write(works)) {
        answer(std::move(calls.front()), error);
        calls.pop_front();
    }
}

void StoreWorker::answer(Call call, std::error_code error) {
    if (call.kind == Kind::write && is_database_trouble(error)) ++failed_writes_;
    // What the answer owns belongs to the loop's thread, and is given up there.
    asio::post(loop_.io(), [this, alive = alive_, kind = call.kind, done = std::move(call.done), error] {
        if (!*alive) return;
        --waiting_;
        note(kind, error);
        done(error);
    });
}

/// Reading may well work while writing does not, so each has its own state.
void StoreWorker::note(Kind kind, std::error_code error) {
    if (waiting_ == 0) trouble_.busy = false;
    bool& trouble = kind == Kind::read ? trouble_.reading : trouble_.writing;
    const bool now = is_database_trouble(error);
    if (now) last_error_ = error.message();
    if (now && kind == Kind::write) ++told_failures_;
    if (now) report_.failed();
    if (std::exchange(trouble, now) == now) return;
    const std::string_view what = kind == Kind::read ? "read" : "write";
    report_.changed(what, now ? error : std::error_code());
    if (now) {
        log_.log(chat::LogLevel::error, {}, "the database does not work", {{"to", what}, {"error", error.message()}});
    } else {
        log_.log(chat::LogLevel::info, {}, "the database works again", {{"to", what}});
    }
}

}  // namespace patchcord::gateway
