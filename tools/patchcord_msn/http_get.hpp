#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/result.hpp"

namespace patchcord::tools {

struct HttpGetRequest {
    std::string host;    ///< as in the header Host, with the port
    std::string target;  ///< path and query
    std::vector<std::pair<std::string, std::string>> headers;
};

/// One GET over a connection of its own.
class HttpGet final : public chat::Protocol {
  public:
    using Answer = boost::beast::http::response<boost::beast::http::string_body>;
    using Done = std::function<void(chat::Result<Answer>)>;

    static constexpr std::uint32_t max_header_bytes = 16 * 1024;
    static constexpr std::uint64_t max_body_bytes = 64 * 1024;

    /// `done` is called once, when the connection stood.
    HttpGet(HttpGetRequest request, Done done);

    void connection_made(chat::Transport& transport) override;
    void data_received(std::string_view bytes) override;
    void connection_lost(std::error_code why) override;

  private:
    void finish(chat::Result<Answer> answer);

    HttpGetRequest request_;
    Done done_;
    chat::Transport* transport_ = nullptr;
    boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
    std::string pending_;
};

}  // namespace patchcord::tools
