#include "gateway/log/log.hpp"

#include <climits>
#include <functional>
#include <poll.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>
#include <utility>

namespace patchcord::gateway {
namespace {

/// Writes whole lines to standard error if it takes them at once, and drops them if it does not: a pipe that nobody
/// reads must not stop the loop; `dropped` hears of each. (A pipe that polls as writable has room for PIPE_BUF bytes;
/// longer lines are cut to that.)
class StandardErrorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit StandardErrorSink(std::function<void()> dropped) : dropped_(std::move(dropped)) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (line.size() > PIPE_BUF) {
            line.resize(PIPE_BUF);
            line[PIPE_BUF - 1] = '\n';
        }
        pollfd standard_error{STDERR_FILENO, POLLOUT, 0};
        const bool takes_it = ::poll(&standard_error, 1, 0) == 1 && (standard_error.revents & POLLOUT) != 0;
        const ssize_t written = takes_it ? ::write(STDERR_FILENO, line.data(), line.size()) : 0;
        if (written != static_cast<ssize_t>(line.size())) dropped_();
    }
    void flush_() override {}

  private:
    std::function<void()> dropped_;
};

spdlog::level::level_enum to_spdlog(chat::LogLevel level) {
    switch (level) {
        case chat::LogLevel::trace: return spdlog::level::trace;
        case chat::LogLevel::debug: return spdlog::level::debug;
        case chat::LogLevel::info: return spdlog::level::info;
        case chat::LogLevel::warn: return spdlog::level::warn;
        case chat::LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

const char* pattern(LogFormat format) {
    return format == LogFormat::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                     : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
}

}  // namespace

Log::Log(chat::LogLevel level, LogFormat format) : level_(level), format_(format) {
    const auto dropped = [this] {
        if (counters_) counters_->dropped.add();
    };
    logger_ = std::make_shared<spdlog::logger>("patchcord", std::make_shared<StandardErrorSink>(dropped));
    logger_->set_level(spdlog::level::trace);
    set(level, format);
}

Log::~Log() {
    tell(budget_.settle_all());
}

void Log::set(chat::LogLevel level, LogFormat format) {
    level_ = level;
    format_ = format;
    logger_->set_pattern(pattern(format), spdlog::pattern_time_type::utc);
}

void Log::count_in(chat::MetricRegistry& metrics) {
    counters_ = std::make_unique<Counters>(Counters{
        metrics.counter("patchcord_log_lines_suppressed_total", "log lines left out because of many like them"),
        metrics.counter("patchcord_log_lines_dropped_total", "log lines that standard error did not take")});
}

void Log::set_scheduler(chat::Scheduler* scheduler) {
    if (scheduler_ != nullptr) scheduler_->cancel(std::exchange(wake_, {}));
    scheduler_ = scheduler;
    wake_at_next_end();
}

chat::Now Log::now() const {
    if (scheduler_ != nullptr) return scheduler_->now();
    return std::chrono::time_point_cast<chat::Now::duration>(std::chrono::steady_clock::now());
}

bool Log::has_budget(chat::LogLevel level, std::string_view what) {
    if (level < chat::LogLevel::info || budget_.take(level, what, now())) return true;
    if (counters_) counters_->suppressed.add();
    wake_at_next_end();
    return false;
}

void Log::settle() {
    tell(budget_.settle(now()));
}

void Log::wake_at_next_end() {
    const auto end = budget_.next_end();
    if (scheduler_ == nullptr || wake_ || !end) return;
    wake_ = scheduler_->after(*end - scheduler_->now(), [this] {
        wake_ = {};
        settle();
        wake_at_next_end();
    });
}

void Log::tell(const std::vector<LineBudget::LeftOut>& left_out) {
    for (const auto& [level, kind, lines] : left_out) {
        if (enabled(level)) write(level, {}, "more lines like this", {{"lines", lines}, {"like", kind}});
    }
}

void Log::log(chat::LogLevel level, std::string_view connection, std::string_view what,
              std::initializer_list<chat::LogField> fields) {
    if (!enabled(level)) return;
    settle();
    if (has_budget(level, what)) write(level, connection, what, fields);
}

void Log::write(chat::LogLevel level, std::string_view connection, std::string_view what,
                std::initializer_list<chat::LogField> fields) {
    const std::string line = format_log_line(format_, connection, what, fields);
    logger_->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace patchcord::gateway
