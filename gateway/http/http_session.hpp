#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/hit_limits.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "gateway/http/http_server.hpp"

namespace patchcord::gateway {

/// One HTTP client's connection. Answers one request at a time, in their order; while an answer is due it reads no
/// more.
class HttpSession final : public chat::Protocol {
  public:
    HttpSession(HttpServer& server, std::uint64_t number);
    ~HttpSession() override;
    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;

    void connection_made(chat::Transport& transport) override;
    void data_received(std::string_view bytes) override;
    void connection_lost(std::error_code why) override;

    /// Closes, but gives an answer that is due first.
    void shut_down();

  private:
    enum class Phase : unsigned char { none, idle, reading, answering };

    [[nodiscard]] std::string name() const { return "http#" + std::to_string(number_); }
    void work();
    void step();
    void dispatch(HttpRequest& request);
    void answer(std::size_t request, const HttpResponse& response);
    void send(const HttpResponse& response, bool keep_alive);
    void refuse(unsigned status, std::string_view why);
    void limit_hit(HttpLimit limit);
    void close(std::string_view why);
    void enter(Phase phase);
    void time_is_up();

    HttpServer& server_;
    std::uint64_t number_;
    chat::Transport* transport_ = nullptr;
    HttpRequestReader reader_;
    chat::TimerId timer_;
    Phase phase_ = Phase::none;
    bool working_ = false;
    bool due_ = false;  // an answer is
    bool head_ = false;
    bool keep_alive_ = false;
    bool draining_ = false;
    bool closing_ = false;
    std::size_t requests_ = 0;
    chat::HitLimits<HttpLimit> limits_;
    std::shared_ptr<HttpSession*> alive_ = std::make_shared<HttpSession*>(this);
};

}  // namespace patchcord::gateway
