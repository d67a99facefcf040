#pragma once

#include <string>

#include "chat_core/clock.hpp"
#include "gateway/http/message.hpp"

namespace patchcord::gateway {

/// What the connection adds to a response.
struct HttpResponseFrame {
    chat::WallTime now{};
    bool keep_alive = false;
    bool only_header = false;  // the answer to HEAD: all but the body
};

/// The bytes of an answer: the one way out for text in HTTP. CR, LF and NUL are left out of headers. Always HTTP/1.1,
/// also for older clients, as RFC 9110 section 6.2 has it and MSN clients compare it byte by byte.
[[nodiscard]] std::string format_http_response(const HttpResponse& response, const HttpResponseFrame& frame);

}  // namespace patchcord::gateway
