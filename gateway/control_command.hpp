#pragma once

#include <iosfwd>
#include <string>

#include "gateway/config/config.hpp"

namespace patchcord::gateway {

/// Where the commands write.
struct ControlConsole {
    std::ostream& out;
    std::ostream& errors;
};

struct ControlTarget {
    std::string socket;    // empty: where the configuration says
    bool as_json = false;  // the answer as it came, else for people
};

// The commands `patchcord status`, `reload` and `backup`. They return an exit code.

/// 0, 69 when no gateway answers, 77 when it does not answer this user, 76 when the answer is none.
[[nodiscard]] int control_status(const Config& config, const ControlTarget& target, const ControlConsole& console);
/// The same, and 78 when the configuration is wrong; then nothing has changed.
[[nodiscard]] int control_reload(const Config& config, const ControlTarget& target, const ControlConsole& console);
/// 0, 73 when the file is there already, 74 when it cannot be made. Needs no running gateway.
[[nodiscard]] int backup(const Config& config, const std::string& file, const ControlConsole& console);

}  // namespace patchcord::gateway
