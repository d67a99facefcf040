#include "gateway/net/dialer.hpp"

#include <algorithm>

#include "chat_core/error.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/net/net_error.hpp"

namespace patchcord::gateway {
namespace {

using boost::system::error_code;

constexpr std::size_t longest_host = 253;  // RFC 1035 section 2.3.4, without the last dot

/// Fit to be looked up? The system's look-up would stop at a NUL.
bool is_host(const std::string& host) {
    return !host.empty() && host.size() <= longest_host &&
           std::all_of(host.begin(), host.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

}  // namespace

/// One try. Lives as long as something of it is under way; belongs to the dialer until it is over.
class Dialer::Attempt : public std::enable_shared_from_this<Attempt> {
  public:
    Attempt(Dialer& dialer, chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
            std::function<void(std::error_code)> failed)
        : dialer_(&dialer),
          loop_(dialer.loop_),
          to_(std::move(to)),
          security_(security),
          protocol_(std::move(protocol)),
          failed_(std::move(failed)),
          socket_(loop_.io().get_executor()),
          time_is_up_(loop_.now() + dialer.options_.timeout) {}

    void start();
    /// The dialer is gone.
    void abandon();

  private:
    [[nodiscard]] bool over() const { return dialer_ == nullptr; }
    void found(const chat::Result<Addresses>& addresses);
    void try_next();
    void connected(const asio::ip::address& peer);
    void shake_hands();
    void wait(Socket::wait_type what);
    void hand_over();
    void fail(std::error_code why);
    void end();

    Dialer* dialer_;  // null when it is over
    EventLoop& loop_;
    chat::Endpoint to_;
    chat::Security security_;
    std::unique_ptr<chat::Protocol> protocol_;
    std::function<void(std::error_code)> failed_;
    Socket socket_;
    std::unique_ptr<Stream> stream_;
    chat::Now time_is_up_;
    chat::TimerId deadline_;
    chat::TimerId next_please_;
    Resolver::Id question_ = 0;
    Addresses addresses_;
    std::size_t tried_ = 0;
    asio::ip::address peer_;
    std::error_code last_error_;
};

void Dialer::Attempt::start() {
    if (over()) return;
    if (security_ == chat::Security::tls) {
        if (!dialer_->options_.tls) return fail(chat::Errc::not_supported);
        stream_ = dialer_->options_.tls->make_stream(to_.host);
        if (!stream_) return fail(NetErrc::host_not_found);
    }
    if (!is_host(to_.host)) return fail(NetErrc::host_not_found);
    deadline_ = loop_.after(dialer_->options_.timeout,
                            [self = shared_from_this()] { self->fail(std::make_error_code(std::errc::timed_out)); });
    error_code not_numeric;
    const auto address = asio::ip::make_address(to_.host, not_numeric);
    if (!not_numeric) return found(Addresses{address});
    question_ = dialer_->resolver_.ask(to_.host, [self = shared_from_this()](const auto& all) { self->found(all); });
}

void Dialer::Attempt::found(const chat::Result<Addresses>& addresses) {
    if (over()) return;
    if (!addresses) return fail(addresses.error());
    for (const asio::ip::address& address : *addresses) {
        if (addresses_.size() == Resolver::max_addresses) break;
        const AddressRule& allowed = dialer_->options_.allowed;
        if (classify(address) == AddressClass::unusable || (allowed && !allowed(unmapped(address)))) continue;
        addresses_.push_back(address);
    }
    last_error_ = NetErrc::address_not_allowed;
    try_next();
}

void Dialer::Attempt::try_next() {
    if (tried_ == addresses_.size()) return fail(last_error_);
    const auto left = static_cast<chat::Now::rep>(addresses_.size() - tried_);
    const asio::ip::address address = addresses_[tried_++];
    socket_ = Socket(loop_.io().get_executor());
    const auto timed_out = std::make_shared<bool>(false);
    if (left > 1) {  // the last one may take all of the time
        next_please_ = loop_.after((time_is_up_ - loop_.now()) / left, [self = shared_from_this(), timed_out] {
            *timed_out = true;
            error_code ignored;
            self->socket_.close(ignored);
        });
    }
    socket_.async_connect(
        {address, to_.port}, [self = shared_from_this(), address, timed_out](const error_code& error) {
            self->loop_.cancel(self->next_please_);
            if (self->over()) return;
            if (!error && !*timed_out) return self->connected(address);
            self->last_error_ = *timed_out ? std::make_error_code(std::errc::timed_out) : std::error_code(error);
            self->try_next();
        });
}

void Dialer::Attempt::connected(const asio::ip::address& peer) {
    peer_ = unmapped(peer);
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    if (!stream_) return hand_over();
    shake_hands();
}

/// Here and not in the connection, which could tell nobody why it failed.
void Dialer::Attempt::shake_hands() {
    const IoResult result = stream_->handshake(socket_);
    switch (result.kind) {
        case IoResult::Kind::done: hand_over(); return;
        case IoResult::Kind::want_read: wait(Socket::wait_read); return;
        case IoResult::Kind::want_write: wait(Socket::wait_write); return;
        case IoResult::Kind::closed:
        case IoResult::Kind::parted:
        case IoResult::Kind::failed: fail(result.error ? result.error : NetErrc::tls_failed); return;
    }
}

void Dialer::Attempt::wait(Socket::wait_type what) {
    socket_.async_wait(what, [self = shared_from_this()](const error_code& error) {
        if (self->over()) return;
        if (error) return self->fail(error);
        self->shake_hands();
    });
}

void Dialer::Attempt::hand_over() {
    Dialer& dialer = *dialer_;
    const auto told = dialer.options_.connected;
    const auto timeout = dialer.options_.timeout;
    const auto connection = std::make_shared<Connection>(loop_, std::move(socket_), peer_, std::move(stream_),
                                                         std::move(protocol_), dialer.log_, nullptr);
    connection->set_door(dialer.options_.door);
    const asio::ip::address peer = peer_;
    failed_ = nullptr;
    end();
    if (told) told(peer);
    connection->start(timeout);
}

void Dialer::Attempt::fail(std::error_code why) {
    if (over()) return;
    const std::shared_ptr<Attempt> self = shared_from_this();
    if (dialer_->log_.enabled(chat::LogLevel::debug)) {
        dialer_->log_.log(chat::LogLevel::debug, {}, "cannot connect",
                          {{"host", to_.host}, {"port", std::to_string(to_.port)}, {"error", why.message()}});
    }
    const auto failed = std::exchange(failed_, nullptr);
    end();
    protocol_.reset();
    failed(why);
}

void Dialer::Attempt::end() {
    const std::shared_ptr<Attempt> self = shared_from_this();
    Dialer& dialer = *std::exchange(dialer_, nullptr);
    loop_.cancel(deadline_);
    loop_.cancel(next_please_);
    dialer.resolver_.cancel(question_);
    error_code ignored;
    socket_.close(ignored);
    dialer.attempts_.erase(this);
}

void Dialer::Attempt::abandon() {
    end();
    failed_ = nullptr;
    protocol_.reset();
}

Dialer::Dialer(EventLoop& loop, chat::LogSink& log, DialOptions options)
    : loop_(loop), log_(log), options_(std::move(options)), resolver_(loop, options_.look_up) {}

Dialer::~Dialer() {
    hang_up();
}

void Dialer::hang_up() {
    while (!attempts_.empty()) {
        const std::shared_ptr<Attempt> attempt = attempts_.begin()->second;
        attempt->abandon();
    }
}

void Dialer::connect(chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
                     std::function<void(std::error_code)> failed) {
    const auto attempt =
        std::make_shared<Attempt>(*this, std::move(to), security, std::move(protocol), std::move(failed));
    attempts_.emplace(attempt.get(), attempt);
    asio::post(loop_.io(), [attempt] { attempt->start(); });
}

}  // namespace patchcord::gateway
