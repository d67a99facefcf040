// Whom a connection comes from, where somebody speaks for another: headers of proxies, and gateways from the web.

#include <array>
#include <utility>

#include "gateway/net/address.hpp"
#include "gateway/net/address_class.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/net/network.hpp"
#include "gateway/net/proxy_header.hpp"

namespace patchcord::gateway {

void Connection::expect_proxy_header(std::function<std::string(Refusal)> refuse) {
    proxy_gate_ = std::make_unique<ProxyGate>(ProxyGate{std::move(refuse), {}});
}

/// Reads no byte more than the header has: what follows is for TLS or the protocol.
bool Connection::pass_proxy_gate() {
    while (true) {
        const ProxyHeader header = parse_proxy_header(proxy_gate_->header);
        if (header.state == ProxyHeader::State::complete) return end_of_header(header.source);
        if (header.state == ProxyHeader::State::malformed) {
            will_end({chat::CloseKind::protocol, "not a PROXY header"});
            end(std::make_error_code(std::errc::protocol_error));
            return false;
        }
        std::array<char, longest_proxy_header> bytes;
        const IoResult result = plain_stream().read(socket_, std::span(bytes).first(header.wanted));
        if (result.kind == IoResult::Kind::want_read) {
            wait(Socket::wait_read);
            return false;
        }
        if (result.kind != IoResult::Kind::done) {
            end(result.error);
            return false;
        }
        proxy_gate_->header.append(bytes.data(), result.bytes);
    }
}

/// True: the connection goes on, counted where it comes from.
bool Connection::end_of_header(const std::string& source) {
    const std::unique_ptr<ProxyGate> gate = std::move(proxy_gate_);
    if (source.empty()) return true;  // the proxy speaks for itself
    const auto refused = move_to(unmapped(asio::ip::make_address(source)));
    if (!refused) return true;
    const std::string words = gate->refuse(*refused);
    const std::array<std::string_view, 1> pieces{words};
    if (!stream_) (void)plain_stream().write(socket_, pieces);
    end({});
    return false;
}

/// True: the connection goes on, counted where it comes from.
bool Connection::learn_whom_it_speaks_for() {
    const auto from = stream().speaks_for(peer_);
    if (!from) return true;
    const auto refused = move_to(*from);
    if (!refused) return true;
    stream().turn_away(*refused);
    part({});
    return false;
}

/// Who was refused there is who the line in the log is about; the slot that is given back is the proxy's.
std::optional<Refusal> Connection::move_to(const asio::ip::address& from) {
    const auto refused = limiter_ == nullptr ? std::nullopt : limiter_->move(peer_, from, loop_.now());
    if (!refused) {
        peer_ = from;
    } else if (!end_) {
        end_ = std::make_unique<ConnectionEnd>(refused_end(door_, *refused));
        end_->spoke_for = from;
    }
    return refused;
}

chat::PeerInfo Connection::peer() const {
    const bool secure = stream_ && stream_->secure() && (!for_another_ || other_secure_);
    boost::system::error_code none;
    const asio::ip::tcp::endpoint local = socket_.local_endpoint(none);
    return {format_address(peer_), stream_ && !for_another_ ? stream_->fingerprint() : std::string(), secure,
            none ? std::string() : format_address(local.address())};
}

chat::Moved Connection::speaks_for(std::string_view address, bool secure) {
    const auto to = parse_address(address);
    if (!to) return chat::Moved::not_an_address;
    const AddressClass kind = classify(*to);
    // Whoever is on this machine may do more than others, and does not come by way of a gateway.
    if (kind == AddressClass::loopback || kind == AddressClass::unusable) return chat::Moved::not_an_address;
    if (limiter_ != nullptr) {
        if (const auto refused = limiter_->move(peer_, *to, loop_.now())) {
            return *refused == Refusal::connects_per_address ? chat::Moved::too_often : chat::Moved::too_many;
        }
    }
    peer_ = *to;
    for_another_ = true;
    other_secure_ = secure;
    return chat::Moved::done;
}

}  // namespace patchcord::gateway
