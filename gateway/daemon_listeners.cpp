// What the daemon listens on.

#include <algorithm>

#include "gateway/daemon.hpp"
#include "gateway/irc_wiring.hpp"
#include "gateway/net/address.hpp"
#include "gateway/proxy_wiring.hpp"
#include "gateway/wiring.hpp"

namespace patchcord::gateway {

bool Daemon::listen(std::string_view kind, const std::vector<std::string>& addresses, const Service& service,
                    ConnectionLimiter& limiter, const TlsSettings& tls) {
    const std::vector<std::string>& proxied = config_.irc.proxy_listen;
    for (const std::string& address : addresses) {
        auto listener = std::make_unique<Listener>(loop_, log_, limiter, service);
        listener->set_door(door_named(kind));
        if (tls.context) listener->set_tls(tls.context, tls.handshake_timeout);
        const bool behind_proxy =
            kind.starts_with("irc") && std::find(proxied.begin(), proxied.end(), address) != proxied.end();
        if (behind_proxy) listener->set_proxies(proxy_networks(config_.irc), config_.irc.tls.handshake_timeout);
        if (is_websocket(kind)) set_websocket(*listener, config_.irc, *irc_);
        if (const std::error_code error = open(*listener, *parse_endpoint(address))) {
            log_.log(chat::LogLevel::error, {}, "cannot listen", {{"address", address}, {"error", error.message()}});
            return false;
        }
        listeners_.push_back({std::string(kind), std::move(listener), behind_proxy});
    }
    return true;
}

/// At a socket that was passed for it, else at one of its own.
std::error_code Daemon::open(Listener& listener, const asio::ip::tcp::endpoint& endpoint) {
    FileDescriptor passed = passed_sockets_.take(endpoint);
    return passed ? listener.adopt(std::move(passed), endpoint.protocol()) : listener.listen(endpoint);
}

bool Daemon::passed_sockets_are_right(const std::string& problem) {
    if (!problem.empty()) log_.log(chat::LogLevel::error, {}, "cannot serve a passed socket", {{"error", problem}});
    return problem.empty();
}

/// The port of the first listener of a kind; 0 when there is none.
std::uint16_t Daemon::port_of(std::string_view kind) const {
    for (const Opened& opened : listeners_) {
        if (opened.kind == kind) return opened.listener->endpoint().port();
    }
    return 0;
}

bool Daemon::open_listeners() {
    if (!passed_sockets_are_right(passed_sockets_.problem())) return false;
    const Config& c = config_;
    const TlsSettings plain;
    const TlsSettings irc_tls{irc_tls_, c.irc.tls.handshake_timeout};
    const TlsSettings http_tls{http_tls_, c.http.tls.handshake_timeout};
    if (!listen("irc", c.irc.listen, irc_service(*irc_), limiter_, plain) ||
        !listen("irc-tls", c.irc.tls.listen, irc_service(*irc_), limiter_, irc_tls) ||
        !listen(websocket_kind, c.irc.websocket.listen, websocket_service(*irc_), limiter_, plain) ||
        !listen(secure_websocket_kind, c.irc.websocket.tls_listen, websocket_service(*irc_), limiter_, irc_tls)) {
        return false;
    }
    if (!listen("msn-sb", c.msn.switchboard_listen, msn_->switchboard_service(), msn_->msn_limiter(), plain) ||
        !listen("msn", c.msn.listen, msn_->notification_service(), msn_->msn_limiter(), plain)) {
        return false;
    }
    msn_->set_ports(port_of("msn"), port_of("msn-sb"));
    if (!listen("http", c.http.listen, msn_->http_service(), msn_->http_limiter(), plain) ||
        !listen("http-tls", c.http.tls.listen, msn_->http_service(), msn_->http_limiter(), http_tls)) {
        return false;
    }
    if (!passed_sockets_are_right(passed_sockets_.left_over())) return false;
    std::vector<std::uint16_t> ports;
    for (const Opened& opened : listeners_) ports.push_back(opened.listener->endpoint().port());
    file_connections_->set_own_ports(std::move(ports));
    msn_->set_http_address(http_address(c, port_of("http"), port_of("http-tls")));
    msn_->reload(c);
    irc_->reload(irc_options_now());
    return true;
}

}  // namespace patchcord::gateway
