#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {

std::vector<Key> history_keys() {
    constexpr std::size_t mib = std::size_t{1024} * 1024;
    return {
        truth("history", "enabled", [](Config& c) { return c.history.enabled; }),
        time("history", "max_age", [](Config& c) { return c.history.max_age; }),
        whole(
            "history", "max_lines", [](Config& c) { return c.history.max_lines; }, 0, many),
        size(
            "history", "max_size", [](Config& c) { return c.history.max_size; }, mib, mib * mib),
        whole(
            "history", "on_join", [](Config& c) { return c.history.on_join; }, 0, 10'000),
        whole(
            "history", "on_return", [](Config& c) { return c.history.on_return; }, 0, 10'000),
        whole(
            "history", "max_query", [](Config& c) { return c.history.max_query; }, 1, 1000),
        whole(
            "history", "queue", [](Config& c) { return c.history.queue; }, 1, many),
    };
}

}  // namespace patchcord::gateway::tests_of_keys
