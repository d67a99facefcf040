#include "gateway/net/file_connections.hpp"

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>

#include "chat_core/file_error.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/address_class.hpp"
#include "gateway/net/connection.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::uint16_t lowest_port = 1024;  // those below are services that somebody may want us to talk to

asio::ip::address address_of(const std::string& numeric) {
    boost::system::error_code bad;
    const asio::ip::address address = asio::ip::make_address(numeric, bad);
    return bad ? asio::ip::address() : unmapped(address);
}

DialOptions dial_options(const FileConnectionOptions& options) {
    DialOptions dial;
    dial.timeout = options.connect_timeout;
    dial.door = Door::file;
    return dial;
}

}  // namespace

/// A port that waits for its one connection. Lives as long as something of it is under way.
class FileConnections::Waiting : public std::enable_shared_from_this<Waiting> {
  public:
    Waiting(FileConnections& owner, ListenId id, asio::ip::address from, std::unique_ptr<chat::Protocol> then,
            Failed otherwise)
        : acceptor(owner.loop_.io().get_executor()),
          protocol(std::move(then)),
          failed(std::move(otherwise)),
          owner_(&owner),
          id_(id),
          from_(std::move(from)) {}

    void accept() {
        acceptor.async_accept([self = shared_from_this()](const boost::system::error_code& error, Socket socket) {
            if (self->owner_ == nullptr || error == asio::error::operation_aborted) return;
            self->took(error, std::move(socket));
        });
    }

    void end() {
        owner_->loop_.cancel(std::exchange(timer, {}));
        owner_->loop_.cancel(std::exchange(retry_, {}));
        owner_ = nullptr;
        boost::system::error_code ignored;
        acceptor.close(ignored);
    }

    Acceptor acceptor;
    std::unique_ptr<chat::Protocol> protocol;
    Failed failed;
    chat::TimerId timer;
    chat::UserId offerer;

  private:
    /// Anybody else who finds the port is shown the door, and the wait goes on.
    void took(const boost::system::error_code& error, Socket socket) {
        if (error && error != asio::error::connection_aborted) return accept_later();
        boost::system::error_code unknown = error;
        const asio::ip::address from =
            error ? asio::ip::address() : unmapped(socket.remote_endpoint(unknown).address());
        if (unknown) return accept();
        if (!from_.is_unspecified() && from != from_) {
            const ConnectionEnd stranger{chat::CloseKind::refused, "not who was waited for", "files.ports", {}, {}};
            report_end(owner_->log_, owner_->loop_.end_counters(), {Door::file, from}, stranger);
            return accept();
        }
        owner_->came(id_, std::move(socket), from);
    }
    /// Without descriptors or memory every further accept fails at once, while somebody waits to be let in.
    void accept_later() {
        retry_ = owner_->loop_.after(accept_pause, [this] { accept(); });
    }

    FileConnections* owner_;
    ListenId id_;
    asio::ip::address from_;
    chat::TimerId retry_;
};

FileConnections::FileConnections(EventLoop& loop, chat::LogSink& log, FileConnectionOptions options)
    : loop_(loop), log_(log), options_(std::move(options)), dialer_(loop, log, dial_options(options_)) {}

FileConnections::~FileConnections() {
    for (const auto& [id, waiting] : waiting_) waiting->end();
}

// --- connecting ------------------------------------------------------------------------------------------------------

std::error_code refusal_for_file(const chat::Endpoint& to, const std::string& peer,
                                 const FileConnectionOptions& options) {
    const asio::ip::address address = address_of(to.host);
    const AddressClass where = classify(address);
    if (to.port < lowest_port || where == AddressClass::unusable) return chat::FileErrc::address_refused;
    if (!peer.empty() && address == address_of(peer)) {
        if (where != AddressClass::loopback || options.allow_loopback) return {};
        return chat::FileErrc::loopback_refused;
    }
    if (options.any_public && where == AddressClass::public_address) return {};
    return chat::FileErrc::address_refused;
}

std::error_code FileConnections::refusal(const chat::Endpoint& to, const chat::PeerInfo& peer) const {
    if (is_own(to)) return chat::FileErrc::address_refused;
    return refusal_for_file(to, peer.address, options_);
}

/// A port that waits for a file is one, too: whoever has the same address as its client could be let in by us.
bool FileConnections::is_own(const chat::Endpoint& to) const {
    if (std::find(own_ports_.begin(), own_ports_.end(), to.port) != own_ports_.end()) return true;
    const asio::ip::address address = address_of(to.host);
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& waiting) {
        boost::system::error_code ignored;
        const auto at = waiting.second->acceptor.local_endpoint(ignored);
        const bool here = at.address() == address || (at.address().is_unspecified() && address.is_loopback());
        return here && at.port() == to.port;
    });
}

