#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

/// All addresses that begin with the same bits; one address is a network of its own.
struct Network {
    asio::ip::address base;
    unsigned prefix = 0;  // bits

    [[nodiscard]] bool contains(const asio::ip::address& address) const;
};

/// "192.0.2.1", "10.0.0.0/8", "2001:db8::/32". Nothing for other texts, also where bits behind the prefix are set,
/// because it is not clear then what was meant.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

/// A numeric address, IPv4 where it is IPv4-mapped. Nothing for other texts, and for addresses with a zone.
[[nodiscard]] std::optional<asio::ip::address> parse_address(std::string_view text);

/// Is the address in one of them?
[[nodiscard]] bool any_contains(const std::vector<Network>& networks, const asio::ip::address& address);

}  // namespace patchcord::gateway
