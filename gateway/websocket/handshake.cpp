#include "gateway/websocket/handshake.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

#include "gateway/http/header_rules.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/response_format.hpp"
#include "gateway/net/address_class.hpp"
#include "irc/wire/base64.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view space = " \t";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

/// The elements of all headers of that name, which together are one list (RFC 9110 section 5.3).
std::vector<std::string_view> elements(const HttpRequest& request, std::string_view name) {
    std::vector<std::string_view> all;
    for (const auto& [key, value] : request.headers) {
        if (!same(key, name)) continue;
        std::string_view rest = value;
        while (true) {
            const std::size_t comma = rest.find(',');
            if (const std::string_view one = trimmed(rest.substr(0, comma)); !one.empty()) all.push_back(one);
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return all;
}

bool holds(const std::vector<std::string_view>& list, std::string_view word) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view one) { return same(one, word); });
}

std::vector<std::string_view> values(const HttpRequest& request, std::string_view name) {
    std::vector<std::string_view> all;
    for (const auto& [key, value] : request.headers) {
        if (same(key, name)) all.push_back(trimmed(value));
    }
    return all;
}

WebsocketAnswer refusal(unsigned status, chat::WallTime now, std::vector<HttpHeader> headers = {}) {
    HttpResponse response = make_plain_response(status);
    response.headers = std::move(headers);
    WebsocketAnswer answer;
    answer.text = format_http_response(response, {now, false, false});
    return answer;
}

/// What proves that the handshake was understood (RFC 6455 section 4.2.2): SHA-1 of the key and a fixed text.
std::string accept_token(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) return {};
    return irc::encode_base64({reinterpret_cast<const char*>(digest.data()), length});
}

bool is_key(std::string_view text) {
    constexpr std::size_t key_bytes = 16;
    const auto bytes = irc::decode_base64(text);
    return bytes && bytes->size() == key_bytes;
}

/// The client's favourite of those that are known here.
std::string_view choose_subprotocol(const HttpRequest& request, std::optional<WebsocketMessage>& kind) {
    for (const std::string_view offered : elements(request, "Sec-WebSocket-Protocol")) {
        if (offered == "text.ircv3.net") kind = WebsocketMessage::text;
        if (offered == "binary.ircv3.net") kind = WebsocketMessage::binary;
        if (kind) return offered;
    }
    return {};
}

bool wants_websocket(const HttpRequest& request) {
    return holds(elements(request, "Upgrade"), "websocket") && holds(elements(request, "Connection"), "upgrade");
}

bool has_body(const HttpRequest& request) {
    return !request.body.empty() || !values(request, "Transfer-Encoding").empty();
}

WebsocketAnswer accept(const HttpRequest& request, std::string_view key) {
    WebsocketAnswer answer;
    answer.accepted = true;
    answer.text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    answer.text += "Sec-WebSocket-Accept: " + accept_token(key) + "\r\n";
    const std::string_view chosen = choose_subprotocol(request, answer.kind);
    if (!chosen.empty()) answer.text += "Sec-WebSocket-Protocol: " + std::string(chosen) + "\r\n";
    answer.text += "\r\n";
    for (const std::string_view one : elements(request, "X-Forwarded-For")) {
        if (!answer.forwarded_for.empty()) answer.forwarded_for += ',';
        answer.forwarded_for += one;
    }
    const std::vector<std::string_view> schemes = elements(request, "X-Forwarded-Proto");
    answer.forwarded_secure = !schemes.empty() && (same(schemes.back(), "https") || same(schemes.back(), "wss"));
    return answer;
}

WebsocketAnswer answer_request(const HttpRequest& request, const WebsocketRules& rules, chat::WallTime now) {
    if (request.method != "GET" || has_body(request)) return refusal(400, now);
    if (!wants_websocket(request)) return refusal(426, now, {{"Upgrade", "websocket"}});
    const auto versions = values(request, "Sec-WebSocket-Version");
    if (versions.size() != 1 || versions.front() != "13") {
        return refusal(426, now, {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
    }
    const auto keys = values(request, "Sec-WebSocket-Key");
    if (keys.size() != 1 || !is_key(keys.front())) return refusal(400, now);
    const auto origins = values(request, "Origin");
    const bool admitted = origins.empty() ? rules.allow_missing_origin : rules.admits(origins.front());
    if (origins.size() > 1 || !admitted) return refusal(403, now);
    return accept(request, keys.front());
}

}  // namespace

bool WebsocketRules::admits(std::string_view origin) const {
    return std::any_of(origins.begin(), origins.end(),
                       [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
}

WebsocketAnswer answer_handshake(std::string_view begin, const WebsocketRules& rules, chat::WallTime now) {
    const std::size_t end = begin.find("\r\n\r\n");
    const bool whole = end != std::string_view::npos;
    const std::string_view header = begin.substr(0, whole ? end + 4 : end);
    if (header.size() > longest_websocket_header) return refusal(431, now);
    if (!has_strict_lines(header)) return refusal(400, now);
    if (!whole) return {};
    if (!header.substr(0, header.find('\r')).ends_with(" HTTP/1.1")) return refusal(400, now);
    HttpRequestReader reader({longest_websocket_header, 0});
    reader.feed(header);
    HttpRequest request;
    if (reader.next(request) != HttpRequestReader::Outcome::request) return refusal(400, now);
    WebsocketAnswer answer = answer_request(request, rules, now);
    answer.taken = header.size();
    return answer;
}

std::string refuse_handshake(Refusal why, chat::WallTime now) {
    constexpr unsigned too_many_requests = 429;
    constexpr unsigned unavailable = 503;
    const bool for_anybody = why == Refusal::clients || why == Refusal::memory;
    return refusal(for_anybody ? unavailable : too_many_requests, now).text;
}

std::optional<asio::ip::address> last_stranger(std::string_view forwarded_for, const asio::ip::address& peer,
                                               const std::vector<Network>& proxies) {
    if (!any_contains(proxies, peer)) return std::nullopt;
    while (!forwarded_for.empty()) {
        const std::size_t comma = forwarded_for.rfind(',');
        const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
        const auto address = parse_address(trimmed(forwarded_for.substr(begin)));
        if (!address) return asio::ip::address_v4::any();
        if (!any_contains(proxies, *address)) {
            const AddressClass kind = classify(*address);
            if (kind == AddressClass::loopback || kind == AddressClass::unusable) return std::nullopt;
            return address;
        }
        forwarded_for = forwarded_for.substr(0, begin == 0 ? 0 : comma);
    }
    return std::nullopt;
}

}  // namespace patchcord::gateway
