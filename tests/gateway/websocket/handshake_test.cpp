#include "gateway/websocket/handshake.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/support/websocket_frames.hpp"

namespace patchcord::gateway {
namespace {

using tests::websocket_request;
using Changes = std::vector<std::pair<std::string, std::string>>;

WebsocketRules usual_rules() {
    WebsocketRules rules;
    rules.origins = {"https://chat.lab.test", "http://127.0.0.1:8000"};
    return rules;
}

WebsocketAnswer answer_to(const std::string& request, const WebsocketRules& rules = usual_rules()) {
    return answer_handshake(request, rules, {});
}

std::string status_of(const WebsocketAnswer& answer) {
    constexpr std::size_t version = sizeof("HTTP/1.1 ") - 1;
    return answer.text.size() < version ? "" : answer.text.substr(version, 3);
}

std::string status(const Changes& changes, const WebsocketRules& rules = usual_rules()) {
    return status_of(answer_to(websocket_request(changes), rules));
}

TEST(WebsocketHandshakeTest, TheSpecificationsExampleIsAccepted) {
    const WebsocketAnswer answer = answer_to(websocket_request() + "\x81");
    EXPECT_TRUE(answer.accepted);
    EXPECT_EQ(answer.text,
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    EXPECT_EQ(answer.taken, websocket_request().size()) << "what follows is a frame";
    EXPECT_EQ(answer.kind, std::nullopt);
}

TEST(WebsocketHandshakeTest, NothingIsSaidBeforeItsEnd) {
    const std::string request = websocket_request();
    for (std::size_t size = 0; size < request.size(); ++size) {
        EXPECT_EQ(answer_to(request.substr(0, size)).text, "") << size;
    }
}

TEST(WebsocketHandshakeTest, TheClientsFirstKnownSubprotocolIsTaken) {
    const auto chosen = [](const std::string& offered) {
        const WebsocketAnswer answer = answer_to(websocket_request({{"Sec-WebSocket-Protocol", offered}}));
        EXPECT_TRUE(answer.accepted);
        const std::size_t at = answer.text.find("Sec-WebSocket-Protocol: ");
        if (at == std::string::npos) return std::string("none");
        EXPECT_EQ(answer.kind, answer.text.find("text.", at) == std::string::npos ? WebsocketMessage::binary
                                                                                  : WebsocketMessage::text);
        return answer.text.substr(at + 24, answer.text.find('\r', at) - at - 24);
    };
    EXPECT_EQ(chosen("text.ircv3.net"), "text.ircv3.net");
    EXPECT_EQ(chosen("chat, binary.ircv3.net, text.ircv3.net"), "binary.ircv3.net");
    EXPECT_EQ(chosen("text.ircv3.net,binary.ircv3.net"), "text.ircv3.net");
    EXPECT_EQ(chosen("chat"), "none");
    EXPECT_EQ(chosen("TEXT.ircv3.net"), "none");
}

TEST(WebsocketHandshakeTest, OnlyListedPagesMayConnect) {
    EXPECT_EQ(status({{"Origin", "http://127.0.0.1:8000"}}), "101");
    for (const std::string origin :
         {"https://evil.test", "null", "https://chat.lab.test.evil.test", "https://chat.lab.test:444",
          "http://chat.lab.test", "https://chat.lab.test/", "*", "https://evil.test https://chat.lab.test"}) {
        EXPECT_EQ(status({{"Origin", origin}}), "403") << origin;
    }
    EXPECT_EQ(status({{"Origin", "https://chat.lab.test"}, {"origin", "https://chat.lab.test"}}), "403");
    EXPECT_EQ(status({{"Origin", ""}}), "403");
    WebsocketRules rules = usual_rules();
    rules.allow_missing_origin = true;
    EXPECT_EQ(status({{"Origin", ""}}, rules), "101");
    EXPECT_EQ(status({{"Origin", "null"}}, rules), "403");
    rules.origins = {"*"};
    EXPECT_EQ(status({{"Origin", "null"}}, rules), "101");
    EXPECT_EQ(status({{"Origin", ""}}, WebsocketRules{}), "403");
}

TEST(WebsocketHandshakeTest, WhatIsNoWebsocketIsRefused) {
    EXPECT_EQ(status({{"Upgrade", ""}}), "426");
    EXPECT_EQ(status({{"Upgrade", "h2c"}}), "426");
    EXPECT_EQ(status({{"Connection", "keep-alive"}}), "426");
    EXPECT_EQ(status({{"Sec-WebSocket-Version", "12"}}), "426");
    EXPECT_NE(answer_to(websocket_request({{"Sec-WebSocket-Version", "8"}})).text.find("Sec-WebSocket-Version: 13\r\n"),
              std::string::npos);
    EXPECT_EQ(status({{"Sec-WebSocket-Key", ""}}), "400");
    EXPECT_EQ(status({{"Sec-WebSocket-Key", "c2hvcnQ="}}), "400");
    EXPECT_EQ(status({{"Host", ""}}), "400");
    EXPECT_EQ(status({{"Content-Length", "5"}}), "400");
    EXPECT_EQ(status({{"Transfer-Encoding", "chunked"}}), "400");
    EXPECT_EQ(status_of(answer_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "426");
}

TEST(WebsocketHandshakeTest, JunkIsRefused) {
    const std::string rest = websocket_request().substr(websocket_request().find("\r\n"));
    for (const std::string line : {"GET /", "GET / HTTP/1.0", "get / HTTP/1.1", "POST / HTTP/1.1", "PRI * HTTP/2.0",
                                   "x", "", " HTTP/1.1", "GET  HTTP/1.1"}) {
        EXPECT_EQ(status_of(answer_to(line + rest)), "400") << line;
    }
    EXPECT_EQ(status_of(answer_to("GET / HTTP/1.1\nHost: x\n\n")), "400");
    EXPECT_EQ(status_of(answer_to(std::string("GET /\0 HTTP/1.1\r\n", 17))), "400");
    EXPECT_EQ(status_of(answer_to(std::string(100'000, 'x'))), "431");
    EXPECT_EQ(status({{"X", std::string(9000, 'x')}}), "431");
    EXPECT_EQ(status({{"X", std::string(7000, 'x')}}), "101");
    EXPECT_EQ(answer_to("GET / HTTP/1.1\n").text.find("atchcord"), std::string::npos);
}

TEST(WebsocketHandshakeTest, WhoIsTooManyIsToldSo) {
    EXPECT_EQ(refuse_handshake(Refusal::clients, {}).substr(0, 12), "HTTP/1.1 503");
    EXPECT_EQ(refuse_handshake(Refusal::clients_per_address, {}).substr(0, 12), "HTTP/1.1 429");
}

TEST(WebsocketHandshakeTest, WhatAProxyAddsIsNoted) {
    const WebsocketAnswer answer = answer_to(websocket_request(
        {{"X-Forwarded-For", "1.2.3.4, 5.6.7.8"}, {"x-forwarded-for", "9.9.9.9"}, {"X-Forwarded-Proto", "https"}}));
    EXPECT_EQ(answer.forwarded_for, "1.2.3.4,5.6.7.8,9.9.9.9");
    EXPECT_TRUE(answer.forwarded_secure);
    EXPECT_FALSE(answer_to(websocket_request({{"X-Forwarded-Proto", "https, http"}})).forwarded_secure);
    EXPECT_FALSE(answer_to(websocket_request()).forwarded_secure);
}

TEST(LastStrangerTest, IsTheLastThatIsNoProxy) {
    const std::vector<Network> proxies{*parse_network("127.0.0.1"), *parse_network("10.0.0.0/8")};
    const auto last = [&](const std::string& list, const std::string& peer = "127.0.0.1") {
        const auto found = last_stranger(list, *parse_address(peer), proxies);
        return found ? found->to_string() : std::string();
    };
    EXPECT_EQ(last("198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(last("1.1.1.1, 198.51.100.7, 10.1.2.3"), "198.51.100.7") << "what stands before it is anybody's word";
    EXPECT_EQ(last("2001:db8::7"), "2001:db8::7");
    EXPECT_EQ(last("::ffff:198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(last("198.51.100.7", "198.51.100.1"), "") << "no proxy of ours";
    EXPECT_EQ(last(""), "");
    EXPECT_EQ(last("10.1.2.3"), "");
    EXPECT_EQ(last("198.51.100.7, unknown"), "0.0.0.0") << "somebody, and not on this machine";
    EXPECT_EQ(last("127.0.0.2"), "") << "this machine is not spoken for";
    EXPECT_EQ(last("0.0.0.0"), "");
}

}  // namespace
}  // namespace patchcord::gateway
