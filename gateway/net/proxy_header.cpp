#include "gateway/net/proxy_header.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <vector>

namespace patchcord::gateway {
namespace {

using State = ProxyHeader::State;

constexpr std::string_view text_mark = "PROXY ";
constexpr std::string_view binary_mark("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t shortest_text = sizeof("PROXY UNKNOWN\r\n") - 1;
constexpr std::size_t longest_text = 107;  // with CR LF
constexpr std::size_t fixed_part = 16;     // of a binary header

ProxyHeader malformed() {
    return {};
}

ProxyHeader incomplete(std::size_t wanted) {
    return {State::incomplete, wanted};
}

ProxyHeader complete(std::string source = {}) {
    return {State::complete, 0, std::move(source)};
}

/// Does `text` begin as `mark` does, as far as both go?
bool agrees(std::string_view text, std::string_view mark) {
    const std::size_t both = std::min(text.size(), mark.size());
    return text.substr(0, both) == mark.substr(0, both);
}

/// The address in its usual form; empty when it is none of that family.
std::string numeric_address(int family, const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return {};
    return ::inet_ntop(family, bytes.data(), canonical.data(), canonical.size());
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool padded = text.size() > 1 && text.front() == '0';
    return error == std::errc() && end == text.data() + text.size() && port <= 0xFFFF && !padded;
}

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    while (true) {
        const std::size_t space = line.find(' ');
        words.emplace_back(line.substr(0, space));
        if (space == std::string_view::npos) return words;
        line.remove_prefix(space + 1);
    }
}

/// `PROXY TCP4 source destination port port`, without its end.
ProxyHeader parse_line(std::string_view line) {
    if (line.find('\0') != std::string_view::npos || line.find('\r') != std::string_view::npos) return malformed();
    const std::vector<std::string> words = words_of(line);
    if (words[1] == "UNKNOWN") return complete();  // whatever follows is to be ignored
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return malformed();
    const int family = words[1] == "TCP4" ? AF_INET : AF_INET6;
    const std::string source = numeric_address(family, words[2]);
    const bool whole = !source.empty() && !numeric_address(family, words[3]).empty();
    return whole && is_port(words[4]) && is_port(words[5]) ? complete(source) : malformed();
}

ProxyHeader parse_text(std::string_view begin) {
    if (begin.size() < shortest_text) {
        if (begin.find('\n') != std::string_view::npos) return malformed();
        return incomplete(shortest_text - begin.size());
    }
    const std::size_t end = begin.find('\n');
    if (end == std::string_view::npos) return begin.size() >= longest_text ? malformed() : incomplete(1);
    if (end + 1 != begin.size() || begin[end - 1] != '\r') return malformed();
    return parse_line(begin.substr(0, end - 1));
}

std::string source_in(std::string_view addresses, int family) {
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    return ::inet_ntop(family, addresses.data(), canonical.data(), canonical.size());
}

/// What follows the fixed part: two addresses and two ports, and then whatever the proxy has to tell besides.
ProxyHeader parse_addresses(bool local, unsigned family, unsigned transport, std::string_view rest) {
    constexpr unsigned unspecified = 0;
    constexpr unsigned inet = 1;
    constexpr unsigned inet6 = 2;
    constexpr unsigned local_socket = 3;
    constexpr unsigned stream = 1;
    constexpr unsigned datagram = 2;
    if (family > local_socket || transport > datagram) return malformed();
    if (local || family == unspecified || transport == unspecified) return complete();
    if (transport != stream) return malformed();  // IRC is not spoken over that
    static constexpr std::array<std::size_t, 4> needed{0, 12, 36, 216};
    if (rest.size() < needed[family]) return malformed();
    if (family == inet) return complete(source_in(rest, AF_INET));
    if (family == inet6) return complete(source_in(rest, AF_INET6));
    return complete();
}

ProxyHeader parse_binary(std::string_view begin) {
    if (begin.size() < fixed_part) return incomplete(fixed_part - begin.size());
    const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(begin[at])); };
    const unsigned version = byte(12) >> 4U;
    const unsigned command = byte(12) & 0xFU;
    const std::size_t whole = fixed_part + (byte(14) << 8U) + byte(15);
    if (version != 2 || command > 1 || whole > longest_proxy_header || begin.size() > whole) return malformed();
    if (begin.size() < whole) return incomplete(whole - begin.size());
    return parse_addresses(command == 0, byte(13) >> 4U, byte(13) & 0xFU, begin.substr(fixed_part));
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view begin) {
    if (begin.empty()) return incomplete(shortest_text);
    if (agrees(begin, text_mark)) return parse_text(begin);
    return agrees(begin, binary_mark) ? parse_binary(begin) : malformed();
}

}  // namespace patchcord::gateway
