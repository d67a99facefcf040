#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/connector.hpp"
#include "gateway/net/address_class.hpp"
#include "gateway/net/connection_end.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/resolver.hpp"
#include "gateway/net/tls_client.hpp"

namespace patchcord::gateway {

struct DialOptions {
    /// For looking up, connecting and the TLS handshake together.
    std::chrono::milliseconds timeout{15'000};
    /// Null: TLS is refused with `not_supported`.
    std::shared_ptr<TlsClientContext> tls = nullptr;
    /// Asked of each address that was found, so that no name leads around it; empty: all may be connected to.
    AddressRule allowed = nullptr;
    /// Told where a connection went, right before its protocol is; may be empty.
    std::function<void(const asio::ip::address&)> connected = nullptr;
    LookUpHost look_up = look_up_host;
    Door door = Door::service;
};

/// Opens connections, plain or over TLS: looks the host up and tries its addresses in turn, `Resolver::max_addresses`
/// at most, each with a fair share of the time that is left. What is no single host's address is never connected to.
class Dialer final : public chat::Connector {
  public:
    /// `loop` and `log` outlive the dialer and its connections.
    Dialer(EventLoop& loop, chat::LogSink& log, DialOptions options = {});
    /// Forgets the attempts under way: neither their protocols nor their `failed` hear any more. Connections live on.
    ~Dialer() override;
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;

    /// Either is told later, never from inside. Besides the system's errors, `failed` gets those of `NetErrc`,
    /// `timed_out`, or `not_supported`.
    void connect(chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
                 std::function<void(std::error_code)> failed) override;

    /// Trusts whom this one does from now on; connections that stand stay as they are.
    void set_tls(std::shared_ptr<TlsClientContext> tls) { options_.tls = std::move(tls); }
    /// Forgets the attempts under way, as the end of the dialer does.
    void hang_up();
    /// Attempts under way.
    [[nodiscard]] std::size_t attempts() const { return attempts_.size(); }

  private:
    class Attempt;

    EventLoop& loop_;
    chat::LogSink& log_;
    DialOptions options_;
    Resolver resolver_;
    std::unordered_map<Attempt*, std::shared_ptr<Attempt>> attempts_;
};

}  // namespace patchcord::gateway
