#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/network.hpp"
#include "gateway/websocket/frames.hpp"

namespace patchcord::gateway {

/// What a WebSocket listener asks of its clients.
struct WebsocketRules {
    std::vector<std::string> origins;   // pages that may connect, "https://chat.example.org"; "*" stands for all
    bool allow_missing_origin = false;  // clients that are no browsers need not say where they come from
    std::vector<Network> proxies;       // whose X-Forwarded-For is believed
    WebsocketLimits limits;
    std::function<std::string(Refusal)> refuse;  // the last line to somebody of whom there are too many
    std::function<void(WebsocketClose)> limit_hit;

    [[nodiscard]] bool admits(std::string_view origin) const;
};

/// The longest header of a handshake, in bytes.
inline constexpr std::size_t longest_websocket_header = 8 * 1024;

/// What a client's first words come to.
struct WebsocketAnswer {
    std::string text;  // to be sent; empty: more is needed first
    bool accepted = false;
    std::size_t taken = 0;                      // bytes that belong to the handshake; frames follow
    std::optional<WebsocketMessage> kind = {};  // the subprotocol's; nothing when none was agreed on
    std::string forwarded_for = {};             // X-Forwarded-For, all of it
    bool forwarded_secure = false;              // X-Forwarded-Proto says https
};

/// Reads the opening handshake (RFC 6455 section 4.2), of which `begin` has come so far. Whoever is refused is told a
/// status, and nothing about this program.
[[nodiscard]] WebsocketAnswer answer_handshake(std::string_view begin, const WebsocketRules& rules, chat::WallTime now);

/// The answer to somebody who may not even try.
[[nodiscard]] std::string refuse_handshake(Refusal why, chat::WallTime now);

/// Whom a proxy at `peer` speaks for: the last address of `forwarded_for` that is none of `proxies`, since anybody can
/// write what stands before it. Nothing when the peer is no proxy, says nothing, or speaks for this machine; 0.0.0.0,
/// which is no machine's address, when what it says cannot be read.
[[nodiscard]] std::optional<asio::ip::address> last_stranger(std::string_view forwarded_for,
                                                             const asio::ip::address& peer,
                                                             const std::vector<Network>& proxies);

}  // namespace patchcord::gateway
