// What a proxy says first, in growing pieces, as a connection reads it.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <string_view>

#include "gateway/net/proxy_header.hpp"
#include "tests/fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace patchcord::gateway;
    using patchcord::fuzz::demand;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t taken = 0;
    ProxyHeader header = parse_proxy_header({});
    while (header.state == ProxyHeader::State::incomplete) {
        demand(header.wanted > 0, "there is always something wanted");
        demand(taken + header.wanted <= longest_proxy_header, "a header has an end");
        const std::size_t more = std::min(header.wanted, size - taken);
        if (more == 0) return 0;
        // In two pieces the same as in one.
        const ProxyHeader half = parse_proxy_header(text.substr(0, taken + more / 2));
        demand(half.state != ProxyHeader::State::complete || more < 2, "nothing is complete before its time");
        taken += more;
        header = parse_proxy_header(text.substr(0, taken));
    }
    if (header.state == ProxyHeader::State::malformed || header.source.empty()) return 0;
    std::array<unsigned char, 16> bytes{};
    demand(::inet_pton(AF_INET, header.source.c_str(), bytes.data()) == 1 ||
               ::inet_pton(AF_INET6, header.source.c_str(), bytes.data()) == 1,
           "a source is an address");
    return 0;
}
