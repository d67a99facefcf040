#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {
namespace {

const Values bad_networks{"[\"localhost\"]",  "[\"\"]",           "[\"10.0.0.1/8\"]", "[\"10.0.0.0/33\"]",
                          "[\"10.0.0.0/\"]",  "[\"10.0.0.0/x\"]", "[\"10/8\"]",       "[\"127.0.0.1:7\"]",
                          "[\"fe80::1%lo\"]", "[\"::1/129\"]",    "[\"10.0.0.0/-1\"]"};

/// Whoever may speak for others may bring strangers, and that has to be meant.
const std::string open = "[chat]\nallow_open = true\n";

/// Takes networks and nothing else.
template <class Get>
Key networks(std::string table, std::string name, Get get) {
    Key key = list(std::move(table), std::move(name), get, bad_networks);
    key.good = {
        {"[\"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\"]", [get](Config& c) { return get(c).size() == 3; }}};
    return key;
}

Key sts_mode() {
    Key mode{"irc.tls",
             "sts",
             {{"\"off\"", [](Config& c) { return c.irc.sts.mode == Config::StsMode::off; }},
              {"\"on\"", [](Config& c) { return c.irc.sts.mode == Config::StsMode::on; }},
              {"\"withdraw\"", [](Config& c) { return c.irc.sts.mode == Config::StsMode::withdraw; }}},
             {"true", "\"ON\"", "\"\"", "1"}};
    mode.rest = "listen = [\"127.0.0.1:7\"]\ncertificate = \"c.pem\"\nprivate_key = \"k.pem\"\n";
    return mode;
}

}  // namespace

std::vector<Key> proxy_keys() {
    Key listen = list("irc", "proxy_listen", [](Config& c) { return c.irc.proxy_listen; }, {"[\"127.0.0.1:9\"]"});
    listen.rest = "listen = [\"127.0.0.1:7\", \"[::1]:8\"]\nproxy_from = [\"127.0.0.1\"]\n" + open;
    Key address = networks("irc.gateway", "address", [](Config& c) { return c.irc.web_gateways.at(0).addresses; });
    address.rest = "password_hash = " + quoted(some_hash) + "\n" + open;
    address.bad.emplace_back("[]");
    Key hash = text("irc.gateway", "password_hash", [](Config& c) { return c.irc.web_gateways.at(0).password_hash; },
                    {some_hash}, {"\"\"", "\"secret\""});
    hash.rest = "address = [\"192.0.2.1\"]\n" + open;
    return {
        listen,
        networks("irc", "proxy_from", [](Config& c) { return c.irc.proxy_from; }),
        address,
        hash,
        sts_mode(),
        time("irc.tls", "sts_duration", [](Config& c) { return c.irc.sts.duration; }),
        whole(
            "irc.tls", "sts_port", [](Config& c) { return c.irc.sts.port; }, 0, 65'535),
        truth("irc.tls", "sts_preload", [](Config& c) { return c.irc.sts.preload; }),
    };
}

}  // namespace patchcord::gateway::tests_of_keys
