#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// error: an operator must act. warn: a limit was hit or a peer misbehaved. info: life cycle. debug, trace: for
/// developers.
enum class LogLevel { trace, debug, info, warn, error };

/// One `key=value` of a log line. The value may come from a peer: the sink escapes it, the caller need not.
struct LogField {
    LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
    LogField(std::string_view field_key, const char* text) : key(field_key), value(text) {}
    template <std::integral Number>
    LogField(std::string_view field_key, Number number) : key(field_key), value(std::to_string(number)) {}

    std::string_view key;
    std::string value;
};

/// Where log lines go. Never given message text, passwords, tickets or cookies.
class LogSink {
  public:
    virtual ~LogSink() = default;

    [[nodiscard]] virtual bool enabled(LogLevel level) const = 0;
    /// `connection` names the connection ("irc#17") or is empty; `what` is a constant sentence.
    virtual void log(LogLevel level, std::string_view connection, std::string_view what,
                     std::initializer_list<LogField> fields) = 0;
};

}  // namespace patchcord::chat
