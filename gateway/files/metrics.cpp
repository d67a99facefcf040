#include "gateway/files/metrics.hpp"

namespace patchcord::gateway {
namespace {

constexpr chat::LabelValues<SpoolLimit> limit_names{
    "quota", "total_quota", "max_files", "max_size", "disk", "wrong_links", "uploads",
};

}  // namespace

std::string_view spool_limit_name(SpoolLimit limit) {
    return limit_names[static_cast<std::size_t>(limit)];
}

SpoolMetrics::SpoolMetrics(chat::MetricRegistry& registry)
    : files(registry.gauge("patchcord_spool_files", "files that are kept for their links, or on their way there")),
      bytes(registry.gauge("patchcord_spool_bytes", "bytes that they have, or will have")),
      uploads(registry.counter("patchcord_uploads_total", "files that came over HTTP")),
      downloads(registry.counter("patchcord_downloads_total", "files that were asked for by their links")),
      limits_(registry, "patchcord_spool_limit_hits_total", "how often files over HTTP ran into a limit", "limit",
              limit_names) {}

}  // namespace patchcord::gateway
