#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {
namespace {

constexpr std::size_t tib = std::size_t{1024} * 1024 * 1024 * 1024;

Key ports() {
    const auto are = [](std::vector<std::size_t> wanted) {
        return [wanted = std::move(wanted)](Config& c) { return c.files.ports == wanted; };
    };
    return {"files",
            "ports",
            {{"[]", are({})}, {"[1024, 65535]", are({1024, 65535})}, {"[5000, 5000]", are({5000, 5000})}},
            {"[5000]", "[1023, 2000]", "[5000, 65536]", "[5001, 5000]", "[1, 2, 3]", "[\"5000\", \"5001\"]", "5000"}};
}

/// A size that may be nothing.
template <class Get>
Key size_or_none(std::string name, Get get) {
    Key key = size("files", std::move(name), get, 1, tib);
    key.good.push_back({"\"0 B\"", [get](Config& c) { return get(c) == 0; }});
    key.bad.erase(key.bad.begin());
    return key;
}

template <class Get, class Value>
Key choice(std::string name, Get get, const std::string& one, Value is_one, const std::string& other, Value is_other) {
    return {"files",
            std::move(name),
            {{quoted(one), [get, is_one](Config& c) { return get(c) == is_one; }},
             {quoted(other), [get, is_other](Config& c) { return get(c) == is_other; }}},
            {"\"\"", "\"both\"", "1", "true", "[\"active\"]"}};
}

}  // namespace

std::vector<Key> files_keys() {
    return {
        ports(),
        text("files", "address", [](Config& c) { return c.files.address; }, {"", "192.0.2.1", "::1"},
             {"\"example.org\"", "\"192.0.2.1:7\"", "\"a b\""}),
        choice(
            "dcc", [](Config& c) { return c.files.dcc; }, "active", Config::Dcc::active, "passive",
            Config::Dcc::passive),
        choice(
            "connect_to", [](Config& c) { return c.files.connect_to; }, "peer", Config::ConnectTo::peer, "public",
            Config::ConnectTo::any_public),
        truth("files", "allow_loopback", [](Config& c) { return c.files.allow_loopback; }),
        size(
            "files", "max_size", [](Config& c) { return c.files.max_size; }, 1, tib),
        time("files", "offer_time", [](Config& c) { return c.files.offer_time; }),
        time("files", "stall_time", [](Config& c) { return c.files.stall_time; }),
        whole(
            "files", "max_offers", [](Config& c) { return c.files.max_offers; }, 1, many),
        whole(
            "files", "max_offers_at_ports", [](Config& c) { return c.files.max_offers_at_ports; }, 1, many),
        whole(
            "files", "offer_burst", [](Config& c) { return c.files.offer_burst; }, 1, many),
        per_second("files", "offer_rate", [](Config& c) { return c.files.offer_rate; }),
        whole(
            "files", "max_transfers", [](Config& c) { return c.files.max_transfers; }, 1, many),
        whole(
            "files", "max_transfers_per_user", [](Config& c) { return c.files.max_transfers_per_user; }, 1, many),
        size_or_none("rate", [](Config& c) { return c.files.rate; }),
        truth("files", "links", [](Config& c) { return c.files.links; }),
        time("files", "link_time", [](Config& c) { return c.files.link_time; }),
        size_or_none("quota", [](Config& c) { return c.files.quota; }),
        size_or_none("total_quota", [](Config& c) { return c.files.total_quota; }),
        whole(
            "files", "max_files", [](Config& c) { return c.files.max_files; }, 1, many),
    };
}

}  // namespace patchcord::gateway::tests_of_keys
