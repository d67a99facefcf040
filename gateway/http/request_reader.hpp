#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/message.hpp"

namespace patchcord::gateway {

/// How much of a request is read before it is refused, in bytes.
struct HttpRequestLimits {
    std::size_t header = 8 * 1024;  // request line and headers
    std::size_t body = 16 * 1024;
};

/// Cuts a byte stream into HTTP requests (RFC 9112). Holds no memory while nothing is pending.
///
/// A request line without a version is taken for HTTP/1.0, since a client of 2009 asks for its login server so.
class HttpRequestReader {
  public:
    enum class Outcome {
        nothing,         // more bytes are needed
        request,         // `request` is set, but for its peer
        expects_answer,  // the client waits for 100 before it sends the body; said once a request
        bad,             // cannot be read; this and what follows are said again from then on
        no_length,       // the body comes in chunks, which RFC 9110 section 15.5.12 lets us refuse
        header_too_long,
        body_too_long,
    };

    explicit HttpRequestReader(HttpRequestLimits limits);
    ~HttpRequestReader();

    /// More bytes of the stream, in any cut.
    void feed(std::string_view bytes) { input_ += bytes; }
    Outcome next(HttpRequest& request);
    /// Has a request begun that is not complete?
    [[nodiscard]] bool pending() const { return parser_ != nullptr || !input_.empty(); }
    /// Bytes fed and not yet consumed.
    [[nodiscard]] std::size_t buffered() const { return input_.size(); }

  private:
    struct Parser;

    Outcome begin();
    Outcome parse(HttpRequest& request);
    Outcome finish(HttpRequest& request);
    bool wants_leave();
    Outcome give_up(Outcome why);

    HttpRequestLimits limits_;
    std::string input_;
    std::unique_ptr<Parser> parser_;
    Outcome failure_ = Outcome::nothing;
};

}  // namespace patchcord::gateway
