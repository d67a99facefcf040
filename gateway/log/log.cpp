#include "gateway/log/log.hpp"

#include <climits>
#include <poll.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace patchcord::gateway {
namespace {

/// Writes whole lines to standard error if it takes them at once, and drops them if it does not: a pipe that nobody
/// reads must not stop the loop. (A pipe that polls as writable has room for PIPE_BUF bytes; longer lines are cut to
/// that.)
class StandardErrorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (line.size() > PIPE_BUF) {
            line.resize(PIPE_BUF);
            line[PIPE_BUF - 1] = '\n';
        }
        pollfd standard_error{STDERR_FILENO, POLLOUT, 0};
        if (::poll(&standard_error, 1, 0) == 1 && (standard_error.revents & POLLOUT) != 0) {
            (void)!::write(STDERR_FILENO, line.data(), line.size());
        }
    }
    void flush_() override {}
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
    logger_ = std::make_shared<spdlog::logger>("patchcord", std::make_shared<StandardErrorSink>());
    logger_->set_level(spdlog::level::trace);
    set(level, format);
}

Log::~Log() = default;

void Log::set(chat::LogLevel level, LogFormat format) {
    level_ = level;
    format_ = format;
    logger_->set_pattern(pattern(format), spdlog::pattern_time_type::utc);
}

void Log::log(chat::LogLevel level, std::string_view connection, std::string_view what,
              std::initializer_list<chat::LogField> fields) {
    if (!enabled(level)) return;
    const std::string line = format_log_line(format_, connection, what, fields);
    logger_->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace patchcord::gateway
