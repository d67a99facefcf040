#include "gateway/net/address.hpp"

#include <algorithm>
#include <charconv>

namespace patchcord::gateway {

asio::ip::address unmapped(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    return address;
}

std::string format_address(const asio::ip::address& address) {
    return unmapped(address).to_string();
}

std::string format_endpoint(const asio::ip::tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

std::optional<asio::ip::tcp::endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    // make_address stops at a NUL and would not see what follows.
    if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port_text = text.substr(colon + 1);
    unsigned port = 0;
    const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (error != std::errc() || end != port_text.data() + port_text.size() || port > 0xFFFF) return std::nullopt;
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    boost::system::error_code bad;
    const auto address = asio::ip::make_address(std::string(host), bad);
    if (bad || address.is_v6() != bracketed) return std::nullopt;
    return asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

bool all_on_loopback(const std::vector<std::string>& endpoints) {
    return std::all_of(endpoints.begin(), endpoints.end(), [](const std::string& text) {
        const auto endpoint = parse_endpoint(text);
        return !endpoint || endpoint->address().is_loopback();
    });
}

}  // namespace patchcord::gateway
