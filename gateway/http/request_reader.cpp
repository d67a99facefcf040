#include "gateway/http/request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace patchcord::gateway {
namespace {

namespace http = boost::beast::http;
using Message = http::request<http::string_body>;

template <class Text>
std::string to_string(const Text& text) {
    return {text.data(), text.size()};
}

constexpr std::string_view unnamed_version = " HTTP/1.0";

bool is_without_version(std::string_view line) {
    const std::size_t space = line.find(' ');
    return line.starts_with("GET ") && line.find(' ', space + 1) == std::string_view::npos;
}

/// Beast reads on behind the line for what is missing in it.
bool has_version(std::string_view line) {
    const std::size_t space = line.rfind(' ');
    return space != std::string_view::npos && line.substr(space).starts_with(" HTTP/") &&
           line.size() - space == unnamed_version.size();
}

/// Takes `http://host` off a target that a client behind a proxy sends whole (RFC 9112 section 3.2.2).
std::string take_authority(std::string& target) {
    const std::size_t scheme = target.starts_with("http://") ? 7 : target.starts_with("https://") ? 8 : 0;
    if (scheme == 0) return {};
    const std::size_t end = std::min(target.find_first_of("/?", scheme), target.size());
    const std::string authority = target.substr(scheme, end - scheme);
    target.erase(0, end);
    if (!target.starts_with('/')) target.insert(target.begin(), '/');
    return authority;
}

/// HTTP/1.1 demands one Host header (RFC 9112 section 3.2), and no version allows one that is none.
bool has_good_host(const Message& message, const HttpRequest& request) {
    const std::size_t hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() == 11)) return false;
    return request.host.empty() || is_http_host(request.host);
}

HttpRequest to_request(Message& message) {
    HttpRequest request;
    request.method = to_string(message.method_string());
    request.path = to_string(message.target());
    request.host = to_string(message[http::field::host]);
    if (std::string authority = take_authority(request.path); !authority.empty()) request.host = std::move(authority);
    if (const std::size_t mark = request.path.find('?'); mark != std::string::npos) {
        request.query = request.path.substr(mark + 1);
        request.path.resize(mark);
    }
    for (const auto& field : message) {
        request.headers.emplace_back(to_string(field.name_string()), to_string(field.value()));
    }
    request.body = std::move(message.body());
    request.keep_alive = message.keep_alive();
    return request;
}

}  // namespace

struct HttpRequestReader::Parser : http::request_parser<http::string_body> {
    bool leave_looked_at = false;
};

HttpRequestReader::HttpRequestReader(HttpRequestLimits limits) : limits_(limits) {}

HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::Outcome HttpRequestReader::next(HttpRequest& request) {
    if (failure_ != Outcome::nothing) return failure_;
    if (input_.empty()) return Outcome::nothing;
    if (!parser_) {
        if (const Outcome outcome = begin(); outcome != Outcome::nothing) return give_up(outcome);
        if (!parser_) return Outcome::nothing;
    }
    return parse(request);
}

/// Waits for the whole request line, and makes a parser for what it begins.
HttpRequestReader::Outcome HttpRequestReader::begin() {
    input_.erase(0, std::min(input_.find_first_not_of("\r\n"), input_.size()));
    std::size_t end = input_.find('\n');
    if (end == std::string::npos) {
        if (input_.size() > limits_.header) return Outcome::header_too_long;
        if (input_.empty()) std::string().swap(input_);
        return Outcome::nothing;
    }
    if (end == 0 || input_[--end] != '\r') return Outcome::bad;
    if (is_without_version(std::string_view(input_).substr(0, end))) {
        input_.insert(end, unnamed_version);
    } else if (!has_version(std::string_view(input_).substr(0, end))) {
        return Outcome::bad;
    }
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header));
    parser_->body_limit(limits_.body);
    return Outcome::nothing;
}

HttpRequestReader::Outcome HttpRequestReader::parse(HttpRequest& request) {
    while (!parser_->is_done() && !input_.empty()) {
        boost::system::error_code error;
        const std::size_t taken = parser_->put(boost::asio::buffer(input_), error);
        input_.erase(0, taken);
        if (error == http::error::header_limit) return give_up(Outcome::header_too_long);
        if (error == http::error::body_limit) return give_up(Outcome::body_too_long);
        if (error && error != http::error::need_more) return give_up(Outcome::bad);
        // No MSN client sends chunks, and Beast's parser stumbles over some.
        if (parser_->is_header_done() && parser_->get().count(http::field::transfer_encoding) > 0)
            return give_up(Outcome::no_length);
        if (taken == 0) break;
    }
    if (parser_->is_done()) return finish(request);
    return wants_leave() ? Outcome::expects_answer : Outcome::nothing;
}

/// Does the client wait for 100 now? True once a request.
bool HttpRequestReader::wants_leave() {
    if (!parser_->is_header_done() || std::exchange(parser_->leave_looked_at, true)) return false;
    const Message& message = parser_->get();
    return message.version() == 11 && boost::beast::iequals(message[http::field::expect], "100-continue");
}

HttpRequestReader::Outcome HttpRequestReader::finish(HttpRequest& request) {
    Message& message = parser_->get();
    request = to_request(message);
    if (!has_good_host(message, request)) return give_up(Outcome::bad);
    parser_.reset();
    if (input_.empty()) std::string().swap(input_);
    return Outcome::request;
}

HttpRequestReader::Outcome HttpRequestReader::give_up(Outcome why) {
    failure_ = why;
    parser_.reset();
    std::string().swap(input_);
    return why;
}

}  // namespace patchcord::gateway
