#pragma once

#include <cstdint>
#include <string_view>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::gateway {

/// What files over HTTP can run into.
enum class SpoolLimit : std::uint8_t { quota, total_quota, max_files, max_size, disk, wrong_links, uploads, count_ };

[[nodiscard]] std::string_view spool_limit_name(SpoolLimit limit);

/// The metrics of files that are kept, registered here and nowhere else.
class SpoolMetrics {
  public:
    explicit SpoolMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(SpoolLimit limit) { return limits_[limit]; }

    chat::Metric& files;
    chat::Metric& bytes;
    chat::Metric& uploads;
    chat::Metric& downloads;

  private:
    chat::LabelledCounters<SpoolLimit> limits_;
};

}  // namespace patchcord::gateway
