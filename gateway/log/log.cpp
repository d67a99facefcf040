#include "gateway/log/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace patchcord::gateway {
namespace {

constexpr std::size_t queued_lines = 8192;  // beyond it the oldest are lost

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
    spdlog::init_thread_pool(queued_lines, 1);
    logger_ =
        std::make_shared<spdlog::async_logger>("patchcord", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                               spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_level(spdlog::level::trace);
    logger_->flush_on(spdlog::level::trace);
    set(level, format);
}

Log::~Log() {
    logger_.reset();
    spdlog::shutdown();
}

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
