#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/log_sink.hpp"

namespace patchcord::tests {

/// Writes each log line down as "irc#1 limit hit limit=flood nick=ana".
class RecordingLog final : public chat::LogSink {
  public:
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return true; }
    void log(chat::LogLevel, std::string_view connection, std::string_view what,
             std::initializer_list<chat::LogField> fields) override {
        std::string line(connection);
        if (!line.empty()) line += ' ';
        line += what;
        for (const chat::LogField& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
        lines_.push_back(std::move(line));
    }

    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    /// How many lines hold `text`.
    [[nodiscard]] std::size_t count(std::string_view text) const {
        const auto holds = [&](const std::string& line) { return line.find(text) != std::string::npos; };
        return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), holds));
    }

  private:
    std::vector<std::string> lines_;
};

}  // namespace patchcord::tests
