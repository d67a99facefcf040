#pragma once

#include <cstdint>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::chat {

/// What files can run into.
enum class FileLimit : std::uint8_t {
    max_size,
    max_offers,
    offer_rate,
    max_transfers,
    max_transfers_of_user,
    offer_time,
    stall_time,
    count_,
};

/// The metrics of files, registered here and nowhere else.
class FileMetrics {
  public:
    explicit FileMetrics(MetricRegistry& registry);

    [[nodiscard]] Metric& limit_hits(FileLimit limit) { return limits_[limit]; }

    Metric& offers;
    Metric& transfers;
    Metric& completed;
    Metric& failed;
    Metric& bytes;

  private:
    LabelledCounters<FileLimit> limits_;
};

}  // namespace patchcord::chat
