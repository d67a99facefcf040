#pragma once

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "gateway/config/config.hpp"
#include "gateway/files/spool.hpp"
#include "gateway/history/history.hpp"
#include "gateway/net/connection_limiter.hpp"
#include "gateway/net/file_connections.hpp"
#include "irc/server/options.hpp"
#include "msn/server/options.hpp"

namespace patchcord::gateway {

/// What the configuration means for each part.
[[nodiscard]] irc::ServerOptions irc_options(const Config& config);
[[nodiscard]] chat::ServiceOptions service_options(const Config& config);
[[nodiscard]] msn::ServerOptions msn_options(const Config& config);
[[nodiscard]] chat::FileOptions file_options(const Config::Files& config);
[[nodiscard]] SpoolOptions spool_options(const Config::Files& config);
[[nodiscard]] History::Options history_options(const Config::History& config);
[[nodiscard]] FileConnectionOptions file_connection_options(const Config::Files& config);
/// What links to files begin with, without a slash at the end. `port` and `tls_port` are those of the first listeners,
/// 0 when there are none; then it is empty.
[[nodiscard]] std::string http_address(const Config& config, std::uint16_t port, std::uint16_t tls_port);
[[nodiscard]] ConnectionLimits connection_limits(const Config::Irc& config);
[[nodiscard]] ConnectionLimits connection_limits(const Config::Msn& config);
[[nodiscard]] ConnectionLimits connection_limits(const Config::Http& config);

}  // namespace patchcord::gateway
