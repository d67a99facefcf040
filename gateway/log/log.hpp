#pragma once

#include <memory>
#include <string>

#include "chat_core/log_sink.hpp"

namespace spdlog {
class logger;
}

namespace patchcord::gateway {

enum class LogFormat { text, json };

/// The process's log, on standard error. A pipe that does not take lines costs lines, not time.
class Log final : public chat::LogSink {
  public:
    Log(chat::LogLevel level, LogFormat format);
    ~Log() override;

    void set(chat::LogLevel level, LogFormat format);

    [[nodiscard]] bool enabled(chat::LogLevel level) const override { return level >= level_; }
    void log(chat::LogLevel level, std::string_view connection, std::string_view what,
             std::initializer_list<chat::LogField> fields) override;

  private:
    chat::LogLevel level_;
    LogFormat format_;
    std::shared_ptr<spdlog::logger> logger_;
};

/// A log line's text behind time and level, in either form.
[[nodiscard]] std::string format_log_line(LogFormat format, std::string_view connection, std::string_view what,
                                          std::initializer_list<chat::LogField> fields);

}  // namespace patchcord::gateway
