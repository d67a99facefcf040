#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/http/metrics.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// Each answers somebody who would hold a connection or memory for nothing.
struct HttpOptions {
    HttpRequestLimits request;
    std::chrono::milliseconds request_timeout{30'000};  // from a request's first byte to its last
    std::chrono::milliseconds idle_timeout{30'000};     // between requests
    std::chrono::milliseconds answer_timeout{30'000};   // until the handler answers
    std::chrono::milliseconds stall_time{120'000};      // of a file on its way, until least_rate is asked for
    std::size_t least_rate = 1024;                      // bytes a second in each such time, in either direction
    std::size_t requests_per_connection = 100;
    std::size_t send_queue = 256 * 1024;  // bytes
};

class HttpSession;

/// What all HTTP connections share. Outlives them.
class HttpServer {
  public:
    HttpServer(chat::Scheduler& scheduler, chat::LogSink& log, HttpMetrics& metrics, HttpOptions options,
               HttpRoutes routes);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::unique_ptr<chat::Protocol> make_session();
    /// What a peer is sent whose connection is refused.
    [[nodiscard]] std::string refusal(std::string_view words) const;
    /// Connections close once they have been given what they wait for.
    void shut_down();
    void set_options(const HttpOptions& options) { options_ = options; }

    // --- what sessions use

    [[nodiscard]] chat::Scheduler& scheduler() { return scheduler_; }
    [[nodiscard]] chat::LogSink& log() { return log_; }
    [[nodiscard]] HttpMetrics& metrics() { return metrics_; }
    [[nodiscard]] const HttpOptions& options() const { return options_; }
    [[nodiscard]] const HttpRoutes& routes() const { return routes_; }
    void opened(HttpSession& session);
    void closed(HttpSession& session);

  private:
    chat::Scheduler& scheduler_;
    chat::LogSink& log_;
    HttpMetrics& metrics_;
    HttpOptions options_;
    HttpRoutes routes_;
    std::uint64_t last_number_ = 0;
    std::unordered_set<HttpSession*> sessions_;
};

}  // namespace patchcord::gateway
