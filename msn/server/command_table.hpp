#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "msn/wire/command.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

class NotificationSession;

/// When a command may be used.
enum class Stage : std::uint8_t {
    any,
    negotiated,  // after VER
    signed_in,
};

/// One command of the notification server. The checks that all commands share are made from this, by the session.
struct CommandInfo {
    std::string_view verb;
    void (*run)(NotificationSession&, const Command&);
    std::uint8_t min_params;  // the TrID is the first; 0: it has none
    Stage stage;
    Dialect first;
    Dialect last;
    double cost;  // flood tokens
};

/// All commands, in alphabetical order.
[[nodiscard]] std::span<const CommandInfo> all_commands();
/// The command of that verb; nullptr when there is none.
[[nodiscard]] const CommandInfo* find_command(std::string_view verb);

}  // namespace patchcord::msn
