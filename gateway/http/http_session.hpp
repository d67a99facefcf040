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
/// more. A body that comes or goes as a stream is passed on as fast as the slower side takes it.
class HttpSession final : public chat::Protocol {
  public:
    HttpSession(HttpServer& server, std::uint64_t number);
    ~HttpSession() override;
    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;

    void connection_made(chat::Transport& transport) override;
    void data_received(std::string_view bytes) override;
    void drained() override;
    void connection_lost(std::error_code why) override;
    [[nodiscard]] chat::LogIdentity log_identity() const override { return {name(), {}}; }

    /// Closes, but gives an answer that is due first; a file on its way is broken off.
    void shut_down();

  private:
    enum class Phase : unsigned char { none, idle, reading, answering, receiving, sending };

    [[nodiscard]] std::string name() const { return "http#" + std::to_string(number_); }
    /// Is it the handler's turn?
    [[nodiscard]] bool blocked() const { return due_ && !receiving_; }
    void work();
    bool step();
    void begin_request(HttpRequest& request);
    void dispatch(HttpRequest& request);
    void answer(std::size_t request, const HttpResponse& response);
    void answered();
    void send(const HttpResponse& response, bool keep_alive);
    void refuse(unsigned status, const chat::CloseReason& why);
    void limit_hit(HttpLimit limit);
    void close(const chat::CloseReason& why);
    void break_off(const chat::CloseReason& why);
    void enter(Phase phase);
    void time_is_up();

    // --- bodies that are streams
    void dispatch_upload(HttpRequest& request);
    void receive(std::size_t request, std::unique_ptr<HttpBodySink> sink);
    void take_piece(const std::string& piece);
    void end_of_body();
    void check_rate();
    void pump();
    bool give_piece();

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
    bool expects_leave_ = false;
    bool body_unread_ = false;
    bool receiving_ = false;
    std::shared_ptr<HttpBodySink> sink_;
    std::uint64_t moved_ = 0;  // bytes of a stream that came, or waited or were queued, since the rate was looked at
    std::shared_ptr<HttpBodySource> stream_;
    std::uint64_t stream_left_ = 0;
    std::size_t requests_ = 0;
    chat::HitLimits<HttpLimit> limits_;
    std::shared_ptr<HttpSession*> alive_ = std::make_shared<HttpSession*>(this);
};

}  // namespace patchcord::gateway
