#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {
namespace {

const std::string name = "name = \"example\"\n";
const std::string server = "server = \"msn.example.org\"\n";
const std::string login = "login_url = \"https://login.example.org/\"\n";
const std::string service = "service = \"example\"\n";
const std::string handle = "handle = \"ana@example.org\"\n";
const std::string password = "password_file = \"env:PATH\"\n";  // which is set everywhere
const std::string services = "[[msn_service]]\n" + name + server + login;

Config::MsnService& first(Config& config) {
    return config.msn_services.at(0);
}

Config::Link& link(Config& config) {
    return config.links.at(0);
}

Key with_rest(Key key, std::string rest) {
    key.rest = std::move(rest);
    return key;
}

Key url(const std::string& key, std::string Config::MsnService::*member, const std::string& rest) {
    return with_rest(text("msn_service", key, [member](Config& c) { return first(c).*member; },
                          {"https://a.example/x?y", "http://localhost:8080/", "http://127.0.0.1"},
                          {"\"a.example\"", "\"ftp://a.example/\"", "\"http://a.example/\"", "\"https://x@a.example\"",
                           "\"https://a.example:0/\"", "\"https://a b/\""}),
                     rest);
}

std::vector<Key> places() {
    Key where{"msn_service",
              "server",
              {{"\"msn.example.org:1864\"",
                [](Config& c) {
                    return first(c).server == chat::Endpoint{"msn.example.org", 1864};
                }},
               {"\"127.0.0.1\"",
                [](Config& c) {
                    return first(c).server == chat::Endpoint{"127.0.0.1", 1863};
                }},
               {"\"[::1]:1\"",
                [](Config& c) {
                    return first(c).server == chat::Endpoint{"::1", 1};
                }}},
              {"\"\"", "7", "\"::1\"", "\"a.example:0\"", "\"a.example:65536\"", "\"a.example:\"", "\"a b:1\"",
               "\"https://a.example\"", "\"ana@a.example\"", "\"a.example/x:1863\"", "\"a.example?:1863\"",
               "[\"a.example\"]", "\"a\\u0000b:1\""},
              name + login};
    return {
        with_rest(text("msn_service", "name", [](Config& c) { return first(c).name; },
                       {"example", "a-1", std::string(32, 'a')},
                       {"\"\"", "\"A\"", "\"a b\"", "\"a_b\"", "\"a.b\"", quoted(std::string(33, 'a'))}),
                  server + login),
        where,
        url("login_url", &Config::MsnService::login_url, name + server),
        url("nexus_url", &Config::MsnService::nexus_url, name + server),
        url("contacts_url", &Config::MsnService::contacts_url, name + server + login + "auth = \"sso\"\n"),
        url("oim_url", &Config::MsnService::oim_url, name + server + login),
        url("oim_store_url", &Config::MsnService::oim_store_url,
            name + server + login +
                "auth = \"sso\"\ncontacts_url = \"https://a.example/\"\noim_url = \"https://a.example/\"\n"),
    };
}

std::vector<Key> manners() {
    const std::string rest = name + server + login;
    Key auth = text("msn_service", "auth", [](Config&) { return std::string("twn"); }, {"twn"},
                    {"\"\"", "\"TWN\"", "\"tweener\""});
    auth.good.front().taken = [](Config& c) { return first(c).auth == Config::Auth::twn; };
    Key versions{
        "msn_service",
        "versions",
        {{"[8, 12]", [](Config& c) { return first(c).lowest_version == 8 && first(c).highest_version == 12; }},
         {"[9, 9]", [](Config& c) { return first(c).lowest_version == 9 && first(c).highest_version == 9; }}},
        {"[]", "[8]", "[7, 12]", "[8, 13]", "[12, 8]", "[8, 9, 10]", "8", "\"8\"", "[\"8\", \"9\"]", "[-8, 9]"}};
    Key rate{"msn_service",
             "connect_rate",
             {{"0.01", [](Config& c) { return first(c).connect_rate == 0.01; }},
              {"1000000", [](Config& c) { return first(c).connect_rate == 1'000'000; }}},
             {"0", "0.0", "-1", "1000001", "nan", "inf", "\"5\"", "true", "[5.0]"}};
    const auto duration = [](const char* key, Milliseconds Config::MsnService::*member) {
        return time("msn_service", key, [member](Config& c) { return first(c).*member; });
    };
    std::vector<Key> keys{
        auth,
        versions,
        rate,
        text("msn_service", "ca_file", [](Config& c) { return first(c).ca_file; }, {"", "ca.pem"}, {}),
        truth("msn_service", "insecure", [](Config& c) { return first(c).insecure; }),
        truth("msn_service", "allow_private", [](Config& c) { return first(c).allow_private; }),
        duration("ping_interval", &Config::MsnService::ping_interval),
        duration("request_timeout", &Config::MsnService::request_timeout),
        duration("hold_time", &Config::MsnService::hold_time),
        whole(
            "msn_service", "hold_messages", [](Config& c) { return first(c).hold_messages; }, 0, 100'000),
        whole(
            "msn_service", "max_conversations", [](Config& c) { return first(c).max_conversations; }, 1, 10'000),
        whole(
            "msn_service", "max_participants", [](Config& c) { return first(c).max_participants; }, 2, 1'000),
        whole(
            "msn_service", "max_message_lines", [](Config& c) { return first(c).max_message_lines; }, 1, 1'000),
    };
    for (Key& key : keys) key.rest = rest;
    keys.push_back(
        with_rest(duration("reconnect_min", &Config::MsnService::reconnect_min), rest + "reconnect_max = \"100h\"\n"));
    keys.push_back(
        with_rest(duration("reconnect_max", &Config::MsnService::reconnect_max), rest + "reconnect_min = \"1ms\"\n"));
    return keys;
}

std::vector<Key> link_keys() {
    const std::string account = "account = \"ana\"\n";
    const std::string room = "room = \"lobby\"\n";
    Key secret = text("link", "password_file", [](Config&) { return std::string("env:PATH"); }, {"env:PATH"},
                      {"\"\"", "\"/nowhere/secret\"", "\"env:\"", "\"env:NO_SUCH_VARIABLE\"", "\"/dev\""});
    secret.good.front().taken = [](Config& c) { return link(c).password == SecretSource("env:PATH", ""); };
    Key shown = text("link", "show_names", [](Config&) { return std::string("p4"); }, {"p4"}, {"\"\"", "\"P4\""});
    shown.good.front().taken = [](Config& c) { return link(c).show_names == Config::ShowNames::p4; };
    Key speakers{"link",
                 "speakers",
                 {{"[]", [](Config& c) { return link(c).speakers.empty(); }},
                  {"[\"Bob@example.org\", \"carol@example.org\"]",
                   [](Config& c) {
                       return link(c).speakers == Values{"bob@example.org", "carol@example.org"};
                   }}},
                 {"7", "\"bob@example.org\"", "[\"bob\"]", "[7]", "[\"\"]"}};
    return {
        with_rest(text("link", "account", [](Config& c) { return link(c).account; }, {"ana", "ana_2"},
                       {"\"\"", "\"a b\"", "\"1a\"", "\"ana@example.org\"", "\"#a\""}),
                  service + handle + password + services),
        with_rest(text("link", "room", [](Config& c) { return link(c).room; }, {"lobby", "Lobby"},
                       {"\"\"", "\"a b\"", "\"a,b\"", "\"a\\u0007b\"", quoted(std::string(64, 'r'))}),
                  service + handle + password + services),
        with_rest(text("link", "service", [](Config& c) { return link(c).service; }, {"example"},
                       {"\"\"", "\"exampel\"", "\"Example\""}),
                  account + handle + password + services),
        with_rest(text("link", "handle", [](Config& c) { return link(c).handle; }, {"ana@example.org"},
                       {"\"\"", "\"ana\"", "\"@example.org\"", "\"a b@example.org\"", "\"ana@example.org\\r\\n\""}),
                  account + service + password + services),
        with_rest(secret, account + service + handle + services),
        with_rest(speakers, room + service + handle + password + services),
        with_rest(shown, room + service + handle + password + services),
    };
}

}  // namespace

std::vector<Key> service_keys() {
    std::vector<Key> all = places();
    for (const auto& some : {manners(), link_keys()}) all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace patchcord::gateway::tests_of_keys
