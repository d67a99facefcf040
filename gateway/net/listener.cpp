#include "gateway/net/listener.hpp"

#include <array>
#include <boost/asio/ip/v6_only.hpp>
#include <exception>

#include "gateway/net/address.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/net/memory_guard.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::milliseconds accept_pause{200};
constexpr std::chrono::minutes warn_interval{1};
constexpr int backlog = 4096;

}  // namespace

std::error_code open_port(Acceptor& acceptor, const asio::ip::tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(backlog, error);
    return error;
}

Listener::Listener(EventLoop& loop, chat::LogSink& log, ConnectionLimiter& limiter, Service service)
    : loop_(loop), log_(log), limiter_(limiter), service_(std::move(service)), acceptor_(loop.io().get_executor()) {}

std::error_code Listener::listen(const asio::ip::tcp::endpoint& endpoint) {
    const std::error_code error = open_port(acceptor_, endpoint);
    if (!error) accept();
    return error;
}

std::error_code Listener::adopt(FileDescriptor socket, const asio::ip::tcp& protocol) {
    boost::system::error_code error;
    acceptor_.assign(protocol, socket.number(), error);
    if (error) return error;
    (void)socket.release();  // it is the acceptor's now
    accept();
    return {};
}

void Listener::set_tls(std::shared_ptr<TlsContext> tls, std::chrono::milliseconds handshake_timeout) {
    tls_ = std::move(tls);
    handshake_timeout_ = handshake_timeout;
}

void Listener::set_proxies(std::vector<Network> from, std::chrono::milliseconds header_timeout) {
    proxies_ = std::move(from);
    handshake_timeout_ = header_timeout;
}

void Listener::set_layer(Layer layer, std::chrono::milliseconds handshake_timeout) {
    layer_ = std::move(layer);
    handshake_timeout_ = handshake_timeout;
}

void Listener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    loop_.cancel(retry_);
}

void Listener::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, Socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (error == asio::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system ||
            error == asio::error::no_buffer_space || error == asio::error::no_memory) {
            pause(error);
            return;
        }
        accept();  // first: whatever becomes of this one, there will be others
        if (!error) accepted(std::move(socket));
    });
}

/// Without descriptors every further accept fails at once: wait until some connection may have closed.
void Listener::pause(const boost::system::error_code& why) {
    const chat::Now now = loop_.now();
    if (warned_ == chat::Now{} || now - warned_ >= warn_interval) {
        warned_ = now;
        log_.log(chat::LogLevel::error, {}, "cannot accept connections", {{"error", why.message()}});
    }
    retry_ = loop_.after(accept_pause, [this] { accept(); });
}

void Listener::accepted(Socket socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.non_blocking(true, error);
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    const asio::ip::address from = unmapped(peer.address());
    if (!admits(socket, from)) return;
    std::shared_ptr<Connection> connection;
    try {
        connection = std::make_shared<Connection>(loop_, std::move(socket), from, make_stream(),
                                                  service_.make_protocol(), log_, &limiter_);
    } catch (const std::exception& failure) {
        log_.log(chat::LogLevel::error, {}, "session failed",
                 {{"error", failure.what()}, {"address", format_address(from)}});
        report_end(log_, loop_.end_counters(), {door_, from}, {chat::CloseKind::failure, "no session", {}, {}, {}});
        limiter_.released(from);
        return;
    }
    connection->set_door(door_);
    if (proxies_) connection->expect_proxy_header(service_.refuse);
    connection->start(handshake_timeout_);
}

/// Nothing for plain text.
std::unique_ptr<Stream> Listener::make_stream() const {
    std::unique_ptr<Stream> stream = tls_ ? tls_->make_stream() : nullptr;
    return layer_.make ? layer_.make(std::move(stream)) : std::move(stream);
}

bool Listener::admits(Socket& socket, const asio::ip::address& from) {
    const chat::Now now = loop_.now();
    if (proxies_ && !any_contains(*proxies_, from)) {
        const ConnectionEnd stranger{chat::CloseKind::refused, "not a listed proxy", "irc.proxy_from", {}, {}};
        report_end(log_, loop_.end_counters(), {door_, from}, stranger);
        return false;
    }
    if (MemoryGuard* guard = loop_.memory_guard(); guard != nullptr && guard->turns_away()) {
        refuse(socket, Refusal::memory, from);
        return false;
    }
    const bool for_others = proxies_ || any_contains(layer_.proxies, from);
    const auto refused = for_others ? limiter_.admit_proxy(from, now) : limiter_.admit(from, now);
    if (refused) refuse(socket, *refused, from);
    return !refused;
}

void Listener::refuse(Socket& socket, Refusal why, const asio::ip::address& from) {
    const std::string line = service_.refuse(why);
    report_end(log_, loop_.end_counters(), {door_, from}, refused_end(door_, why));
    if (secure()) return;  // no handshake for somebody who may not come in
    const std::array<std::string_view, 1> pieces{line};
    (void)plain_stream().write(socket, pieces);
}

}  // namespace patchcord::gateway
