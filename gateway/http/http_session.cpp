#include "gateway/http/http_session.hpp"

#include <algorithm>
#include <utility>

#include "gateway/http/response_format.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t logged_path_bytes = 128;

/// The first part of a path: what is behind it may be a secret that opens a file.
std::string path_for_log(const std::string& path) {
    return path.substr(0, std::min(path.find('/', 1), logged_path_bytes));
}

}  // namespace

HttpSession::HttpSession(HttpServer& server, std::uint64_t number)
    : server_(server),
      number_(number),
      reader_(server.options().request, [&routes = server.routes()](std::string_view method, std::string_view path) {
          return routes.is_upload(method, path);
      }) {}

HttpSession::~HttpSession() {
    if (transport_ != nullptr) connection_lost({});
}

void HttpSession::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    transport.set_send_queue_limit(server_.options().send_queue);
    server_.opened(*this);
    enter(Phase::idle);
}

void HttpSession::connection_lost(std::error_code) {
    closing_ = true;
    alive_.reset();
    server_.scheduler().cancel(timer_);
    server_.closed(*this);
    transport_ = nullptr;
    sink_.reset();
    stream_.reset();
}

void HttpSession::data_received(std::string_view bytes) {
    if (closing_) return;
    reader_.feed(bytes);
    if (!blocked()) work();
}

/// Goes on until it has to wait: for the client, or for a handler.
void HttpSession::work() {
    if (std::exchange(working_, true)) return;
    const std::size_t before = requests_;
    while (step() && !closing_ && !blocked()) {
    }
    working_ = false;
    if (closing_ || stream_) return;
    if (requests_ != before) phase_ = Phase::none;  // a time of its own for what comes now
    enter(receiving_ ? Phase::receiving : due_ ? Phase::answering : reader_.pending() ? Phase::reading : Phase::idle);
}

/// True when it got on.
bool HttpSession::step() {
    using Outcome = HttpRequestReader::Outcome;
    HttpRequest request;
    switch (reader_.next(request)) {
        case Outcome::nothing: return false;
        case Outcome::request: dispatch(request); break;
        case Outcome::head: dispatch_upload(request); break;
        case Outcome::body: take_piece(request.body); break;
        case Outcome::body_end: end_of_body(); break;
        case Outcome::expects_answer: (void)transport_->write("HTTP/1.1 100 Continue\r\n\r\n"); break;
        case Outcome::bad: refuse(400, {chat::CloseKind::protocol, "bad request"}); break;
        case Outcome::no_length: refuse(411, {chat::CloseKind::protocol, "no length"}); break;
        case Outcome::header_too_long:
            limit_hit(HttpLimit::header);
            refuse(431, close_reason(HttpLimit::header, "header too long"));
            break;
        case Outcome::body_too_long:
            limit_hit(HttpLimit::body);
            refuse(413, close_reason(HttpLimit::body, "body too long"));
            break;
    }
    return true;
}

void HttpSession::begin_request(HttpRequest& request) {
    request.peer = transport_->peer();
    ++requests_;
    due_ = true;
    head_ = request.method == "HEAD";
    keep_alive_ = request.keep_alive && requests_ < server_.options().requests_per_connection;
    chat::LogSink& log = server_.log();
    if (log.enabled(chat::LogLevel::debug)) {
        log.log(chat::LogLevel::debug, name(), "request",
                {{"method", request.method}, {"path", path_for_log(request.path)}});
    }
}

void HttpSession::dispatch(HttpRequest& request) {
    begin_request(request);
    server_.routes().dispatch(request, [alive = std::weak_ptr(alive_), number = requests_](HttpResponse response) {
        if (const auto session = alive.lock()) (*session)->answer(number, response);
    });
    if (due_ && !closing_) transport_->pause_reading();
}

void HttpSession::answer(std::size_t request, const HttpResponse& response) {
    if (closing_ || !due_ || stream_ || request != requests_) return;
    keep_alive_ = keep_alive_ && !draining_ && !body_unread_;
    send(response, keep_alive_);
    if (closing_) return;
    if (stream_) {
        pump();
    } else {
        answered();
    }
}

void HttpSession::answered() {
    due_ = false;
    if (!keep_alive_) close("answered");
    if (working_ || closing_) return;
    transport_->resume_reading();
    phase_ = Phase::none;
    work();
}

void HttpSession::send(const HttpResponse& response, bool keep_alive) {
    constexpr unsigned not_modified = 304;
    receiving_ = body_unread_ = due_ = false;
    sink_.reset();
    server_.metrics().responses(response.status).add();
    const bool only_header = std::exchange(head_, false) || response.status == not_modified;
    const HttpResponseFrame frame{server_.scheduler().wall_now(), keep_alive, only_header};
    if (transport_->write(format_http_response(response, frame))) {
        limit_hit(HttpLimit::send_queue);
        break_off(close_reason(HttpLimit::send_queue, "send queue full"));
        return;
    }
    if (only_header || response.stream == nullptr) return;
    stream_ = response.stream;
    stream_left_ = response.length.value_or(0);
    due_ = true;
}

void HttpSession::refuse(unsigned status, const chat::CloseReason& why) {
    send(make_plain_response(status), false);
    close(why);
}

void HttpSession::limit_hit(HttpLimit limit) {
    if (!limits_.note(limit, server_.metrics().limit_hits(limit), server_.log())) return;
    server_.log().log(chat::LogLevel::warn, name(), "limit hit",
                      {{"limit", http_limit_name(limit)}, {"address", transport_->peer().address}});
}

void HttpSession::close(const chat::CloseReason& why) {
    if (std::exchange(closing_, true)) return;
    server_.scheduler().cancel(timer_);
    transport_->close(why);
}

/// Nothing that is half there may look whole.
void HttpSession::break_off(const chat::CloseReason& why) {
    if (std::exchange(closing_, true)) return;
    server_.scheduler().cancel(timer_);
    sink_.reset();
    stream_.reset();
    transport_->close_now(why);
}

void HttpSession::shut_down() {
    draining_ = true;
    if (stream_ || receiving_) {
        break_off({chat::CloseKind::shutdown, "shutting down"});
    } else if (!due_) {
        close({chat::CloseKind::shutdown, "shutting down"});
    }
}

/// Begins the time this phase may take, unless it is the present one already.
void HttpSession::enter(Phase phase) {
    if (phase_ == phase) return;
    phase_ = phase;
    const HttpOptions& options = server_.options();
    server_.scheduler().cancel(timer_);
    const bool transfer = phase == Phase::receiving || phase == Phase::sending;
    if (transfer) moved_ = phase == Phase::sending ? transport_->send_queue_size() : 0;
    const auto limit = transfer                  ? options.stall_time
                       : phase == Phase::idle    ? options.idle_timeout
                       : phase == Phase::reading ? options.request_timeout
                                                 : options.answer_timeout;
    timer_ = server_.scheduler().after(limit, [this] { time_is_up(); });
}

void HttpSession::time_is_up() {
    switch (phase_) {
        case Phase::none: break;
        case Phase::idle: close("idle"); break;
        case Phase::reading:
            limit_hit(HttpLimit::request_time);
            refuse(408, close_reason(HttpLimit::request_time, "request too slow"));
            break;
        case Phase::answering:
            limit_hit(HttpLimit::answer_time);
            refuse(503, close_reason(HttpLimit::answer_time, "answer too slow"));
            break;
        case Phase::receiving:
        case Phase::sending: check_rate(); break;
    }
}

}  // namespace patchcord::gateway
