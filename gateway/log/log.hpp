#pragma once

#include <memory>
#include <string>

#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/log/line_budget.hpp"

namespace spdlog {
class logger;
}

namespace patchcord::gateway {

enum class LogFormat { text, json };

/// The process's log, on standard error. A pipe that does not take lines costs lines, not time, and who makes many
/// lines of one kind gets a few of them and their number: see `LineBudget`. Debug and trace, which are there to see
/// everything, are not rationed.
class Log final : public chat::LogSink {
  public:
    Log(chat::LogLevel level, LogFormat format);
    /// Tells what is still to be told of lines that were left out.
    ~Log() override;
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void set(chat::LogLevel level, LogFormat format);
    void set_budget(LineBudget::Options options) { budget_.set_options(options); }
    /// Whose clock the budget goes by, and who wakes it when an interval is over. Without one, that is noticed at the
    /// next line. Null before the scheduler goes.
    void set_scheduler(chat::Scheduler* scheduler);
    /// Registers what counts the lines that are not written.
    void count_in(chat::MetricRegistry& metrics);

    [[nodiscard]] bool enabled(chat::LogLevel level) const override { return level >= level_; }
    void log(chat::LogLevel level, std::string_view connection, std::string_view what,
             std::initializer_list<chat::LogField> fields) override;

  private:
    struct Counters {
        chat::Metric& suppressed;
        chat::Metric& dropped;
    };

    [[nodiscard]] chat::Now now() const;
    [[nodiscard]] bool has_budget(chat::LogLevel level, std::string_view what);
    void settle();
    void wake_at_next_end();
    void tell(const std::vector<LineBudget::LeftOut>& left_out);
    void write(chat::LogLevel level, std::string_view connection, std::string_view what,
               std::initializer_list<chat::LogField> fields);

    chat::LogLevel level_;
    LogFormat format_;
    LineBudget budget_;
    chat::Scheduler* scheduler_ = nullptr;
    chat::TimerId wake_;
    std::unique_ptr<Counters> counters_;
    std::shared_ptr<spdlog::logger> logger_;
};

/// A log line's text behind time and level, in either form.
[[nodiscard]] std::string format_log_line(LogFormat format, std::string_view connection, std::string_view what,
                                          std::initializer_list<chat::LogField> fields);

}  // namespace patchcord::gateway
