#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {
namespace {

const Values bad_listen{"[\"127.0.0.1\"]", "[\"localhost:8067\"]", "[\"\"]", "[\"127.0.0.1:65536\"]"};
const std::string page = "origins = [\"https://chat.lab.test\"]\n";

Key origins() {
    const auto get = [](Config& c) { return c.irc.websocket.origins; };
    Key key = list("irc.websocket", "origins", get, {});
    key.good = {{"[]", [get](Config& c) { return get(c).empty(); }},
                {"[\"https://chat.lab.test\", \"http://[::1]:8000\", \"app://localhost\"]",
                 [get](Config& c) { return get(c).size() == 3; }},
                {"[\"*\"]", [get](Config& c) { return get(c) == Values{"*"}; }}};
    key.bad = {"7", "true", "\"*\"", "[7]"};
    for (const std::string text :
         {"", "null", "chat.lab.test", "https://", "://chat.lab.test", "https://chat.lab.test/", "https://*.lab.test",
          "https://Chat.lab.test", "HTTPS://chat.lab.test", "https://chat.lab.test:443", "http://chat.lab.test:80",
          "https://chat lab.test"}) {
        key.bad.push_back("[" + quoted(text) + "]");
    }
    return key;
}

}  // namespace

std::vector<Key> websocket_keys() {
    Key listen = list(
        "irc.websocket", "listen", [](Config& c) { return c.irc.websocket.listen; }, bad_listen);
    listen.rest = page;
    Key tls = list(
        "irc.websocket", "tls_listen", [](Config& c) { return c.irc.websocket.tls_listen; }, bad_listen);
    tls.rest = page + "[irc.tls]\nlisten = [\"127.0.0.1:9\"]\ncertificate = \"c.pem\"\nprivate_key = \"k.pem\"\n";
    return {
        listen,
        tls,
        origins(),
        truth("irc.websocket", "allow_missing_origin", [](Config& c) { return c.irc.websocket.allow_missing_origin; }),
        whole(
            "irc.websocket", "max_empty_frames", [](Config& c) { return c.irc.websocket.max_empty_frames; }, 10,
            1'000'000),
    };
}

}  // namespace patchcord::gateway::tests_of_keys
