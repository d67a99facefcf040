#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "gateway/control/control_socket.hpp"
#include "gateway/net/asio.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

struct ControlOptions {
    std::size_t max_connections = 16;
    std::chrono::milliseconds timeout{10'000};  // of a connection, from its beginning to its end
};

class ControlConnection;

/// Answers requests of a line each, one a connection (docs/protocol/control.md).
class ControlServer {
  public:
    /// Gives the whole answer, without the end of the line.
    using Answer = std::function<std::string(std::string_view request)>;

    ControlServer(EventLoop& loop, chat::LogSink& log, std::unique_ptr<ControlSocket> socket, ControlOptions options,
                  Answer answer);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    [[nodiscard]] std::size_t connections() const { return connections_.size(); }

  private:
    using Local = asio::local::stream_protocol;
    using LocalSocket = asio::basic_stream_socket<Local, Executor>;
    using LocalAcceptor = asio::basic_socket_acceptor<Local, Executor>;
    friend class ControlConnection;

    void accept();
    void accepted(LocalSocket socket);
    void ended(const std::shared_ptr<ControlConnection>& connection) { connections_.erase(connection); }

    EventLoop& loop_;
    chat::LogSink& log_;
    std::unique_ptr<ControlSocket> socket_;
    ControlOptions options_;
    Answer answer_;
    LocalAcceptor acceptor_;
    chat::TimerId retry_;
    std::set<std::shared_ptr<ControlConnection>> connections_;
};

/// `{"ok":false,"error":...}`: why there is no answer, as a word for programs and a sentence for people.
[[nodiscard]] std::string control_error(std::string_view error, std::string_view text);

}  // namespace patchcord::gateway
