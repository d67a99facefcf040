#pragma once

#include <functional>

#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

/// Which part of the world an address is in, as far as it matters for who may be connected to on somebody else's word.
enum class AddressClass {
    loopback,         // this machine
    private_network,  // this site, or this provider's (RFC 1918, 4193, 6598), and what is for tests between networks
    link_local,       // this wire; where clouds keep their metadata
    public_address,
    unusable,  // no single host: unspecified, multicast, broadcast, reserved
};

/// An IPv4 address inside an IPv6 one (mapped, or where NAT64 and 6to4 would take it) counts as that IPv4 address.
[[nodiscard]] AddressClass classify(const asio::ip::address& address);

/// May an address be connected to?
using AddressRule = std::function<bool(const asio::ip::address&)>;

/// The rule for addresses that a service's server named, which is how somebody outside would make us connect to what
/// only we can reach. Public ones are allowed, and those of the class in which the server itself is; with
/// `allow_private` all that can be a host's.
[[nodiscard]] AddressRule rule_for_named_addresses(AddressClass of_the_server, bool allow_private);

}  // namespace patchcord::gateway
