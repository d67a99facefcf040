#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "chat_core/metrics.hpp"

namespace patchcord::chat {

/// The label's value for each enumerator of `Key`, whose last is `count_`; in their order.
template <class Key>
using LabelValues = std::array<std::string_view, static_cast<std::size_t>(Key::count_)>;

/// One counter for each enumerator of `Key`: a metric whose label says which, such as the limit that was hit.
template <class Key>
class LabelledCounters {
  public:
    LabelledCounters(MetricRegistry& registry, const std::string& name, const std::string& help,
                     const std::string& label, const LabelValues<Key>& values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            counters_[i] = &registry.counter(name, help, label + "=\"" + std::string(values[i]) + "\"");
        }
    }

    [[nodiscard]] Metric& operator[](Key key) { return *counters_[static_cast<std::size_t>(key)]; }

  private:
    std::array<Metric*, static_cast<std::size_t>(Key::count_)> counters_{};
};

}  // namespace patchcord::chat
