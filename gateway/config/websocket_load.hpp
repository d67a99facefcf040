#pragma once

#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads the table [irc.websocket]; `irc.tls.listen` has been read already.
void read_websocket(TableReader& reader, Config::Irc& irc);

/// Do only people on this machine come by WebSocket, by way of pages that are known?
[[nodiscard]] bool websocket_is_private(const Config::Irc& irc);

}  // namespace patchcord::gateway
