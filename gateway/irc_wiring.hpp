#pragma once

#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/net/listener.hpp"
#include "irc/server/server.hpp"

namespace patchcord::gateway {

/// The kinds of listeners that speak WebSocket, without and with TLS.
inline constexpr std::string_view websocket_kind = "irc-ws";
inline constexpr std::string_view secure_websocket_kind = "irc-wss";

[[nodiscard]] inline bool is_websocket(std::string_view kind) {
    return kind == websocket_kind || kind == secure_websocket_kind;
}

/// What the listeners of IRC serve.
[[nodiscard]] Service irc_service(irc::Server& server);

/// The same as WebSocket listeners have it: who is refused before the handshake is told so by HTTP.
[[nodiscard]] Service websocket_service(irc::Server& server);

/// Makes a listener speak WebSocket as the configuration has it now; connections made before keep their rules.
void set_websocket(Listener& listener, const Config::Irc& config, irc::Server& server);

}  // namespace patchcord::gateway
