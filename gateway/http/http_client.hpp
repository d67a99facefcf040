#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/result.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/url.hpp"

namespace patchcord::gateway {

/// What to ask of somebody else's HTTP server.
struct HttpQuestion {
    Url url;
    std::vector<HttpHeader> headers;  ///< besides Host, User-Agent, Connection, and those of the body
    std::string method = "GET";
    std::string content_type;  ///< of the body, if there is one
    std::string body;
    std::size_t most_bytes = 64 * 1024;         ///< of the answer's body
    std::chrono::milliseconds timeout{30'000};  ///< for everything, looking up the host included
};

/// What it answered, whatever the status. Everything in it is what a stranger says.
struct HttpAnswer {
    unsigned status = 0;
    std::vector<HttpHeader> headers;
    std::string body;

    /// The value of the first header of that name, compared without case; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Asks HTTP servers, each question over a connection of its own. Does not follow redirections: whoever asks knows
/// what may be shown to whom.
class HttpClient {
  public:
    /// Of an answer's status line and headers, in bytes.
    static constexpr std::uint32_t max_header_bytes = 16 * 1024;

    using Done = std::function<void(chat::Result<HttpAnswer>)>;

    /// Both outlive the client.
    HttpClient(chat::Connector& connector, chat::Scheduler& scheduler) : connector_(connector), scheduler_(scheduler) {}
    /// Nobody who still waits is told.
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Calls `done` once. Errors: those of the connector, `timed_out`, `invalid_argument` for a line end in a header,
    /// and whatever is wrong with the answer. The question's headers and body are wiped when they have been sent.
    void ask(HttpQuestion question, Done done);
    /// Questions that wait for their answer.
    [[nodiscard]] std::size_t open() const { return exchanges_.size(); }

  private:
    class Exchange;
    class Line;

    chat::Connector& connector_;
    chat::Scheduler& scheduler_;
    std::set<std::shared_ptr<Exchange>> exchanges_;
};

}  // namespace patchcord::gateway
