#include "gateway/net/network.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

/// Do both begin with the same bits?
bool same_prefix(std::span<const unsigned char> one, std::span<const unsigned char> other, unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || (one[whole] >> (8 - rest)) == (other[whole] >> (8 - rest));
}

bool same_prefix(const asio::ip::address& one, const asio::ip::address& other, unsigned bits) {
    if (one.is_v4() != other.is_v4()) return false;
    return one.is_v4() ? same_prefix(one.to_v4().to_bytes(), other.to_v4().to_bytes(), bits)
                       : same_prefix(one.to_v6().to_bytes(), other.to_v6().to_bytes(), bits);
}

/// Is nothing set behind the prefix?
bool is_base(const asio::ip::address& address, unsigned prefix) {
    const auto empty_behind = [prefix](std::span<const unsigned char> bytes) {
        for (std::size_t bit = prefix; bit < bytes.size() * 8; ++bit) {
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1U) != 0) return false;
        }
        return true;
    };
    return address.is_v4() ? empty_behind(address.to_v4().to_bytes()) : empty_behind(address.to_v6().to_bytes());
}

}  // namespace

bool Network::contains(const asio::ip::address& address) const {
    return same_prefix(base, unmapped(address), prefix);
}

std::optional<asio::ip::address> parse_address(std::string_view text) {
    // make_address stops at a NUL and would not see what follows; a zone is a name of this machine's.
    if (text.find_first_of(std::string_view("\0%", 2)) != std::string_view::npos) return std::nullopt;
    boost::system::error_code bad;
    const asio::ip::address address = asio::ip::make_address(std::string(text), bad);
    if (bad) return std::nullopt;
    return unmapped(address);
}

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = parse_address(text.substr(0, slash));
    if (!base) return std::nullopt;
    const unsigned most = base->is_v4() ? 32 : 128;
    if (slash == std::string_view::npos) return Network{*base, most};
    const std::string_view digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool number = error == std::errc() && end == digits.data() + digits.size();
    if (!number || prefix > most || !is_base(*base, prefix)) return std::nullopt;
    return Network{*base, prefix};
}

bool any_contains(const std::vector<Network>& networks, const asio::ip::address& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const Network& network) { return network.contains(address); });
}

}  // namespace patchcord::gateway
