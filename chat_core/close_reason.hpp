#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::chat {

/// Why connections end; few, so that they can be counted.
enum class CloseKind : std::uint8_t {
    done,      // it has served its purpose
    client,    // the peer said goodbye, or closed
    lost,      // the network or the peer's machine failed
    protocol,  // what the peer sent makes no sense here
    login,     // whoever it is may not come in
    timeout,   // the peer took too long
    limit,     // another limit was hit
    refused,   // there was no room for it, or it may not come from there
    removed,   // somebody in charge ended it
    shutdown,  // the server stops
    failure,   // a bug
    count_
};

inline constexpr LabelValues<CloseKind> close_kind_names{"done",  "client",  "lost",    "protocol", "login",  "timeout",
                                                         "limit", "refused", "removed", "shutdown", "failure"};

[[nodiscard]] constexpr std::string_view close_kind_name(CloseKind kind) {
    return close_kind_names[static_cast<std::size_t>(kind)];
}

/// Why a connection is closed, for the log: never anybody's words. The texts need not live longer than the call.
struct CloseReason {
    // Words alone will do where a connection has served its purpose.
    CloseReason(std::string_view text) : words(text) {}    // NOLINT(google-explicit-constructor)
    CloseReason(const char* text) : words(text) {}         // NOLINT(google-explicit-constructor)
    CloseReason(const std::string& text) : words(text) {}  // NOLINT(google-explicit-constructor)
    CloseReason(CloseKind why, std::string_view text, std::string_view limit = {})
        : kind(why), words(text), rule(limit) {}

    CloseKind kind = CloseKind::done;
    std::string_view words;
    std::string_view rule;  // of a limit: the key that sets it, "irc.sendq", or its name in metrics where none does
};

}  // namespace patchcord::chat
