#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/net/network.hpp"
#include "irc/server/options.hpp"

namespace patchcord::gateway {

/// Whose PROXY headers are believed.
[[nodiscard]] std::vector<Network> proxy_networks(const Config::Irc& config);

/// The password hash of the first [[irc.gateway]] that lists an address; empty when none does.
[[nodiscard]] std::function<std::string(std::string_view address)> web_gateway_hash(const Config::Irc& config);

/// What clients are told of strict transport security. `tls_port` is that of the first TLS listener, 0 when there is
/// none; then nothing is told.
void offer_sts(irc::ServerOptions& options, const Config::Sts& config, std::uint16_t tls_port);

}  // namespace patchcord::gateway
