// Addresses that strangers name: which part of the world they are in, against a table read bit by bit, who may be
// connected to, how they are written, and what counts as one network for who guesses passwords.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/login_throttle.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/address_class.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using asio::ip::address_v4;
using asio::ip::address_v6;
using fuzz::demand;
using fuzz::Script;

struct Range {
    const char* first;
    std::size_t bits;
    AddressClass is;
    std::size_t skip = 0;  // what is behind so many bits is an IPv4 address, which decides
};

constexpr AddressClass local = AddressClass::private_network;

// The first that fits counts.
constexpr std::array<Range, 12> ranges4{{{"0.0.0.0", 8, AddressClass::unusable},
                                         {"10.0.0.0", 8, local},
                                         {"100.64.0.0", 10, local},
                                         {"127.0.0.0", 8, AddressClass::loopback},
                                         {"169.254.0.0", 16, AddressClass::link_local},
                                         {"172.16.0.0", 12, local},
                                         {"192.0.0.0", 24, local},
                                         {"192.88.99.0", 24, AddressClass::unusable},
                                         {"192.168.0.0", 16, local},
                                         {"198.18.0.0", 15, local},
                                         {"224.0.0.0", 3, AddressClass::unusable},
                                         {"0.0.0.0", 0, AddressClass::public_address}}};
constexpr std::array<Range, 12> ranges6{{{"::ffff:0:0", 96, AddressClass::unusable, 96},
                                         {"64:ff9b::", 96, AddressClass::unusable, 96},
                                         {"2002::", 16, AddressClass::unusable, 16},
                                         {"::1", 128, AddressClass::loopback},
                                         {"::", 96, AddressClass::unusable},
                                         {"64:ff9b:1::", 48, local},
                                         {"100::", 64, AddressClass::unusable},
                                         {"fc00::", 7, local},
                                         {"fe80::", 10, AddressClass::link_local},
                                         {"fec0::", 10, local},
                                         {"ff00::", 8, AddressClass::unusable},
                                         {"::", 0, AddressClass::public_address}}};

using Bits = std::vector<bool>;

template <class Address>
Bits bits_of(const Address& address) {
    Bits bits;
    for (const unsigned char byte : address.to_bytes()) {
        for (unsigned bit = 8; bit-- > 0;) bits.push_back((byte >> bit & 1U) != 0);
    }
    return bits;
}

AddressClass class_of(const Bits& bits) {
    const bool four = bits.size() == 32;
    for (const Range& range : four ? ranges4 : ranges6) {
        const Bits first =
            four ? bits_of(asio::ip::make_address_v4(range.first)) : bits_of(asio::ip::make_address_v6(range.first));
        if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(range.bits), bits.begin())) continue;
        if (range.skip == 0) return range.is;
        const auto inner = bits.begin() + static_cast<std::ptrdiff_t>(range.skip);
        return class_of(Bits(inner, inner + 32));
    }
    return AddressClass::unusable;
}

void check_rules(const asio::ip::address& address, AddressClass is) {
    for (const AddressClass server : {AddressClass::loopback, local, AddressClass::link_local,
                                      AddressClass::public_address, AddressClass::unusable}) {
        const bool usable = is != AddressClass::unusable;
        demand(rule_for_named_addresses(server, true)(address) == usable, "all that can be a host's, where allowed");
        const bool allowed = usable && (is == AddressClass::public_address || is == server);
        demand(rule_for_named_addresses(server, false)(address) == allowed, "else public ones and the server's class");
    }
}

void check_written(const asio::ip::address& address, std::uint16_t port) {
    const asio::ip::tcp::endpoint endpoint(address, port);
    const auto read = parse_endpoint(format_endpoint(endpoint));
    demand(read && *read == endpoint, "an endpoint is written and read again");
    demand(asio::ip::make_address(format_address(address)) == unmapped(address), "an address reads as it is meant");
    demand(unmapped(unmapped(address)) == unmapped(address), "what is unmapped stays so");
}

void check_four(const address_v4& four, std::uint16_t port) {
    const AddressClass is = classify(four);
    demand(is == class_of(bits_of(four)), "an IPv4 address is where the table says");
    check_rules(four, is);
    check_written(four, port);
    const address_v6 mapped = asio::ip::make_address_v6(asio::ip::v4_mapped, four);
    demand(classify(mapped) == is, "mapping changes nothing");
    demand(format_address(mapped) == four.to_string(), "a mapped address reads as what it is");
    check_written(mapped, port);
    demand(network_of(four.to_string()) == four.to_string(), "an IPv4 address is a network");
}

void check_six(address_v6::bytes_type bytes, std::uint16_t port) {
    const address_v6 six(bytes);
    const AddressClass is = classify(six);
    demand(is == class_of(bits_of(six)), "an IPv6 address is where the table says");
    check_rules(six, is);
    check_written(six, port);
    const std::string network = network_of(six.to_string());
    demand(network_of(network) == network, "a network is its own");
    bytes[8 + port % 8] ^= 0x5A;
    demand(network_of(address_v6(bytes).to_string()) == network, "all of a /64 are one network");
    bytes[port % 8] ^= 0x5A;
    demand(network_of(address_v6(bytes).to_string()) != network, "another /64 is another network");
}

/// Text from a configuration or a peer.
void check_text(std::string_view text) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) return;
    demand(text.find('\0') == std::string_view::npos, "nothing hides behind a NUL");
    // A scope may have a name here, and is written as that.
    if (text.find('%') != std::string_view::npos) return;
    const auto again = parse_endpoint(format_endpoint(*endpoint));
    demand(again && *again == *endpoint, "what is read is written and read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    check_text(script.text());
    // Most are near the begin of a range, or its end, where a slip would show.
    for (int tried = 0; tried < 64 && !script.empty(); ++tried) {
        const unsigned which = script.byte();
        const std::uint16_t port = static_cast<std::uint16_t>(which * 257);
        auto four = asio::ip::make_address_v4(ranges4[which % ranges4.size()].first).to_bytes();
        auto six = asio::ip::make_address_v6(ranges6[which % ranges6.size()].first).to_bytes();
        for (unsigned changes = which / 12 % 4; changes-- > 0;) {
            const unsigned place = script.byte();
            const unsigned value = script.byte();
            four[place % four.size()] ^= static_cast<unsigned char>(value);
            six[place % six.size()] ^= static_cast<unsigned char>(value);
        }
        check_four(address_v4(four), port);
        check_six(six, port);
    }
    return 0;
}
