#include "gateway/http/response_format.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>

#include "gateway/http/dates.hpp"

namespace patchcord::gateway {
namespace {

namespace http = boost::beast::http;
using Message = http::response<http::string_body>;

std::string safe(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    return out;
}

void add_page_rules(Message& message) {
    message.set("Content-Security-Policy",
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    message.set("X-Frame-Options", "DENY");
    message.set("Referrer-Policy", "no-referrer");
}

/// A policy of the handler's own takes the place of ours: two would both hold.
void add_header(Message& message, const std::string& name, const std::string& value) {
    if (boost::beast::iequals(name, "Content-Security-Policy")) message.erase(name);
    message.insert(safe(name), safe(value));
}

Message to_message(const HttpResponse& response, const HttpResponseFrame& frame) {
    Message message(static_cast<http::status>(response.status), 11);
    message.set(http::field::date, format_http_date(frame.now));
    message.set(http::field::content_type, safe(response.content_type));
    message.set("X-Content-Type-Options", "nosniff");
    if (response.content_type.starts_with("text/html")) add_page_rules(message);
    for (const auto& [name, value] : response.headers) add_header(message, name, value);
    message.set(http::field::connection, frame.keep_alive ? "keep-alive" : "close");
    message.body() = response.body;
    constexpr unsigned no_content = 204;  // must not say how long nothing is (RFC 9110 section 8.6)
    if (response.status != no_content) message.content_length(response.length.value_or(response.body.size()));
    return message;
}

}  // namespace

std::string format_http_response(const HttpResponse& response, const HttpResponseFrame& frame) {
    Message message = to_message(response, frame);
    http::response_serializer<http::string_body> serializer(message);
    serializer.split(true);
    std::string out;
    boost::system::error_code error;
    while (!error && !serializer.is_done() && !(frame.only_header && serializer.is_header_done())) {
        serializer.next(error, [&](boost::system::error_code&, const auto& buffers) {
            std::size_t size = 0;
            for (const boost::asio::const_buffer piece : boost::beast::buffers_range_ref(buffers)) {
                out.append(static_cast<const char*>(piece.data()), piece.size());
                size += piece.size();
            }
            serializer.consume(size);
        });
    }
    return out;
}

}  // namespace patchcord::gateway
