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

HttpFraming framing_of(const Message& message) {
    std::vector<std::string_view> encodings;
    std::vector<std::string_view> lengths;
    for (const auto& field : message) {
        const std::string_view value(field.value().data(), field.value().size());
        if (field.name() == http::field::transfer_encoding) encodings.push_back(value);
        if (field.name() == http::field::content_length) lengths.push_back(value);
    }
    return gateway::framing_of(encodings, lengths, message.version() == 11);
}

}  // namespace

struct HttpRequestReader::Parser : http::request_parser<http::string_body> {
    bool streamed = false;
    bool leave_looked_at = false;
};

HttpRequestReader::HttpRequestReader(HttpRequestLimits limits, Streams streams)
    : limits_(limits), streams_(std::move(streams)) {}

HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::Outcome HttpRequestReader::next(HttpRequest& request) {
    if (failure_ != Outcome::nothing) return failure_;
    if (body_) return read_body(request);
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
    parser_->streamed = is_streamed(std::string_view(input_).substr(0, end));
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header));
    if (parser_->streamed) {
        parser_->body_limit(boost::none);
    } else {
        parser_->body_limit(limits_.body);
    }
    return Outcome::nothing;
}

bool HttpRequestReader::is_streamed(std::string_view line) const {
    if (!streams_) return false;
    const std::string_view method = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(method.size() + 1, line.size()));
    std::string target(line.substr(0, line.find(' ')));
    (void)take_authority(target);
    return streams_(method, std::string_view(target).substr(0, target.find('?')));
}

HttpRequestReader::Outcome HttpRequestReader::look_at_header() {
    const std::size_t end = input_.find("\r\n\r\n");
    const bool whole = end != std::string::npos;
    if (!has_strict_lines(std::string_view(input_).substr(0, whole ? end + 4 : end))) return Outcome::bad;
    // Beast counts the request line and the headers each for itself.
    if ((whole ? end + 4 : input_.size()) > limits_.header) return Outcome::header_too_long;
    return whole ? Outcome::request : Outcome::nothing;
}

HttpRequestReader::Outcome HttpRequestReader::parse(HttpRequest& request) {
    if (!parser_->is_header_done()) {
        const Outcome outcome = look_at_header();
        if (outcome == Outcome::nothing) return outcome;
        if (outcome != Outcome::request) return give_up(outcome);
    }
    while (!parser_->is_done() && !input_.empty()) {
        const bool had_header = parser_->is_header_done();
        boost::system::error_code error;
        const std::size_t taken = parser_->put(boost::asio::buffer(input_), error);
        input_.erase(0, taken);
        if (error == http::error::header_limit) return give_up(Outcome::header_too_long);
        if (error == http::error::body_limit) return give_up(Outcome::body_too_long);
        if (error && error != http::error::need_more) return give_up(Outcome::bad);
        if (parser_->is_header_done() && !had_header) {
            const HttpFraming framing = framing_of(parser_->get());
            if (framing.kind == HttpFraming::Kind::bad) return give_up(Outcome::bad);
            if (parser_->streamed) return begin_body(request, framing);
            // No MSN client sends chunks, and Beast's parser stumbles over some.
            if (framing.kind == HttpFraming::Kind::chunks) return give_up(Outcome::no_length);
        }
        if (taken == 0) break;
    }
    if (parser_->is_done()) return finish(request);
    return wants_leave() ? Outcome::expects_answer : Outcome::nothing;
}

HttpRequestReader::Outcome HttpRequestReader::begin_body(HttpRequest& request, const HttpFraming& framing) {
    if (framing.kind == HttpFraming::Kind::none) return give_up(Outcome::no_length);
    const bool expects_leave = wants_leave();
    if (const Outcome outcome = finish(request); outcome != Outcome::request) return outcome;
    request.expects_leave = expects_leave;
    if (framing.kind == HttpFraming::Kind::length) request.length = framing.length;
    body_ = request.length ? HttpBodyFramer::of_length(*request.length) : HttpBodyFramer::chunked();
    return Outcome::head;
}

HttpRequestReader::Outcome HttpRequestReader::read_body(HttpRequest& request) {
    switch (body_->next(input_, request.body)) {
        case HttpBodyFramer::Outcome::nothing: return Outcome::nothing;
        case HttpBodyFramer::Outcome::piece: return Outcome::body;
        case HttpBodyFramer::Outcome::bad: return give_up(Outcome::bad);
        case HttpBodyFramer::Outcome::end: body_.reset(); return Outcome::body_end;
    }
    return Outcome::nothing;
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
    if (!has_good_host(message, request) || !request.path.starts_with('/')) return give_up(Outcome::bad);
    parser_.reset();
    if (input_.empty()) std::string().swap(input_);
    return Outcome::request;
}

HttpRequestReader::Outcome HttpRequestReader::give_up(Outcome why) {
    failure_ = why;
    parser_.reset();
    body_.reset();
    std::string().swap(input_);
    return why;
}

}  // namespace patchcord::gateway
