#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/protocol.hpp"
#include "gateway/files/file_descriptor.hpp"
#include "gateway/net/connection_end.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/network.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/net/tls_context.hpp"

namespace patchcord::gateway {

/// What a listener serves.
struct Service {
    std::function<std::unique_ptr<chat::Protocol>()> make_protocol;
    /// What a refused peer is sent, in the protocol's own form.
    std::function<std::string(Refusal)> refuse;
};

/// What is spoken between the protocol and TLS, or the socket.
struct Layer {
    /// `below` is null for plain text.
    std::function<std::unique_ptr<Stream>(std::unique_ptr<Stream> below)> make;
    /// Peers who say in its handshake whom they speak for: the limits per address do not hold for them.
    std::vector<Network> proxies;
};

/// Opens the port, and listens there; the error says why that cannot be done.
[[nodiscard]] std::error_code open_port(Acceptor& acceptor, const asio::ip::tcp::endpoint& endpoint);

/// Accepts connections on one address and starts a protocol on each.
class Listener {
  public:
    Listener(EventLoop& loop, chat::LogSink& log, ConnectionLimiter& limiter, Service service);

    /// Opens the port; the error says why that cannot be done.
    std::error_code listen(const asio::ip::tcp::endpoint& endpoint);
    /// Serves a port that is open already: a socket of this protocol that is listened on, and does not block.
    std::error_code adopt(FileDescriptor socket, const asio::ip::tcp& protocol);
    /// Speaks TLS; connections made before keep what they have.
    void set_tls(std::shared_ptr<TlsContext> tls, std::chrono::milliseconds handshake_timeout);
    /// Every connection comes from a proxy in one of these networks and begins with a PROXY header; all others are
    /// closed at once.
    void set_proxies(std::vector<Network> from, std::chrono::milliseconds header_timeout);
    /// Connections begin with the handshake of this layer, also those of TLS.
    void set_layer(Layer layer, std::chrono::milliseconds handshake_timeout);
    /// For the log and for counting.
    void set_door(Door door) { door_ = door; }
    void stop();
    /// The real address, also when port 0 was asked for.
    [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
    [[nodiscard]] bool secure() const { return tls_ != nullptr; }

  private:
    void accept();
    void accepted(Socket socket);
    [[nodiscard]] std::unique_ptr<Stream> make_stream() const;
    [[nodiscard]] bool admits(Socket& socket, const asio::ip::address& from);
    void refuse(Socket& socket, Refusal why, const asio::ip::address& from);
    void pause(const boost::system::error_code& why);

    EventLoop& loop_;
    chat::LogSink& log_;
    ConnectionLimiter& limiter_;
    Service service_;
    Acceptor acceptor_;
    std::shared_ptr<TlsContext> tls_;
    std::optional<std::vector<Network>> proxies_;
    Layer layer_;
    std::chrono::milliseconds handshake_timeout_{10'000};
    chat::TimerId retry_;
    chat::Now warned_{};
    Door door_ = Door::irc;
};

}  // namespace patchcord::gateway
