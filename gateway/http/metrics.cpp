#include "gateway/http/metrics.hpp"

#include <string>

namespace patchcord::gateway {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(HttpLimit::count_)> limit_names{
    "header", "body", "request_time", "answer_time", "send_queue", "failed_logins",
};
constexpr std::array<std::string_view, static_cast<std::size_t>(PassportResult::count_)> result_names{
    "right",
    "wrong",
    "busy",
    "throttled",
};
constexpr std::array<std::string_view, 6> class_names{"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

std::string label(const char* key, std::string_view value) {
    return std::string(key) + "=\"" + std::string(value) + "\"";
}

}  // namespace

std::string_view http_limit_name(HttpLimit limit) {
    return limit_names[static_cast<std::size_t>(limit)];
}

std::string_view passport_result_name(PassportResult result) {
    return result_names[static_cast<std::size_t>(result)];
}

HttpMetrics::HttpMetrics(chat::MetricRegistry& registry)
    : connections_total(registry.counter("patchcord_http_connections_total", "HTTP connections accepted")),
      connections(registry.gauge("patchcord_http_connections", "HTTP connections open")) {
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        limits_[i] = &registry.counter("patchcord_http_limit_hits_total", "how often an HTTP client ran into a limit",
                                       label("limit", limit_names[i]));
    }
    for (std::size_t i = 0; i < responses_.size(); ++i) {
        responses_[i] = &registry.counter("patchcord_http_responses_total", "HTTP answers by class of status",
                                          label("class", class_names[i]));
    }
    for (std::size_t i = 0; i < logins_.size(); ++i) {
        logins_[i] = &registry.counter("patchcord_passport_logins_total", "logins by Passport",
                                       label("result", result_names[i]));
    }
}

}  // namespace patchcord::gateway
