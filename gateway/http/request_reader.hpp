#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/body_framer.hpp"
#include "gateway/http/header_rules.hpp"
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
        head,            // the same of one whose body comes as a stream
        body,            // `request.body` is the next piece of that
        body_end,        // it has come to its end
        expects_answer,  // the client waits for 100 before it sends the body; said once a request
        bad,             // cannot be read; this and what follows are said again from then on
        no_length,       // the body has none, or comes in chunks to where only a stream may (RFC 9110 section 15.5.12)
        header_too_long,
        body_too_long,
    };

    /// Says of a method and a path whether the body is wanted as a stream, of any length.
    using Streams = std::function<bool(std::string_view method, std::string_view path)>;

    explicit HttpRequestReader(HttpRequestLimits limits, Streams streams = {});
    ~HttpRequestReader();

    /// More bytes of the stream, in any cut.
    void feed(std::string_view bytes) { input_ += bytes; }
    Outcome next(HttpRequest& request);
    /// Has a request begun that is not complete?
    [[nodiscard]] bool pending() const { return parser_ != nullptr || body_ || !input_.empty(); }
    /// Bytes fed and not yet consumed.
    [[nodiscard]] std::size_t buffered() const { return input_.size(); }

  private:
    struct Parser;

    Outcome begin();
    [[nodiscard]] bool is_streamed(std::string_view line) const;
    /// Is the header there as a whole, and fit to be parsed?
    Outcome look_at_header();
    Outcome parse(HttpRequest& request);
    Outcome begin_body(HttpRequest& request, const HttpFraming& framing);
    Outcome read_body(HttpRequest& request);
    Outcome finish(HttpRequest& request);
    bool wants_leave();
    Outcome give_up(Outcome why);

    HttpRequestLimits limits_;
    Streams streams_;
    std::string input_;
    std::unique_ptr<Parser> parser_;
    std::optional<HttpBodyFramer> body_;  // of a request whose body is a stream
    Outcome failure_ = Outcome::nothing;
};

}  // namespace patchcord::gateway
