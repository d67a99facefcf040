#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {
namespace {

template <class Get>
Key listen(std::string table, std::string name, Get get, std::string rest = {}) {
    Key key = list(std::move(table), std::move(name), get,
                   {"[\"localhost:6667\"]", "[\"127.0.0.1\"]", "[\"127.0.0.1:65536\"]", "[\"\"]"});
    key.rest = std::move(rest);
    return key;
}

template <class Get>
Key addresses(std::string table, Get get) {
    Key key = list(std::move(table), "unlimited_addresses", get,
                   {"[\"localhost\"]", "[\"10.0.0.0/8\"]", "[\"127.0.0.1:7\"]", "[\"\"]"});
    key.good = {{"[]", [get](Config& c) { return get(c).empty(); }}, {"[\"192.0.2.1\", \"::1\"]", [get](Config& c) {
                                                                          return get(c) == Values{"192.0.2.1", "::1"};
                                                                      }}};
    return key;
}

Key versions() {
    return {"msn",
            "versions",
            {{"[2, 12]", [](Config& c) { return c.msn.lowest_version == 2 && c.msn.highest_version == 12; }},
             {"[8, 8]", [](Config& c) { return c.msn.lowest_version == 8 && c.msn.highest_version == 8; }}},
            {"[]", "[8]", "[1, 12]", "[2, 13]", "[9, 8]", "[2, 8, 12]", "[\"2\", \"12\"]", "8", "[-2, 8]"}};
}

std::vector<Key> limits() {
    return {
        whole(
            "msn", "max_contacts", [](Config& c) { return c.msn.max_contacts; }, 1, 1'000),
        whole(
            "msn", "max_groups", [](Config& c) { return c.msn.max_groups; }, 1, 100),
        whole(
            "msn", "max_switchboards", [](Config& c) { return c.msn.max_switchboards; }, 1, many),
        whole(
            "msn", "max_participants", [](Config& c) { return c.msn.max_participants; }, 2, 10'000),
        whole(
            "msn", "max_queued_messages", [](Config& c) { return c.msn.max_queued_messages; }, 1, 100'000),
        whole(
            "msn", "max_rings", [](Config& c) { return c.msn.max_rings; }, 1, 100'000),
        whole(
            "msn", "max_clients", [](Config& c) { return c.msn.max_clients; }, 0, many),
        whole(
            "msn", "max_clients_per_address", [](Config& c) { return c.msn.max_clients_per_address; }, 0, many),
        whole(
            "msn", "max_connects_per_address", [](Config& c) { return c.msn.max_connects_per_address; }, 0, many),
        time("msn", "connect_window", [](Config& c) { return c.msn.connect_window; }),
        addresses("msn", [](Config& c) { return c.msn.unlimited_addresses; }),
        whole(
            "http", "max_clients", [](Config& c) { return c.http.max_clients; }, 0, many),
        whole(
            "http", "max_clients_per_address", [](Config& c) { return c.http.max_clients_per_address; }, 0, many),
        whole(
            "http", "max_connects_per_address", [](Config& c) { return c.http.max_connects_per_address; }, 0, many),
        time("http", "connect_window", [](Config& c) { return c.http.connect_window; }),
        addresses("http", [](Config& c) { return c.http.unlimited_addresses; }),
        time("msn", "login_timeout", [](Config& c) { return c.msn.login_timeout; }),
        time("msn", "silence_timeout", [](Config& c) { return c.msn.silence_timeout; }),
        time("msn", "ring_timeout", [](Config& c) { return c.msn.ring_timeout; }),
        time("msn", "alone_timeout", [](Config& c) { return c.msn.alone_timeout; }),
        time("msn", "key_lifetime", [](Config& c) { return c.msn.key_lifetime; }),
        whole(
            "msn", "max_message_lines", [](Config& c) { return c.msn.max_message_lines; }, 1, 1'000),
        time("msn", "idle_after", [](Config& c) { return c.msn.idle_after; }),
        whole(
            "msn", "max_avatars", [](Config& c) { return c.msn.max_avatars; }, 1, 10'000),
        size(
            "msn", "max_avatar_size", [](Config& c) { return c.msn.max_avatar_size; }, 1024, 16 * 1024 * 1024),
        whole(
            "msn", "max_avatar_fetches", [](Config& c) { return c.msn.max_avatar_fetches; }, 1, 1'000),
        time("msn", "avatar_time", [](Config& c) { return c.msn.avatar_time; }),
        time("msn", "typing_interval", [](Config& c) { return c.msn.typing_interval; }),
        time("msn", "presence_interval", [](Config& c) { return c.msn.presence_interval; }),
        size(
            "msn", "login_bytes", [](Config& c) { return c.msn.login_bytes; }, 2 * 1024, 1024 * 1024),
        size(
            "msn", "readq", [](Config& c) { return c.msn.readq; }, 26 * 1024, 16 * 1024 * 1024),
        size(
            "msn", "sendq", [](Config& c) { return c.msn.sendq; }, 32 * 1024, std::size_t{4} * 1024 * 1024 * 1024),
        whole(
            "msn", "flood_burst", [](Config& c) { return c.msn.flood_burst; }, 1, many),
        whole(
            "msn", "call_burst", [](Config& c) { return c.msn.call_burst; }, 1, many),
        whole(
            "http", "login_burst", [](Config& c) { return c.http.login_burst; }, 1, many),
        per_second("msn", "flood_rate", [](Config& c) { return c.msn.flood_rate; }),
        per_second("msn", "call_rate", [](Config& c) { return c.msn.call_rate; }),
        per_second("http", "login_rate", [](Config& c) { return c.http.login_rate; }),
        time("http", "ticket_lifetime", [](Config& c) { return c.http.ticket_lifetime; }),
        time("http.tls", "handshake_timeout", [](Config& c) { return c.http.tls.handshake_timeout; }),
    };
}

std::vector<Key> settings() {
    return {
        truth("msn", "rooms_on_contact_list", [](Config& c) { return c.msn.rooms_on_contact_list; }),
        truth("msn", "auto_join", [](Config& c) { return c.msn.auto_join; }),
        truth("msn", "follow_friendly_name", [](Config& c) { return c.msn.follow_friendly_name; }),
        truth("msn", "avatars", [](Config& c) { return c.msn.avatars; }),
        truth("msn", "challenge", [](Config& c) { return c.msn.challenge; }),
        text("http", "base_url", [](Config& c) { return c.http.base_url; }, {"", "https://msn.example.org"},
             {"\"msn.example.org\""}),
        text("msn", "advertise", [](Config& c) { return c.msn.advertise; }, {"", "msn.example.org", "::1"},
             {"\"a b\"", "\"msn.example.org:1864\""}),
        versions(),
        listen("msn", "listen", [](Config& c) { return c.msn.listen; }),
        listen(
            "msn", "switchboard_listen", [](Config& c) { return c.msn.switchboard_listen; }, "listen = []\n"),
        listen("http", "listen", [](Config& c) { return c.http.listen; }),
        listen(
            "http.tls", "listen", [](Config& c) { return c.http.tls.listen; },
            "certificate = \"c.pem\"\nprivate_key = \"k.pem\"\n"),
        text("http.tls", "certificate", [](Config& c) { return c.http.tls.certificate; }, {"", "c.pem"}, {}),
        text("http.tls", "private_key", [](Config& c) { return c.http.tls.private_key; }, {"", "k.pem"}, {}),
    };
}

}  // namespace

std::vector<Key> msn_and_http_keys() {
    std::vector<Key> all = settings();
    for (const Key& key : limits()) all.push_back(key);
    return all;
}

}  // namespace patchcord::gateway::tests_of_keys
