#include "chat_core/file_metrics.hpp"

namespace patchcord::chat {
namespace {

constexpr LabelValues<FileLimit> names{
    "max_size", "max_offers", "offer_rate", "max_transfers", "max_transfers_per_user", "offer_time", "stall_time",
};

}  // namespace

FileMetrics::FileMetrics(MetricRegistry& registry)
    : offers(registry.counter("patchcord_files_offers_total", "files that were offered to somebody")),
      transfers(registry.gauge("patchcord_files_transfers", "files on their way")),
      completed(registry.counter("patchcord_files_completed_total", "files that arrived whole")),
      failed(registry.counter("patchcord_files_failed_total", "files that were accepted and did not arrive")),
      bytes(registry.counter("patchcord_files_transferred_bytes_total", "bytes of files that receivers were given")),
      limits_(registry, "patchcord_files_limit_hits_total", "how often a file ran into a limit", "limit", names) {}

}  // namespace patchcord::chat
