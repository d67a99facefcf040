#pragma once

#include <cstdint>
#include <string_view>

#include "chat_core/close_reason.hpp"
#include "chat_core/labelled_counters.hpp"

namespace patchcord::gateway {

/// What an HTTP client can run into.
enum class HttpLimit : std::uint8_t {
    header,
    body,
    request_time,
    answer_time,
    send_queue,
    failed_logins,
    transfer_rate,
    count_
};

[[nodiscard]] std::string_view http_limit_name(HttpLimit limit);
/// Why a connection is closed that hit the limit.
[[nodiscard]] chat::CloseReason close_reason(HttpLimit limit, std::string_view words);

/// How a login by Passport ended.
enum class PassportResult : std::uint8_t { right, wrong, busy, throttled, count_ };

[[nodiscard]] std::string_view passport_result_name(PassportResult result);

/// The first digit of an answer's status.
enum class StatusClass : std::uint8_t {
    other,
    informational,
    success,
    redirection,
    client_error,
    server_error,
    count_
};

/// The HTTP server's metrics, registered here and nowhere else.
class HttpMetrics {
  public:
    explicit HttpMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(HttpLimit limit) { return limits_[limit]; }
    [[nodiscard]] chat::Metric& logins(PassportResult result) { return logins_[result]; }
    /// Answers of the class that `status` belongs to, 1xx to 5xx.
    [[nodiscard]] chat::Metric& responses(unsigned status) {
        return responses_[static_cast<StatusClass>(status / 100 % 6)];
    }

    chat::Metric& connections_total;
    chat::Metric& connections;

  private:
    chat::LabelledCounters<HttpLimit> limits_;
    chat::LabelledCounters<StatusClass> responses_;
    chat::LabelledCounters<PassportResult> logins_;
};

}  // namespace patchcord::gateway
