#pragma once

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/connector.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::tools {

/// Opens plain TCP connections: looks the host up and tries its addresses in turn.
class Dialer final : public chat::Connector {
  public:
    /// For looking up and connecting together.
    static constexpr std::chrono::milliseconds timeout{15'000};

    Dialer(gateway::EventLoop& loop, chat::LogSink& log);

    /// TLS is refused with `not_supported`.
    void connect(chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
                 std::function<void(std::error_code)> failed) override;

  private:
    gateway::EventLoop& loop_;
    chat::LogSink& log_;
    gateway::ConnectionLimiter limiter_;  // connections count themselves there; without limits
};

}  // namespace patchcord::tools
