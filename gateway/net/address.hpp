#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

/// The address that is meant: IPv4 where it is IPv4-mapped.
[[nodiscard]] asio::ip::address unmapped(const asio::ip::address& address);

/// A numeric address for people; an IPv4-mapped one reads as IPv4.
[[nodiscard]] std::string format_address(const asio::ip::address& address);

/// "127.0.0.1:6667", "[::1]:6667".
[[nodiscard]] std::string format_endpoint(const asio::ip::tcp::endpoint& endpoint);
/// The inverse; numeric addresses only, so that nothing has to be looked up.
[[nodiscard]] std::optional<asio::ip::tcp::endpoint> parse_endpoint(std::string_view text);
/// Can all of these be reached from this machine only? What is no endpoint does not count.
[[nodiscard]] bool all_on_loopback(const std::vector<std::string>& endpoints);

}  // namespace patchcord::gateway
