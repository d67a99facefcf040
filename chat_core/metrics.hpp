#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// Something that only grows (a counter) or goes up and down (a gauge). Changed by the core's one thread.
class Metric {
  public:
    enum class Kind { counter, gauge };

    Metric(Kind kind, std::string name, std::string label, std::string help);

    void add(std::int64_t amount = 1) { value_ += amount; }
    void set(std::int64_t value) { value_ = value; }

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    /// `key="value"`, or empty. Never anything a peer said.
    [[nodiscard]] const std::string& label() const { return label_; }
    [[nodiscard]] const std::string& help() const { return help_; }
    [[nodiscard]] std::int64_t value() const { return value_; }

  private:
    Kind kind_;
    std::string name_;
    std::string label_;
    std::string help_;
    std::int64_t value_ = 0;
};

/// All metrics of the process, by name `patchcord_<what>_<unit>[_total]`.
class MetricRegistry {
  public:
    /// Registers a metric; it stays where it is for the life of the registry.
    Metric& counter(std::string name, std::string help, std::string label = {});
    Metric& gauge(std::string name, std::string help, std::string label = {});

    [[nodiscard]] const std::deque<Metric>& all() const { return metrics_; }
    /// The value of the metric of that name and label; 0 when there is none.
    [[nodiscard]] std::int64_t value(std::string_view name, std::string_view label = {}) const;

  private:
    std::deque<Metric> metrics_;
};

}  // namespace patchcord::chat
