#include "tools/patchcord_msn/http_get.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>

namespace patchcord::tools {
namespace {

namespace http = boost::beast::http;

std::string format(const HttpGetRequest& wanted) {
    http::request<http::empty_body> request(http::verb::get, wanted.target, 11);
    request.set(http::field::host, wanted.host);
    request.set(http::field::user_agent, "patchcord-msn");
    request.set(http::field::connection, "close");
    for (const auto& [name, value] : wanted.headers) request.set(name, value);
    std::ostringstream out;
    out << request;
    return out.str();
}

}  // namespace

HttpGet::HttpGet(HttpGetRequest request, Done done) : request_(std::move(request)), done_(std::move(done)) {
    parser_.header_limit(max_header_bytes);
    parser_.body_limit(max_body_bytes);
    parser_.eager(true);
}

void HttpGet::connection_made(chat::Transport& transport) {
    transport_ = &transport;
    (void)transport.write(format(request_));
}

void HttpGet::data_received(std::string_view bytes) {
    pending_ += bytes;
    boost::system::error_code error;
    while (!pending_.empty() && !parser_.is_done()) {
        const std::size_t used = parser_.put(boost::asio::buffer(pending_), error);
        pending_.erase(0, used);
        if (error == http::error::need_more && pending_.size() <= max_header_bytes) return;
        if (error) return finish(std::error_code(error));
    }
    if (parser_.is_done()) finish(parser_.release());
}

void HttpGet::connection_lost(std::error_code why) {
    boost::system::error_code error;
    if (parser_.got_some() && !parser_.is_done()) parser_.put_eof(error);
    if (parser_.is_done() && done_) return finish(parser_.release());
    finish(why ? why : std::make_error_code(std::errc::connection_reset));
}

void HttpGet::finish(chat::Result<Answer> answer) {
    const Done done = std::exchange(done_, {});
    if (!done) return;
    transport_->close("answered");
    done(std::move(answer));
}

}  // namespace patchcord::tools
