// The opening of a WebSocket by a stranger, and what proxies say of whom they speak for.

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/net/address.hpp"
#include "gateway/websocket/handshake.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;

gateway::WebsocketRules rules() {
    gateway::WebsocketRules rules;
    rules.origins = {"https://chat.example.org"};
    rules.proxies = {*gateway::parse_network("192.0.2.0/24"), *gateway::parse_network("2001:db8::/64")};
    return rules;
}

/// The status line and headers, then an empty line: no word of a stranger makes a further one.
void check_answer(const std::string& answer) {
    demand(answer.starts_with("HTTP/1.1 "), "it is answered over HTTP");
    const std::size_t end = answer.find("\r\n\r\n");
    demand(end != std::string::npos, "the header ends");
    std::size_t lines = 0;
    for (std::size_t at = 0; at < end; at = answer.find("\r\n", at) + 2) ++lines;
    demand(lines <= 12, "nobody adds headers to the answer");
    for (const char c : answer.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        demand((byte >= 0x20 && byte < 0x7F) || c == '\r' || c == '\n', "the header is printable");
    }
}

void check_handshake(std::string_view bytes, const gateway::WebsocketRules& rules) {
    const gateway::WebsocketAnswer whole = gateway::answer_handshake(bytes, rules, {});
    if (whole.text.empty()) {
        demand(bytes.size() <= gateway::longest_websocket_header, "a header without end is refused");
        return;
    }
    check_answer(whole.text);
    demand(whole.taken <= bytes.size(), "no more is taken than came");
    demand(whole.accepted == whole.text.starts_with("HTTP/1.1 101 "), "101 is what acceptance is called");
    if (!whole.accepted) return;
    demand(bytes.find("chat.example.org") != std::string_view::npos, "only the page that may come in does");
    const gateway::WebsocketAnswer exact = gateway::answer_handshake(bytes.substr(0, whole.taken), rules, {});
    demand(exact.accepted && exact.text == whole.text, "what follows makes no difference");
    const gateway::WebsocketAnswer early = gateway::answer_handshake(bytes.substr(0, whole.taken - 1), rules, {});
    demand(!early.accepted, "nobody is let in before the header has ended");
}

void check_forwarded(std::string_view text, const gateway::WebsocketRules& rules) {
    const auto stranger = *gateway::parse_address("198.51.100.7");
    demand(!gateway::last_stranger(text, stranger, rules.proxies), "only a proxy speaks for others");
    const auto found = gateway::last_stranger(text, *gateway::parse_address("192.0.2.1"), rules.proxies);
    demand(!found || !gateway::any_contains(rules.proxies, *found), "a proxy is not whom it speaks for");
    const auto appended = gateway::last_stranger(std::string(text) + ", 203.0.113.9",
                                                 *gateway::parse_address("192.0.2.1"), rules.proxies);
    demand(appended == gateway::parse_address("203.0.113.9"), "what stands before the last stranger does not count");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const gateway::WebsocketRules known = rules();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_handshake(bytes, known);
    check_forwarded(bytes, known);
    return 0;
}
