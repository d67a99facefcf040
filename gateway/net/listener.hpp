#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/protocol.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/tls_context.hpp"

namespace patchcord::gateway {

/// What a listener serves.
struct Service {
    std::function<std::unique_ptr<chat::Protocol>()> make_protocol;
    /// What a refused peer is sent, in the protocol's own form.
    std::function<std::string(Refusal)> refuse;
};

/// Accepts connections on one address and starts a protocol on each.
class Listener {
  public:
    Listener(EventLoop& loop, chat::LogSink& log, ConnectionLimiter& limiter, Service service);

    /// Opens the port; the error says why that cannot be done.
    std::error_code listen(const asio::ip::tcp::endpoint& endpoint);
    /// Speaks TLS; connections made before keep what they have.
    void set_tls(std::shared_ptr<TlsContext> tls, std::chrono::milliseconds handshake_timeout);
    void stop();
    /// The real address, also when port 0 was asked for.
    [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    [[nodiscard]] bool secure() const { return tls_ != nullptr; }

  private:
    void accept();
    void accepted(Socket socket);
    void refuse(Socket& socket, Refusal why, const asio::ip::address& from);
    void pause(const boost::system::error_code& why);

    EventLoop& loop_;
    chat::LogSink& log_;
    ConnectionLimiter& limiter_;
    Service service_;
    Acceptor acceptor_;
    std::shared_ptr<TlsContext> tls_;
    std::chrono::milliseconds handshake_timeout_{10'000};
    chat::TimerId retry_;
    chat::Now warned_{};
};

}  // namespace patchcord::gateway
