#include "gateway/http/metrics.hpp"

namespace patchcord::gateway {
namespace {

constexpr chat::LabelValues<HttpLimit> limit_names{
    "header", "body", "request_time", "answer_time", "send_queue", "failed_logins", "transfer_rate",
};
constexpr chat::LabelValues<PassportResult> result_names{
    "right",
    "wrong",
    "busy",
    "throttled",
};
constexpr chat::LabelValues<StatusClass> class_names{"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

std::string_view http_limit_name(HttpLimit limit) {
    return limit_names[static_cast<std::size_t>(limit)];
}

chat::CloseReason close_reason(HttpLimit limit, std::string_view words) {
    if (limit == HttpLimit::transfer_rate) return {chat::CloseKind::timeout, words, "files.stall_time"};
    const bool too_slow = limit == HttpLimit::request_time || limit == HttpLimit::answer_time;
    return {too_slow ? chat::CloseKind::timeout : chat::CloseKind::limit, words, http_limit_name(limit)};
}

std::string_view passport_result_name(PassportResult result) {
    return result_names[static_cast<std::size_t>(result)];
}

HttpMetrics::HttpMetrics(chat::MetricRegistry& registry)
    : connections_total(registry.counter("patchcord_http_connections_total", "HTTP connections accepted")),
      connections(registry.gauge("patchcord_http_connections", "HTTP connections open")),
      limits_(registry, "patchcord_http_limit_hits_total", "how often an HTTP client ran into a limit", "limit",
              limit_names),
      responses_(registry, "patchcord_http_responses_total", "HTTP answers by class of status", "class", class_names),
      logins_(registry, "patchcord_passport_logins_total", "logins by Passport", "result", result_names) {}

}  // namespace patchcord::gateway
