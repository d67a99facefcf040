#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat_core/metrics.hpp"

namespace patchcord::gateway {

/// What an HTTP client can run into.
enum class HttpLimit : std::uint8_t { header, body, request_time, answer_time, send_queue, failed_logins, count_ };

[[nodiscard]] std::string_view http_limit_name(HttpLimit limit);

/// How a login by Passport ended.
enum class PassportResult : std::uint8_t { right, wrong, busy, throttled, count_ };

[[nodiscard]] std::string_view passport_result_name(PassportResult result);

/// The HTTP server's metrics, registered here and nowhere else.
class HttpMetrics {
  public:
    explicit HttpMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(HttpLimit limit) { return *limits_[static_cast<std::size_t>(limit)]; }
    [[nodiscard]] chat::Metric& logins(PassportResult result) { return *logins_[static_cast<std::size_t>(result)]; }
    /// Answers of a class, 1 to 5 of 1xx to 5xx.
    [[nodiscard]] chat::Metric& responses(unsigned status) { return *responses_[status / 100 % 6]; }

    chat::Metric& connections_total;
    chat::Metric& connections;

  private:
    std::array<chat::Metric*, static_cast<std::size_t>(HttpLimit::count_)> limits_{};
    std::array<chat::Metric*, static_cast<std::size_t>(PassportResult::count_)> logins_{};
    std::array<chat::Metric*, 6> responses_{};
};

}  // namespace patchcord::gateway
