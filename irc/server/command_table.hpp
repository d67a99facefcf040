#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "irc/wire/message.hpp"

namespace patchcord::irc {

class Session;

/// When a command may be used.
enum class Stage : std::uint8_t { any, registered, oper };

/// One command. The checks that all commands share are made from this, by the session.
struct CommandInfo {
    std::string_view name;
    void (*run)(Session&, const Message&);
    std::uint8_t min_params;
    Stage stage;
    double cost;  // flood tokens
    std::string_view usage;
};

/// All commands, in alphabetical order.
[[nodiscard]] std::span<const CommandInfo> all_commands();
/// The command of that name, in any case; nullptr when there is none.
[[nodiscard]] const CommandInfo* find_command(std::string_view name);

/// Is this an HTTP verb? A browser that was talked into connecting here sends one first.
[[nodiscard]] bool is_http_verb(std::string_view command);

}  // namespace patchcord::irc
