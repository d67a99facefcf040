#include "tools/patchcord_msn/dialer.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>

#include "chat_core/error.hpp"
#include "gateway/net/connection.hpp"

namespace patchcord::tools {
namespace {

namespace asio = gateway::asio;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, gateway::Executor>;
using boost::system::error_code;

/// One try. Lives as long as something of it is under way.
class Attempt : public std::enable_shared_from_this<Attempt> {
  public:
    Attempt(gateway::EventLoop& loop, chat::LogSink& log, gateway::ConnectionLimiter& limiter,
            std::unique_ptr<chat::Protocol> protocol, std::function<void(std::error_code)> failed)
        : loop_(loop),
          log_(log),
          limiter_(limiter),
          protocol_(std::move(protocol)),
          failed_(std::move(failed)),
          resolver_(loop.io().get_executor()),
          socket_(loop.io().get_executor()) {}

    void start(const chat::Endpoint& to) {
        deadline_ = loop_.after(Dialer::timeout, [self = shared_from_this()] { self->give_up(); });
        resolver_.async_resolve(to.host, std::to_string(to.port),
                                [self = shared_from_this()](const error_code& error, const auto& addresses) {
                                    if (error) return self->fail(error);
                                    self->connect(addresses);
                                });
    }

  private:
    void connect(const Resolver::results_type& addresses) {
        asio::async_connect(socket_, addresses,
                            [self = shared_from_this()](const error_code& error, const asio::ip::tcp::endpoint& peer) {
                                if (error) return self->fail(error);
                                self->connected(peer.address());
                            });
    }

    void connected(const asio::ip::address& peer) {
        if (!protocol_) return;
        loop_.cancel(deadline_);
        error_code ignored;
        socket_.non_blocking(true, ignored);
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        limiter_.admit(peer, loop_.now());
        const auto connection = std::make_shared<gateway::Connection>(loop_, std::move(socket_), peer, nullptr,
                                                                      std::move(protocol_), log_, limiter_);
        connection->start(Dialer::timeout);
    }

    void give_up() {
        fail(std::make_error_code(std::errc::timed_out));
        resolver_.cancel();
        error_code ignored;
        socket_.close(ignored);
    }

    void fail(std::error_code why) {
        if (!protocol_) return;
        loop_.cancel(deadline_);
        protocol_.reset();
        failed_(why);
    }

    gateway::EventLoop& loop_;
    chat::LogSink& log_;
    gateway::ConnectionLimiter& limiter_;
    std::unique_ptr<chat::Protocol> protocol_;
    std::function<void(std::error_code)> failed_;
    Resolver resolver_;
    gateway::Socket socket_;
    chat::TimerId deadline_;
};

gateway::ConnectionLimits no_limits() {
    gateway::ConnectionLimits limits;
    limits.in_all = limits.per_address = limits.connects_per_address = 0;
    return limits;
}

}  // namespace

Dialer::Dialer(gateway::EventLoop& loop, chat::LogSink& log) : loop_(loop), log_(log), limiter_(no_limits()) {}

void Dialer::connect(chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
                     std::function<void(std::error_code)> failed) {
    if (security != chat::Security::plain) return failed(chat::Errc::not_supported);
    std::make_shared<Attempt>(loop_, log_, limiter_, std::move(protocol), std::move(failed))->start(to);
}

}  // namespace patchcord::tools