void FileConnections::connect(const chat::Endpoint& to, const chat::PeerInfo& peer,
                              std::unique_ptr<chat::Protocol> protocol, Failed failed) {
    if (const std::error_code refused = refusal(to, peer)) {
        log_.log(chat::LogLevel::info, {}, "not connecting for a file",
                 {{"to", to.host}, {"port", to.port}, {"peer", peer.address}});
        return later(std::move(failed), refused);
    }
    dialer_.connect(to, chat::Security::plain, std::move(protocol),
                    [failed = std::move(failed)](std::error_code) { failed(chat::FileErrc::unreachable); });
}

void FileConnections::later(Failed failed, std::error_code why) {
    loop_.after(std::chrono::milliseconds(0), [failed = std::move(failed), why] { failed(why); });
}

// --- listening -------------------------------------------------------------------------------------------------------

/// The first port of the range that is free, after the one that was used last; 0 when none is.
std::uint16_t FileConnections::open_port(Waiting& waiting, const asio::ip::address& at) {
    if (!can_listen()) return 0;
    const unsigned ports = options_.last_port - options_.first_port + 1U;
    for (unsigned tried = 0; tried < ports; ++tried) {
        if (next_port_ < options_.first_port || next_port_ > options_.last_port) next_port_ = options_.first_port;
        const std::uint16_t port = next_port_++;
        const asio::ip::tcp::endpoint endpoint(at, port);
        boost::system::error_code error;
        waiting.acceptor.open(endpoint.protocol(), error);
        if (!error) waiting.acceptor.set_option(Acceptor::reuse_address(true), error);
        if (!error && at.is_v6()) waiting.acceptor.set_option(asio::ip::v6_only(true), error);
        if (!error) waiting.acceptor.bind(endpoint, error);
        if (!error) waiting.acceptor.listen(1, error);
        if (!error) return port;
        waiting.acceptor.close(error);
    }
    return 0;
}

chat::Result<chat::FileNetwork::Listening> FileConnections::listen(const chat::PeerInfo& peer, const Wait& wait,
                                                                   std::unique_ptr<chat::Protocol> protocol,
                                                                   Failed failed) {
    if (wait.offerer && can_listen() && !may_wait_for_offer(wait.offerer)) return chat::FileErrc::too_many;
    const asio::ip::address at = address_of(peer.local_address);
    const ListenId id{++last_id_};
    auto waiting =
        std::make_shared<Waiting>(*this, id, address_of(peer.address), std::move(protocol), std::move(failed));
    const std::uint16_t port = open_port(*waiting, at);
    if (port == 0) {
        log_.log(chat::LogLevel::warn, {}, "no port for a file", {{"first", options_.first_port}});
        return chat::FileErrc::unreachable;
    }
    waiting->offerer = wait.offerer;
    waiting->timer = loop_.after(wait.within, [this, id] { nobody_came(id); });
    waiting->accept();
    waiting_[last_id_] = std::move(waiting);
    return Listening{id, {told_address(at), port}};
}

/// Offers cost their makers nothing, so that they could take all ports from those who do something. They get half of
/// the range, but at least one port, and each person a few of these.
bool FileConnections::may_wait_for_offer(chat::UserId offerer) const {
    const std::size_t ports = options_.last_port - options_.first_port + std::size_t{1};
    std::size_t of_all = 0;
    std::size_t of_offerer = 0;
    for (const auto& [id, waiting] : waiting_) {
        if (waiting->offerer) ++of_all;
        if (waiting->offerer == offerer) ++of_offerer;
    }
    return of_offerer < options_.max_offers_waiting && of_all < std::max<std::size_t>(1, ports / 2);
}

/// Where `at` is to be reached from outside. The configuration knows of one family only; at an address of the other,
/// nobody would be found who waits at `at`.
std::string FileConnections::told_address(const asio::ip::address& at) const {
    const bool same_family = !options_.address.empty() && address_of(options_.address).is_v4() == at.is_v4();
    return same_family ? options_.address : format_address(at);
}

void FileConnections::stop_listening(ListenId id) {
    const auto found = waiting_.find(static_cast<std::uint64_t>(id));
    if (found == waiting_.end()) return;
    const auto waiting = std::move(found->second);
    waiting_.erase(found);
    waiting->end();
}

void FileConnections::came(ListenId id, Socket socket, const asio::ip::address& from) {
    const auto found = waiting_.find(static_cast<std::uint64_t>(id));
    if (found == waiting_.end()) return;
    const auto waiting = std::move(found->second);
    waiting_.erase(found);
    waiting->end();
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto connection = std::make_shared<Connection>(loop_, std::move(socket), from, nullptr,
                                                         std::move(waiting->protocol), log_, nullptr);
    connection->set_door(Door::file);
    connection->start(options_.connect_timeout);
}

void FileConnections::nobody_came(ListenId id) {
    const auto found = waiting_.find(static_cast<std::uint64_t>(id));
    if (found == waiting_.end()) return;
    const auto waiting = std::move(found->second);
    waiting_.erase(found);
    waiting->end();
    waiting->failed(chat::FileErrc::unreachable);
}

}  // namespace patchcord::gateway
