// Whom proxies and web gateways speak for: networks that are trusted, X-Forwarded-For, and WEBIRC as a server reads it.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/net/address_class.hpp"
#include "gateway/net/network.hpp"
#include "gateway/websocket/handshake.hpp"
#include "irc/wire/message.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/irc_world.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/test_transport.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using asio::ip::address;
using fuzz::demand;
using fuzz::Script;

constexpr std::string_view unsafe("\r\n\0", 3);

address with_other_bit(const address& from, unsigned bit) {
    const auto change = [bit](auto bytes) {
        bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] ^ (0x80U >> bit % 8));
        return bytes;
    };
    if (from.is_v4()) return asio::ip::address_v4(change(from.to_v4().to_bytes()));
    return asio::ip::address_v6(change(from.to_v6().to_bytes()));
}

void check_network(std::string_view text) {
    const auto network = parse_network(text);
    if (!network) return;
    demand(text.find('\0') == std::string_view::npos, "nothing hides behind a NUL");
    const auto again = parse_network(network->base.to_string() + "/" + std::to_string(network->prefix));
    demand(again && again->base == network->base && again->prefix == network->prefix, "it is written and read again");
    demand(network->contains(network->base), "a network holds its own address");
    const unsigned bits = network->base.is_v4() ? 32 : 128;
    for (unsigned bit = 0; bit < bits; ++bit) {
        const address other = with_other_bit(network->base, bit);
        // One that is IPv4 inside IPv6 is an IPv4 address, and in no network of the other kind.
        const bool is_mapped = other.is_v6() && other.to_v6().is_v4_mapped();
        if (!is_mapped) demand(network->contains(other) == (bit >= network->prefix), "the prefix decides");
    }
    if (!network->base.is_v4()) return;
    demand(network->contains(asio::ip::make_address_v6(asio::ip::v4_mapped, network->base.to_v4())),
           "an address is in it in either form");
}

void check_forwarded(const std::string& list) {
    static const std::vector<Network> proxies{*parse_network("192.0.2.0/24"), *parse_network("2001:db8::/32")};
    const address proxy = *parse_address("192.0.2.1");
    demand(!last_stranger(list, *parse_address("198.51.100.1"), proxies), "who is no proxy speaks for nobody");
    const auto found = last_stranger(list, proxy, proxies);
    demand(last_stranger(list + ", 2001:db8::1", proxy, proxies) == found, "proxies speak for the same one together");
    if (!found) return;
    demand(last_stranger("203.0.113.9, x," + list, proxy, proxies) == found, "nobody can write who they are");
    if (*found == asio::ip::address_v4::any()) return;
    demand(!any_contains(proxies, *found), "a proxy is not who comes");
    const AddressClass kind = classify(*found);
    demand(kind != AddressClass::loopback && kind != AddressClass::unusable, "who comes is not this machine");
}

class Peer final : public tests::TestTransport {
  public:
    using TestTransport::TestTransport;
    [[nodiscard]] chat::Moved speaks_for(std::string_view whom, bool secure) override {
        ++moves;
        return TestTransport::speaks_for(whom, secure);
    }
    int moves = 0;

  private:
    void note(std::string_view) override {}
};

constexpr std::string_view gateway_address = "192.0.2.1";

irc::ServerOptions server_options() {
    irc::ServerOptions options;
    options.web_gateway_hash = [](std::string_view at) { return std::string(at == gateway_address ? "hash" : ""); };
    return options;
}

/// What comes of a line, said first or second by the gateway or by somebody else, with the password `right`.
void check_webirc(std::string_view line, bool by_gateway, bool first) {
    fuzz::IrcWorld world(server_options());
    Peer peer(chat::PeerInfo{by_gateway ? std::string(gateway_address) : "203.0.113.5", "", true});
    const std::unique_ptr<chat::Protocol> session = world.server.make_session();
    session->connection_made(peer);
    if (!first) session->data_received("CAP LS\r\n");
    session->data_received(std::string(line) + "\r\n");
    const bool asked = world.passwords.pending() > 0;
    bool right = false;
    if (asked) {
        demand(by_gateway && first, "only the gateway is asked, and only at the begin");
        demand(peer.moves == 0, "nobody is moved before the password is looked at");
        right = world.passwords.next().password == "right";
        using Answer = chat::PasswordVerifier::Answer;
        world.passwords.answer(right ? Answer::right : Answer::wrong);
        demand(right || peer.closed(), "a wrong password ends it");
    }
    demand(peer.moves == (right ? 1 : 0), "who has the password speaks for somebody, and nobody else");
    if (!right) {
        demand(peer.peer().secure && (by_gateway == (peer.peer().address == gateway_address)), "all others stay");
    } else {
        const auto message = irc::parse_message(line);
        demand(message && peer.peer().address == message->param(3), "they speak for whom they say");
        const bool says_secure = line.find("secure") != std::string_view::npos;
        demand(says_secure || !peer.peer().secure, "nobody is secure who is not said to be");
    }
    session->connection_lost({});
}

}  // namespace

// A network, a list that was forwarded, and, after a byte that says who says it when, a line; each up to a byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    check_network(script.text());
    check_forwarded(std::string(script.text()));
    const unsigned how = script.byte();
    const std::string_view line = script.text();
    constexpr std::size_t longest = 500;
    if (line.size() > longest || line.find_first_of(unsafe) != std::string_view::npos) return 0;
    check_webirc("WEBIRC " + std::string(line), how % 2 == 0, how / 2 % 2 == 0);
    return 0;
}
