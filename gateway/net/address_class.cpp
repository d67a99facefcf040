#include "gateway/net/address_class.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

struct Range4 {
    std::uint32_t first;
    unsigned bits;
    AddressClass is;
};

// The registry of special-purpose addresses (RFC 6890).
constexpr std::array<Range4, 12> special4 = {{
    {0x00000000, 8, AddressClass::unusable},          // 0.0.0.0/8
    {0x7F000000, 8, AddressClass::loopback},          // 127.0.0.0/8
    {0x0A000000, 8, AddressClass::private_network},   // 10.0.0.0/8
    {0xAC100000, 12, AddressClass::private_network},  // 172.16.0.0/12
    {0xC0A80000, 16, AddressClass::private_network},  // 192.168.0.0/16
    {0x64400000, 10, AddressClass::private_network},  // 100.64.0.0/10, behind a provider's NAT
    {0xC0000000, 24, AddressClass::private_network},  // 192.0.0.0/24, of protocols
    {0xC6120000, 15, AddressClass::private_network},  // 198.18.0.0/15, for measurements
    {0xA9FE0000, 16, AddressClass::link_local},       // 169.254.0.0/16
    {0xE0000000, 4, AddressClass::unusable},          // multicast
    {0xF0000000, 4, AddressClass::unusable},          // reserved, broadcast
    {0xC0586300, 24, AddressClass::unusable},         // 192.88.99.0/24, once 6to4 relays
}};

struct Range6 {
    std::array<std::uint8_t, 8> first;  // no range is longer than 64 bits
    unsigned bits;
    AddressClass is;
};

constexpr std::array<Range6, 6> special6 = {{
    {{0xFC}, 7, AddressClass::private_network},                                 // fc00::/7
    {{0xFE, 0xC0}, 10, AddressClass::private_network},                          // fec0::/10, as sites once were
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, AddressClass::private_network},  // 64:ff9b:1::/48, a site's NAT64
    {{0xFE, 0x80}, 10, AddressClass::link_local},                               // fe80::/10
    {{0xFF}, 8, AddressClass::unusable},                                        // multicast
    {{0x01}, 64, AddressClass::unusable},                                       // 100::/64, discarded
}};

AddressClass classify4(const asio::ip::address_v4& address) {
    const std::uint32_t value = address.to_uint();
    const auto found = std::find_if(special4.begin(), special4.end(), [value](const Range4& range) {
        return ((value ^ range.first) >> (32U - range.bits)) == 0;
    });
    return found == special4.end() ? AddressClass::public_address : found->is;
}

template <class Bytes>
bool in_range(const Bytes& bytes, const Range6& range) {
    for (unsigned bit = 0; bit < range.bits; bit += 8) {
        const unsigned rest = std::min(8U, range.bits - bit);
        const auto differs = static_cast<std::uint8_t>(bytes[bit / 8] ^ range.first[bit / 8]);
        if (differs >> (8U - rest) != 0) return false;
    }
    return true;
}

/// The IPv4 address that somebody on the way would take out of it: NAT64 (RFC 6052), 6to4 (RFC 3056).
std::optional<asio::ip::address_v4> carried(const asio::ip::address_v6::bytes_type& bytes) {
    const auto at = [&bytes](std::size_t i) {
        return asio::ip::address_v4({bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]});
    };
    constexpr std::array<std::uint8_t, 12> nat64 = {0x00, 0x64, 0xFF, 0x9B};
    if (std::equal(nat64.begin(), nat64.end(), bytes.begin())) return at(12);
    if (bytes[0] == 0x20 && bytes[1] == 0x02) return at(2);
    return std::nullopt;
}

AddressClass classify6(const asio::ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    if (address.is_loopback()) return AddressClass::loopback;
    // The unspecified one, and the form for IPv4 addresses that RFC 4291 took back.
    if (std::all_of(bytes.begin(), bytes.begin() + 12, [](auto byte) { return byte == 0; })) {
        return AddressClass::unusable;
    }
    if (const auto inner = carried(bytes)) return classify4(*inner);
    const auto found = std::find_if(special6.begin(), special6.end(),
                                    [&bytes](const Range6& range) { return in_range(bytes, range); });
    return found == special6.end() ? AddressClass::public_address : found->is;
}

}  // namespace

AddressClass classify(const asio::ip::address& address) {
    const asio::ip::address meant = unmapped(address);
    return meant.is_v4() ? classify4(meant.to_v4()) : classify6(meant.to_v6());
}

AddressRule rule_for_named_addresses(AddressClass of_the_server, bool allow_private) {
    return [of_the_server, allow_private](const asio::ip::address& address) {
        const AddressClass is = classify(address);
        if (is == AddressClass::unusable) return false;
        return allow_private || is == AddressClass::public_address || is == of_the_server;
    };
}

}  // namespace patchcord::gateway
