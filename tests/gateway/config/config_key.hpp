#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/config/config_load.hpp"

namespace patchcord::gateway::tests_of_keys {

using Values = std::vector<std::string>;

inline constexpr std::size_t many = 1'000'000'000;
inline const std::string some_hash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXRoaW5nIHNhbHR5$6Ge2cY1nGGw8bKJqXQ1b6rH1b9bq5A6Cw0m3w6qj0nI";

struct Good {
    std::string value;
    std::function<bool(Config&)> taken;
};

/// One key, values it takes and values it refuses.
struct Key {
    std::string table;
    std::string name;
    std::vector<Good> good;
    Values bad;
    std::string rest = {};  // what else its table needs

    [[nodiscard]] std::string path() const { return table + "." + name; }
    [[nodiscard]] std::string text(const std::string& value) const {
        const bool array = table == "room" || table == "irc.operator" || table == "irc.gateway" ||
                           table == "msn_service" || table == "link";
        return (array ? "[[" : "[") + table + (array ? "]]\n" : "]\n") + name + " = " + value + "\n" + rest;
    }
};

inline std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

inline Values with(Values some, const Values& more) {
    some.insert(some.end(), more.begin(), more.end());
    return some;
}

template <class Get>
Key truth(std::string table, std::string name, Get get) {
    return {std::move(table),
            std::move(name),
            {{"true", [get](Config& c) { return get(c) == true; }}, {"false", [get](Config& c) { return !get(c); }}},
            {"1", "\"true\"", "\"\"", "[true]", "0.0"}};
}

template <class Get>
Key whole(std::string table, std::string name, Get get, std::size_t least, std::size_t most) {
    Values bad{"\"9\"", "true", "20.0", "[20]", "-1", "9223372036854775807", "-9223372036854775808"};
    bad.push_back(std::to_string(most + 1));
    if (least > 0) bad.push_back(std::to_string(least - 1));
    return {std::move(table),
            std::move(name),
            {{std::to_string(least), [get, least](Config& c) { return get(c) == least; }},
             {std::to_string(most), [get, most](Config& c) { return get(c) == most; }}},
            std::move(bad)};
}

template <class Get>
Key size(std::string table, std::string name, Get get, std::size_t least, std::size_t most) {
    const auto bytes = [](std::size_t count) { return quoted(std::to_string(count) + " B"); };
    return {std::move(table),
            std::move(name),
            {{bytes(least), [get, least](Config& c) { return get(c) == least; }},
             {bytes(most), [get, most](Config& c) { return get(c) == most; }}},
            {bytes(least - 1), bytes(most + 1), "65536", "\"65536\"", "\"64 KB\"", "true", "\"\"", "\"-64 KiB\""}};
}

template <class Get>
Key time(std::string table, std::string name, Get get) {
    return {std::move(table),
            std::move(name),
            {{"\"1ms\"", [get](Config& c) { return get(c) == Milliseconds(1); }},
             {"\"3h\"", [get](Config& c) { return get(c) == std::chrono::hours(3); }}},
            {"90", "\"90\"", "\"0s\"", "\"-1s\"", "\"400000h\"", "\"soon\"", "true", "[\"1s\"]", "12:00:00"}};
}

/// One that "0s" turns off.
template <class Get>
Key time_or_off(std::string table, std::string name, Get get) {
    Key key = time(std::move(table), std::move(name), get);
    std::erase(key.bad, "\"0s\"");
    key.good.push_back({"\"0s\"", [get](Config& c) { return get(c) == Milliseconds(0); }});
    return key;
}

template <class Get>
Key per_second(std::string table, std::string name, Get get) {
    return {std::move(table),
            std::move(name),
            {{"0.0", [get](Config& c) { return get(c) <= 0; }}, {"2.5", [get](Config& c) { return get(c) > 2.4; }}},
            {"\"2\"", "true", "-1.0", "1000001.0", "[2.0]"}};
}

template <class Get>
Key text(std::string table, std::string name, Get get, const Values& good, const Values& bad) {
    Key key{std::move(table), std::move(name), {}, with({"7", "true", "[\"x\"]", "{ x = 1 }"}, bad)};
    for (const std::string& value : good) {
        key.good.push_back({quoted(value), [get, value](Config& c) { return get(c) == value; }});
    }
    return key;
}

template <class Get>
Key list(std::string table, std::string name, Get get, const Values& bad) {
    return {std::move(table),
            std::move(name),
            {{"[]", [get](Config& c) { return get(c).empty(); }},
             {"[\"127.0.0.1:7\", \"[::1]:8\"]",
              [get](Config& c) {
                  return get(c) == Values{"127.0.0.1:7", "[::1]:8"};
              }}},
            with({"7", "true", "\"127.0.0.1:7\"", "[7]", "[\"127.0.0.1:7\", true]", "[[\"127.0.0.1:7\"]]"}, bad)};
}

/// Those of the tables [msn], [http] and [http.tls].
[[nodiscard]] std::vector<Key> msn_and_http_keys();
/// Those of who may speak for others, and of strict transport security.
[[nodiscard]] std::vector<Key> proxy_keys();
/// Those of the table [irc.websocket].
[[nodiscard]] std::vector<Key> websocket_keys();
/// Those of the table [files].
[[nodiscard]] std::vector<Key> files_keys();
[[nodiscard]] std::vector<Key> control_keys();
[[nodiscard]] std::vector<Key> history_keys();
/// Those of the tables [[msn_service]] and [[link]].
[[nodiscard]] std::vector<Key> service_keys();

}  // namespace patchcord::gateway::tests_of_keys
