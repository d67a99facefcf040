#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/config/config_load.hpp"
#include "gateway/config/table_reader.hpp"
#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway {
namespace {

using namespace tests_of_keys;

std::vector<Key> general_keys() {
    Key level = text("log", "level", [](Config&) { return std::string("warn"); }, {"warn"}, {"\"loud\"", "\"\""});
    level.good.front().taken = [](Config& c) { return c.log.level == chat::LogLevel::warn; };
    const Key account_rate{"chat",
                           "account_rate",
                           {{"0", [](Config& c) { return c.chat.account_rate == 0; }},
                            {"0.5", [](Config& c) { return c.chat.account_rate == 0.5; }},
                            {"1000000.0", [](Config& c) { return c.chat.account_rate == 1'000'000; }}},
                           {"-0.1", "-1", "1000001", "nan", "inf", "\"2\"", "true", "[2.0]"}};
    Key format = text("log", "format", [](Config&) { return std::string("json"); }, {"json"}, {"\"xml\"", "\"JSON\""});
    format.good.front().taken = [](Config& c) { return c.log.format == LogFormat::json; };
    Key max_memory = size(
        "gateway", "max_memory", [](Config& c) { return c.gateway.max_memory; }, std::size_t{256} * 1024 * 1024,
        std::size_t{1} << 40U);
    max_memory.good.emplace_back("\"0 B\"", [](Config& c) { return c.gateway.max_memory == 0; });
    Key show_joins =
        text("chat", "show_joins", [](Config&) { return std::string("all"); }, {"all"}, {"\"none\"", "\"ALL\""});
    show_joins.good = {{"\"all\"", [](Config& c) { return c.chat.show_joins == Config::ShowJoins::all; }},
                       {"\"speakers\"", [](Config& c) { return c.chat.show_joins == Config::ShowJoins::speakers; }}};
    return {
        text("gateway", "name", [](Config& c) { return c.gateway.name; }, {"irc.example.org", "x"},
             {"\"\"", "\"a b\"", "\"a_b\"", quoted(std::string(64, 'a')), "\"a\\nb\"", "\"\u00e9.example\""}),
        text("gateway", "data_dir", [](Config& c) { return c.gateway.data_dir; }, {"/var/lib/x"}, {"\"\""}),
        text("gateway", "user", [](Config& c) { return c.gateway.user; }, {"patchcord", ""}, {"7", "\"a\\nb\""}),
        truth("gateway", "seccomp", [](Config& c) { return c.gateway.seccomp; }),
        max_memory,
        level,
        format,
        whole(
            "log", "burst", [](Config& c) { return c.log.budget.burst; }, 0, many),
        time("log", "interval", [](Config& c) { return c.log.budget.interval; }),
        truth("chat", "create_group_on_request", [](Config& c) { return c.chat.create_group_on_request; }),
        truth("chat", "create_user_on_request", [](Config& c) { return c.chat.create_user_on_request; }),
        truth("chat", "allow_open", [](Config& c) { return c.chat.allow_open; }),
        whole(
            "chat", "max_channels", [](Config& c) { return c.chat.max_channels; }, 0, many),
        whole(
            "chat", "max_list_entries", [](Config& c) { return c.chat.max_list_entries; }, 1, 100'000),
        whole(
            "chat", "max_contacts", [](Config& c) { return c.chat.max_contacts; }, 1, 1'000),
        whole(
            "chat", "max_contact_requests", [](Config& c) { return c.chat.max_contact_requests; }, 1, 1'000),
        time("chat", "typing_interval", [](Config& c) { return c.chat.typing_interval; }),
        show_joins,
        time_or_off("chat", "flap_interval", [](Config& c) { return c.chat.flap_interval; }),
        whole(
            "chat", "account_burst", [](Config& c) { return c.chat.account_burst; }, 1, many),
        account_rate,
        truth("chat", "account_registration", [](Config& c) { return c.chat.account_registration; }),
    };
}

std::vector<Key> irc_keys() {
    const Values bad_listen{"[\"localhost:6667\"]", "[\"127.0.0.1\"]", "[\"127.0.0.1:65536\"]", "[\"\"]"};
    Key motd =
        text("irc", "motd", [](Config& c) { return c.irc.motd.at(0); }, {"Welcome"}, {"\"@/nowhere/to/be/seen\""});
    motd.good.push_back({"\"\"", [](Config& c) { return c.irc.motd.empty(); }});
    Key mapping = text("irc", "casemapping", [](Config&) { return std::string("rfc1459"); }, {"rfc1459"}, {"\"utf8\""});
    mapping.good.front().taken = [](Config& c) { return c.irc.casemapping == irc::Casemapping::rfc1459; };
    Key formatting =
        text("irc", "formatting", [](Config&) { return std::string("hex"); }, {"hex"}, {"\"html\"", "\"MIRC\""});
    formatting.good = {{"\"mirc\"", [](Config& c) { return c.irc.formatting == irc::Formatting::mirc; }},
                       {"\"hex\"", [](Config& c) { return c.irc.formatting == irc::Formatting::hex; }},
                       {"\"strip\"", [](Config& c) { return c.irc.formatting == irc::Formatting::strip; }}};
    Key typing = text("irc", "typing", [](Config&) { return std::string("ctcp"); }, {"ctcp"}, {"\"both\"", "\"\""});
    typing.good = {{"\"tags\"", [](Config& c) { return c.irc.typing == irc::TypingForm::tags; }},
                   {"\"ctcp\"", [](Config& c) { return c.irc.typing == irc::TypingForm::ctcp; }}};
    Key unlimited = list("irc", "unlimited_addresses", [](Config& c) { return c.irc.unlimited_addresses; },
                         {"[\"localhost\"]", "[\"10.0.0.0/8\"]", "[\"127.0.0.1:7\"]", "[\"\"]"});
    unlimited.good.back() = {"[\"192.0.2.1\"]", [](Config& c) { return c.irc.unlimited_addresses.size() == 1; }};
    return {
        list(
            "irc", "listen", [](Config& c) { return c.irc.listen; }, bad_listen),
        text("irc", "network", [](Config& c) { return c.irc.network; }, {"Example", std::string(60, 'n')},
             {"\"\"", "\"a b\"", quoted(std::string(61, 'n'))}),
        text("irc", "description", [](Config& c) { return c.irc.description; }, {"", "A house"},
             {quoted(std::string(201, 'd'))}),
        motd,
        text("irc", "password_hash", [](Config& c) { return c.irc.password_hash; }, {some_hash},
             {"\"secret\"", "\"$argon2id$...\"", "\"$2b$12$abcdefghijklmnopqrstuv\""}),
        mapping,
        formatting,
        typing,
        unlimited,
    };
}

std::vector<Key> irc_limit_keys() {
    const std::size_t four_gib = std::size_t{4} * 1024 * 1024 * 1024;
    Key rate{"irc",
             "flood_rate",
             {{"0", [](Config& c) { return c.irc.flood_rate == 0; }},
              {"0.5", [](Config& c) { return c.irc.flood_rate == 0.5; }},
              {"1000000.0", [](Config& c) { return c.irc.flood_rate == 1'000'000; }}},
             {"-0.1", "-1", "1000001", "nan", "inf", "-inf", "\"2\"", "true", "[2.0]"}};
    Key cost{"irc",
             "multiline_cost",
             {{"0", [](Config& c) { return c.irc.multiline_cost == 0; }},
              {"0.5", [](Config& c) { return c.irc.multiline_cost == 0.5; }},
              {"1.0", [](Config& c) { return c.irc.multiline_cost == 1; }}},
             {"-0.1", "1.1", "nan", "inf", "\"1\"", "true", "[0.5]"}};
    return {
        cost,
        time_or_off("irc", "redact_time", [](Config& c) { return c.irc.redact_time; }),
        whole(
            "irc", "multiline_bytes", [](Config& c) { return c.irc.multiline_bytes; }, 512, 64 * 1024),
        whole(
            "irc", "multiline_lines", [](Config& c) { return c.irc.multiline_lines; }, 2, 1'000),
        whole(
            "irc", "nick_length", [](Config& c) { return c.irc.nick_length; }, 9, 64),
        whole(
            "irc", "channel_length", [](Config& c) { return c.irc.channel_length; }, 10, 100),
        whole(
            "irc", "topic_length", [](Config& c) { return c.irc.topic_length; }, 50, 390),
        whole(
            "irc", "realname_length", [](Config& c) { return c.irc.realname_length; }, 10, 300),
        whole(
            "irc", "max_targets", [](Config& c) { return c.irc.max_targets; }, 0, 100),
        whole(
            "irc", "max_monitor", [](Config& c) { return c.irc.max_monitor; }, 0, 100'000),
        whole(
            "irc", "max_failed_logins", [](Config& c) { return c.irc.max_failed_logins; }, 1, 60'000),
        whole(
            "irc", "max_sessions", [](Config& c) { return c.irc.max_sessions; }, 0, 1000),
        truth("irc", "plaintext_passwords", [](Config& c) { return c.irc.plaintext_passwords; }),
        whole(
            "irc", "metadata_keys", [](Config& c) { return c.irc.metadata_keys; }, 1, 1'000),
        whole(
            "irc", "metadata_subs", [](Config& c) { return c.irc.metadata_subs; }, 1, 1'000),
        whole(
            "irc", "metadata_value_bytes", [](Config& c) { return c.irc.metadata_value_bytes; }, 50, 300),
        whole(
            "irc", "whowas_entries", [](Config& c) { return c.irc.whowas_entries; }, 0, many),
        whole(
            "irc", "max_clients", [](Config& c) { return c.irc.max_clients; }, 0, many),
        whole(
            "irc", "max_clients_per_address", [](Config& c) { return c.irc.max_clients_per_address; }, 0, many),
        whole(
            "irc", "max_connects_per_address", [](Config& c) { return c.irc.max_connects_per_address; }, 0, many),
        whole(
            "irc", "registration_lines", [](Config& c) { return c.irc.registration_lines; }, 3, many),
        whole(
            "irc", "flood_burst", [](Config& c) { return c.irc.flood_burst; }, 1, many),
        time("irc", "connect_window", [](Config& c) { return c.irc.connect_window; }),
        time("irc", "registration_timeout", [](Config& c) { return c.irc.registration_timeout; }),
        time("irc", "ping_interval", [](Config& c) { return c.irc.ping_interval; }),
        time("irc", "ping_timeout", [](Config& c) { return c.irc.ping_timeout; }),
        time("irc", "flood_timeout", [](Config& c) { return c.irc.flood_timeout; }),
        size(
            "irc", "readq", [](Config& c) { return c.irc.readq; }, 9 * 1024, 16 * 1024 * 1024),
        size(
            "irc", "sendq", [](Config& c) { return c.irc.sendq; }, 32 * 1024, four_gib),
        rate,
    };
}

std::vector<Key> table_keys() {
    Key listen = list("irc.tls", "listen", [](Config& c) { return c.irc.tls.listen; }, {"[\"irc.example.org:6697\"]"});
    listen.rest = "certificate = \"c.pem\"\nprivate_key = \"k.pem\"\n";
    Key name = text("irc.operator", "name", [](Config& c) { return c.irc.operators.at(0).name; }, {"ana"},
                    {"\"\"", "\"a b\""});
    name.rest = "password_hash = " + quoted(some_hash) + "\n";
    Key hash = text("irc.operator", "password_hash", [](Config& c) { return c.irc.operators.at(0).password_hash; },
                    {some_hash}, {"\"\"", "\"secret\""});
    hash.rest = "name = \"ana\"\n";
    Key topic = text("room", "topic", [](Config& c) { return c.rooms.at(0).topic; }, {"", "Hello"},
                     {quoted(std::string(391, 't'))});
    topic.rest = "name = \"hall\"\n";
    return {
        listen,
        text("irc.tls", "certificate", [](Config& c) { return c.irc.tls.certificate; }, {"", "c.pem"}, {}),
        text("irc.tls", "private_key", [](Config& c) { return c.irc.tls.private_key; }, {"", "k.pem"}, {}),
        time("irc.tls", "handshake_timeout", [](Config& c) { return c.irc.tls.handshake_timeout; }),
        name,
        hash,
        text("room", "name", [](Config& c) { return c.rooms.at(0).name; }, {"hall"},
             {"\"\"", "\"a b\"", "\"a,b\"", "\"a\\u0007b\"", quoted(std::string(64, 'r'))}),
        topic,
    };
}

std::vector<Key> all_keys() {
    std::vector<Key> all;
    for (const auto& some :
         {general_keys(), irc_keys(), irc_limit_keys(), table_keys(), msn_and_http_keys(), files_keys(), history_keys(),
          control_keys(), service_keys(), proxy_keys(), websocket_keys()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

TEST(ConfigKeysTest, EveryKeyTakesWhatIsAllowed) {
    for (const Key& key : all_keys()) {
        for (const Good& good : key.good) {
            SCOPED_TRACE(key.path() + " = " + good.value);
            LoadedConfig loaded = parse_config(key.text(good.value), "f.toml");
            EXPECT_EQ(loaded.errors, Values());
            EXPECT_TRUE(good.taken(loaded.config));
        }
    }
}

TEST(ConfigKeysTest, EveryKeyRefusesEverythingElseAndSaysWhereAndWhy) {
    for (const Key& key : all_keys()) {
        for (const std::string& value : key.bad) {
            SCOPED_TRACE(key.path() + " = " + value);
            const Values errors = parse_config(key.text(value), "f.toml").errors;
            EXPECT_FALSE(errors.empty());
            for (const std::string& error : errors) {
                const std::string place = "f.toml:2: " + key.path() + ": ";
                EXPECT_TRUE(error.starts_with(place) && error.size() > place.size()) << error;
            }
        }
    }
}

TEST(ConfigKeysTest, MisspeltKeyIsNamedTogetherWithTheRightOne) {
    for (const Key& key : all_keys()) {
        Key slip = key;
        slip.name = key.name + "s";
        const Values errors = parse_config(slip.text(key.good.front().value), "f.toml").errors;
        const std::string expected = "f.toml:2: " + key.path() + "s: unknown key; did you mean \"" + key.name + "\"?";
        EXPECT_NE(std::find(errors.begin(), errors.end(), expected), errors.end()) << expected;
    }
}

void collect(const toml::node& node, const std::string& path, std::set<std::string>& into) {
    if (const toml::table* table = node.as_table()) {
        for (const auto& [key, value] : *table) {
            collect(value, (path.empty() ? "" : path + ".") + std::string(key.str()), into);
        }
    } else if (const toml::array* array = node.as_array(); array != nullptr && array->is_array_of_tables()) {
        for (const toml::node& item : *array) collect(item, path, into);
    } else {
        into.insert(path);
    }
}

TEST(ConfigKeysTest, ExampleShowsEveryKey) {
    const std::regex commented_out("(^|\n)# (\\[\\[|[a-z_]+ = )");
    const std::string text = std::regex_replace(std::string(default_config_text()), commented_out, "$1$2");
    std::set<std::string> shown;
    collect(toml::parse(text), "", shown);
    std::set<std::string> known;
    for (const Key& key : all_keys()) known.insert(key.path());
    EXPECT_EQ(shown, known);
}

}  // namespace
}  // namespace patchcord::gateway
