#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/log_sink.hpp"

namespace patchcord::tests {

/// A log that is kept: each line is the sentence, then ` key=value` as they came.
class RecordingLog final : public chat::LogSink {
  public:
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return true; }
    void log(chat::LogLevel, std::string_view, std::string_view what,
             std::initializer_list<chat::LogField> fields) override {
        std::string line(what);
        for (const chat::LogField& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
        lines_.push_back(std::move(line));
    }
    /// How many lines begin like this.
    [[nodiscard]] std::size_t count(std::string_view beginning) const {
        return static_cast<std::size_t>(std::count_if(
            lines_.begin(), lines_.end(), [&](const std::string& line) { return line.starts_with(beginning); }));
    }

  private:
    std::vector<std::string> lines_;
};

}  // namespace patchcord::tests
