#include "tests/gateway/config/config_key.hpp"

namespace patchcord::gateway::tests_of_keys {

std::vector<Key> control_keys() {
    return {
        text("control", "socket", [](Config& c) { return c.control.socket; },
             {"auto", "", "/run/patchcord/control.sock", std::string(107, 'a')},
             {quoted(std::string(108, 'a')), "\"\\u0000abstract\""}),
        whole(
            "control", "max_connections", [](Config& c) { return c.control.max_connections; }, 1, 1'000),
        time("control", "timeout", [](Config& c) { return c.control.timeout; }),
    };
}

}  // namespace patchcord::gateway::tests_of_keys
