#include "gateway/control/control_server.hpp"

#include <array>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <sys/socket.h>

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_request = 256;
constexpr std::chrono::seconds accept_pause{1};  // when there are no descriptors

bool is_admitted(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && may_control(peer.uid, ::geteuid());
}

}  // namespace

std::string control_error(std::string_view error, std::string_view text) {
    return boost::json::serialize(
        boost::json::object{{"ok", false}, {"error", std::string(error)}, {"text", std::string(text)}});
}

/// One request and its answer. Handlers hold it while they wait; the server, until it has ended.
class ControlConnection : public std::enable_shared_from_this<ControlConnection> {
  public:
    ControlConnection(ControlServer& server, ControlServer::LocalSocket socket)
        : server_(&server), socket_(std::move(socket)) {}

    void start() {
        deadline_ = server_->loop_.after(server_->options_.timeout, [this] { end(); });
        if (!is_admitted(socket_.native_handle())) {
            refusal_ = control_error("not_allowed", "only root and whoever the gateway runs as may ask");
        } else if (server_->connections() > server_->options_.max_connections) {
            refusal_ = control_error("busy", "too many ask at the same time (control.max_connections)");
        }
        read();
    }
    /// The server goes first.
    void abandon() {
        server_->loop_.cancel(deadline_);
        server_ = nullptr;
        close();
    }

  private:
    void read() {
        socket_.async_read_some(asio::buffer(input_),
                                [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                                    if (self->server_ == nullptr) return;
                                    if (error) return self->end();
                                    self->request_.append(self->input_.data(), size);
                                    self->look_at_request();
                                });
    }
    void look_at_request() {
        const std::size_t end_of_line = request_.find('\n');
        if (end_of_line == std::string::npos && request_.size() <= longest_request) return read();
        if (end_of_line > longest_request) return say(control_error("too_long", "a request has at most 256 bytes"));
        std::string_view line = std::string_view(request_).substr(0, end_of_line);
        if (line.ends_with('\r')) line.remove_suffix(1);
        say(refusal_.empty() ? server_->answer_(line) : refusal_);
    }
    void say(std::string answer) {
        output_ = std::move(answer) + '\n';
        asio::async_write(socket_, asio::buffer(output_),
                          [self = shared_from_this()](const boost::system::error_code&, std::size_t) {
                              if (self->server_ != nullptr) self->linger();
                          });
    }
    /// Until the peer has read and closes: what it sent behind its request would else cost it the answer.
    void linger() {
        boost::system::error_code ignored;
        socket_.shutdown(ControlServer::LocalSocket::shutdown_send, ignored);
        discard();
    }
    void discard() {
        socket_.async_read_some(asio::buffer(input_),
                                [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                                    if (self->server_ == nullptr) return;
                                    return error ? self->end() : self->discard();
                                });
    }
    void end() {
        const auto self = shared_from_this();
        server_->loop_.cancel(deadline_);
        close();
        std::exchange(server_, nullptr)->ended(self);
    }
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    ControlServer* server_;  // nullptr: it has ended
    ControlServer::LocalSocket socket_;
    chat::TimerId deadline_;
    std::array<char, longest_request> input_{};
    std::string refusal_;  // empty: it may ask
    std::string request_;
    std::string output_;
};

ControlServer::ControlServer(EventLoop& loop, chat::LogSink& log, std::unique_ptr<ControlSocket> socket,
                             ControlOptions options, Answer answer)
    : loop_(loop),
      log_(log),
      socket_(std::move(socket)),
      options_(options),
      answer_(std::move(answer)),
      acceptor_(loop.io().get_executor(), Local(), socket_->take().release()) {
    accept();
}

ControlServer::~ControlServer() {
    loop_.cancel(retry_);
    for (const auto& connection : std::exchange(connections_, {})) connection->abandon();
}

void ControlServer::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, LocalSocket socket) {
        if (error == asio::error::operation_aborted) return;
        if (error) {
            log_.log(chat::LogLevel::warn, "control", "cannot accept", {{"error", error.message()}});
            retry_ = loop_.after(accept_pause, [this] { accept(); });
            return;
        }
        accepted(std::move(socket));
        accept();
    });
}

void ControlServer::accepted(LocalSocket socket) {
    // Those who are refused are few: they are told so and closed at once, or at the deadline.
    if (connections_.size() >= 2 * options_.max_connections) return;
    const auto connection = std::make_shared<ControlConnection>(*this, std::move(socket));
    connections_.insert(connection);
    connection->start();
}

}  // namespace patchcord::gateway
