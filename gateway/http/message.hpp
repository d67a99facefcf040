#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/ports/transport.hpp"
#include "gateway/http/streams.hpp"

namespace patchcord::gateway {

using HttpHeader = std::pair<std::string, std::string>;

/// A request as its handler gets it. Everything in it is what a peer says.
struct HttpRequest {
    std::string method;
    std::string path;   // begins with `/`; nothing in it is decoded
    std::string query;  // behind the `?`
    std::string host;   // host and perhaps port, checked by `is_http_host`; empty when the client named none
    std::vector<HttpHeader> headers;
    std::string body;
    std::optional<std::uint64_t> length = {};  // of a body that comes as a stream, when the client says
    bool expects_leave = false;                // the client waits for 100 before it sends the body
    bool keep_alive = false;
    chat::PeerInfo peer;

    /// The value of the first header of that name, compared without case; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// An answer. Length, date, connection and the headers that make a page safe are added when it is formatted.
struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::vector<HttpHeader> headers;  // their names are spelled to the letter as given here
    std::string body;
    std::shared_ptr<HttpBodySource> stream = {};  // instead of `body`; `length` bytes
    std::optional<std::uint64_t> length = {};     // of what the body is or would be; else that of `body`
};

/// An answer of that status with its name as the text.
[[nodiscard]] HttpResponse make_plain_response(unsigned status);

/// Can this be the host and port of a URL (RFC 3986 section 3.2)? Nothing else is ever put into an address.
[[nodiscard]] bool is_http_host(std::string_view text);

}  // namespace patchcord::gateway
