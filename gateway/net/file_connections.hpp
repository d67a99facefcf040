#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/file_network.hpp"
#include "gateway/net/dialer.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

struct FileConnectionOptions {
    std::uint16_t first_port = 0;  // to wait at; 0: nowhere
    std::uint16_t last_port = 0;
    std::string address;      // what clients are told who reached us at one of its family; empty: where they reached us
    bool any_public = false;  // connect also to public addresses other than the client's own
    bool allow_loopback = false;  // connect also to this machine, where a client is that comes from here
    std::chrono::milliseconds connect_timeout{20'000};
    std::size_t max_offers_waiting = 5;  // ports for files of one person that nobody has accepted; of all, half
};

/// Why the gateway does not connect there because `peer`, a client's address, said so; no error: it does. It does to
/// the client itself, and with `any_public` to public addresses; never to ports below 1024. Behind a proxy on this
/// machine every client seems to be here, so that here needs `allow_loopback`. `peer` is empty when it cannot be known.
[[nodiscard]] std::error_code refusal_for_file(const chat::Endpoint& to, const std::string& peer,
                                               const FileConnectionOptions& options);

/// The connections of file transfers between clients and the gateway.
class FileConnections final : public chat::FileNetwork {
  public:
    /// `loop` and `log` outlive it and its connections.
    FileConnections(EventLoop& loop, chat::LogSink& log, FileConnectionOptions options);
    /// Nobody waited for hears any more. Connections live on.
    ~FileConnections() override;
    FileConnections(const FileConnections&) = delete;
    FileConnections& operator=(const FileConnections&) = delete;

    void set_options(FileConnectionOptions options) { options_ = std::move(options); }

    /// The ports that the gateway listens at for clients, to none of which it connects, wherever.
    void set_own_ports(std::vector<std::uint16_t> ports) { own_ports_ = std::move(ports); }

    [[nodiscard]] std::error_code refusal(const chat::Endpoint& to, const chat::PeerInfo& peer) const override;
    /// A peer without an address is one that cannot be known by it: it may come from anywhere, and is connected to only
    /// at public addresses if the policy allows those.
    void connect(const chat::Endpoint& to, const chat::PeerInfo& peer, std::unique_ptr<chat::Protocol> protocol,
                 Failed failed) override;
    chat::Result<Listening> listen(const chat::PeerInfo& peer, const Wait& wait,
                                   std::unique_ptr<chat::Protocol> protocol, Failed failed) override;
    void stop_listening(ListenId id) override;
    [[nodiscard]] bool can_listen() const override { return options_.first_port != 0; }

    /// Those that wait for somebody.
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  private:
    class Waiting;

    [[nodiscard]] std::uint16_t open_port(Waiting& waiting, const asio::ip::address& at);
    [[nodiscard]] bool may_wait_for_offer(chat::UserId offerer) const;
    [[nodiscard]] std::string told_address(const asio::ip::address& at) const;
    [[nodiscard]] bool is_own(const chat::Endpoint& to) const;
    void came(ListenId id, Socket socket, const asio::ip::address& from);
    void nobody_came(ListenId id);
    void later(Failed failed, std::error_code why);

    EventLoop& loop_;
    chat::LogSink& log_;
    FileConnectionOptions options_;
    std::vector<std::uint16_t> own_ports_;
    Dialer dialer_;
    std::uint16_t next_port_ = 0;  // so that a port is not used again at once
    std::uint64_t last_id_ = 0;
    std::unordered_map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace patchcord::gateway
