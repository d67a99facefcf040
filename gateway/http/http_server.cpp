#include "gateway/http/http_server.hpp"

#include <utility>
#include <vector>

#include "gateway/http/http_session.hpp"
#include "gateway/http/response_format.hpp"

namespace patchcord::gateway {

HttpServer::HttpServer(chat::Scheduler& scheduler, chat::LogSink& log, HttpMetrics& metrics, HttpOptions options,
                       HttpRoutes routes)
    : scheduler_(scheduler), log_(log), metrics_(metrics), options_(options), routes_(std::move(routes)) {}

HttpServer::~HttpServer() = default;

std::unique_ptr<chat::Protocol> HttpServer::make_session() {
    return std::make_unique<HttpSession>(*this, ++last_number_);
}

std::string HttpServer::refusal(std::string_view words) const {
    HttpResponse response = make_plain_response(503);
    response.headers.emplace_back("Retry-After", "60");
    response.body = std::string(words) + "\n";
    return format_http_response(response, {scheduler_.wall_now()});
}

void HttpServer::shut_down() {
    const std::vector<HttpSession*> sessions(sessions_.begin(), sessions_.end());
    for (HttpSession* session : sessions) session->shut_down();
}

void HttpServer::opened(HttpSession& session) {
    sessions_.insert(&session);
    metrics_.connections_total.add();
    metrics_.connections.set(static_cast<std::int64_t>(sessions_.size()));
}

void HttpServer::closed(HttpSession& session) {
    sessions_.erase(&session);
    metrics_.connections.set(static_cast<std::int64_t>(sessions_.size()));
}

}  // namespace patchcord::gateway
