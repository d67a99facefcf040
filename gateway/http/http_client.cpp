#include "gateway/http/http_client.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <sodium.h>

namespace patchcord::gateway {
namespace {

namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;

constexpr int max_interim_answers = 4;  // 100 Continue and the like, before the answer proper
constexpr std::size_t send_queue_slack = 16 * 1024;
constexpr std::size_t least_end_of_chunks = 5;  // "0\r\n\r\n"

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

bool is_one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_sendable(const HttpQuestion& question) {
    const auto is_good = [](const HttpHeader& header) {
        return is_one_line(header.first) && is_one_line(header.second);
    };
    return is_one_line(question.method) && is_one_line(question.content_type) && is_one_line(question.url.target) &&
           is_one_line(question.url.host) && std::all_of(question.headers.begin(), question.headers.end(), is_good);
}

std::string format(const HttpQuestion& question) {
    std::size_t length = question.body.size() + 512 + question.url.target.size() + question.url.host.size();
    for (const auto& [name, value] : question.headers) length += name.size() + value.size() + 4;
    std::string out;
    out.reserve(length);  // no copy of it is left behind
    out.append(question.method).append(" ").append(question.url.target).append(" HTTP/1.1\r\nHost: ");
    out.append(format_authority(question.url)).append("\r\nUser-Agent: patchcord\r\nConnection: close\r\n");
    if (!question.content_type.empty()) out.append("Content-Type: ").append(question.content_type).append("\r\n");
    if (!question.body.empty() || question.method != "GET") {
        out.append("Content-Length: ").append(std::to_string(question.body.size())).append("\r\n");
    }
    for (const auto& [name, value] : question.headers) out.append(name).append(": ").append(value).append("\r\n");
    return out.append("\r\n").append(question.body);
}

HttpAnswer take_answer(Parser& parser) {
    auto message = parser.release();
    HttpAnswer answer;
    answer.status = message.result_int();
    for (const auto& field : message) {
        answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    answer.body = std::move(message.body());
    return answer;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const HttpHeader& header) {
        return boost::beast::iequals({header.first.data(), header.first.size()}, {name.data(), name.size()});
    });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

/// A question and what has come of its answer. Belongs to the client until it is over; the connection's end of it is a
/// Line, which may live longer.
class HttpClient::Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    Exchange(HttpClient& client, HttpQuestion question, Done done)
        : client_(&client), question_(std::move(question)), done_(std::move(done)) {
        begin_answer();
    }
    ~Exchange() { wipe_question(); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void start();
    void connected(chat::Transport& transport);
    void received(std::string_view bytes);
    void lost(std::error_code why);
    void finish(chat::Result<HttpAnswer> answer);
    /// The client is gone.
    void abandon();

  private:
    void begin_answer();
    void wipe_question();
    /// The answer, when it is complete; another parser when it was none yet.
    void completed();
    void end();

    HttpClient* client_;  // null when it is over
    HttpQuestion question_;
    Done done_;
    chat::Transport* transport_ = nullptr;
    chat::TimerId deadline_;
    std::optional<Parser> parser_;
    std::string pending_;
    int interim_answers_ = 0;
};

/// The connection's end.
class HttpClient::Line final : public chat::Protocol {
  public:
    explicit Line(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    void connection_made(chat::Transport& transport) override { exchange_->connected(transport); }
    void data_received(std::string_view bytes) override { exchange_->received(bytes); }
    void connection_lost(std::error_code why) override { exchange_->lost(why); }

  private:
    std::shared_ptr<Exchange> exchange_;
};

void HttpClient::Exchange::start() {
    if (!is_sendable(question_)) return finish(std::make_error_code(std::errc::invalid_argument));
    const auto self = shared_from_this();
    deadline_ = client_->scheduler_.after(question_.timeout,
                                          [self] { self->finish(std::make_error_code(std::errc::timed_out)); });
    client_->connector_.connect({question_.url.host, question_.url.port},
                                question_.url.secure ? chat::Security::tls : chat::Security::plain,
                                std::make_unique<Line>(self), [self](std::error_code why) { self->finish(why); });
}

void HttpClient::Exchange::connected(chat::Transport& transport) {
    if (client_ == nullptr) return transport.close_now("nobody waits for the answer any more");
    transport_ = &transport;
    std::string bytes = format(question_);
    wipe_question();
    transport.set_send_queue_limit(bytes.size() + send_queue_slack);
    const std::error_code refused = transport.write(bytes);
    wipe(bytes);
    if (refused) finish(refused);
}

void HttpClient::Exchange::begin_answer() {
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(question_.most_bytes);
    parser_->eager(true);
    if (question_.method == "HEAD") parser_->skip(true);
}

void HttpClient::Exchange::received(std::string_view bytes) {
    pending_ += bytes;
    while (client_ != nullptr && !pending_.empty()) {
        // Beast 1.81 asserts that the last chunk does not come cut right behind its size. As long as more than that
        // must come, less says nothing.
        const bool in_chunks = parser_->is_header_done() && parser_->chunked();
        if (in_chunks && pending_.size() < least_end_of_chunks) return;
        boost::system::error_code error;
        const std::size_t used = parser_->put(boost::asio::buffer(pending_), error);
        pending_.erase(0, used);
        if (error == http::error::need_more && pending_.size() <= max_header_bytes) return;
        if (error) return finish(std::error_code(error));
        completed();
    }
}

void HttpClient::Exchange::completed() {
    if (!parser_->is_done()) return;
    const bool interim = parser_->get().result_int() / 100 == 1;
    if (!interim) return finish(take_answer(*parser_));
    if (++interim_answers_ > max_interim_answers)
        return finish(std::error_code(make_error_code(http::error::bad_status)));
    begin_answer();
}

/// An answer without a length ends with its connection, in good order only: else part of it may be missing.
void HttpClient::Exchange::lost(std::error_code why) {
    transport_ = nullptr;
    if (client_ == nullptr) return;
    if (why) return finish(why);
    boost::system::error_code error;
    if (parser_->got_some()) parser_->put_eof(error);
    if (!error && parser_->is_done()) return finish(take_answer(*parser_));
    finish(std::make_error_code(std::errc::connection_reset));
}

void HttpClient::Exchange::finish(chat::Result<HttpAnswer> answer) {
    if (client_ == nullptr) return;
    const auto self = shared_from_this();
    const Done done = std::move(done_);
    end();
    done(std::move(answer));
}

void HttpClient::Exchange::abandon() {
    end();
    done_ = nullptr;
}

void HttpClient::Exchange::end() {
    const auto self = shared_from_this();
    HttpClient& client = *std::exchange(client_, nullptr);
    client.scheduler_.cancel(deadline_);
    wipe_question();
    if (transport_ != nullptr) transport_->close("answered");
    client.exchanges_.erase(self);
}

void HttpClient::Exchange::wipe_question() {
    for (HttpHeader& header : question_.headers) wipe(header.second);
    question_.headers.clear();
    wipe(question_.body);
}

HttpClient::~HttpClient() {
    while (!exchanges_.empty()) {
        const std::shared_ptr<Exchange> exchange = *exchanges_.begin();
        exchange->abandon();
    }
}

void HttpClient::ask(HttpQuestion question, Done done) {
    const auto exchange = std::make_shared<Exchange>(*this, std::move(question), std::move(done));
    exchanges_.insert(exchange);
    exchange->start();
}

}  // namespace patchcord::gateway
