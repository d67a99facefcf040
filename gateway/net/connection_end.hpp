#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/close_reason.hpp"
#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"
#include "chat_core/ports/protocol.hpp"
#include "gateway/net/asio.hpp"
#include "gateway/net/connection_limiter.hpp"

namespace patchcord::gateway {

/// Which listener a connection came by, or what we opened or awaited it for.
enum class Door : std::uint8_t { irc, irc_tls, irc_ws, irc_wss, msn, msn_sb, http, http_tls, file, service, count_ };

/// As the readiness line names it.
[[nodiscard]] std::string_view door_name(Door door);
/// The door of a listener that the readiness line names so.
[[nodiscard]] Door door_named(std::string_view name);
/// `key` of the table that the door's listeners are configured in, "irc.max_clients"; empty where there is none.
[[nodiscard]] std::string key_of_door(Door door, std::string_view key);

/// How and why one connection ended.
struct ConnectionEnd {
    chat::CloseKind kind = chat::CloseKind::done;
    std::string words;
    std::string rule;
    chat::LogIdentity identity;
    std::optional<asio::ip::address> spoke_for;  // instead of the peer's own
};

/// The end of somebody whom the limits of connections do not let in.
[[nodiscard]] ConnectionEnd refused_end(Door door, Refusal why);

/// What there is to say of a connection that is over.
struct ConnectionFacts {
    Door door = Door::irc;
    asio::ip::address peer;
    std::chrono::milliseconds lasted{};
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
};

/// How many connections have ended, by door and reason. A counter is registered when it is first needed, since most
/// of them never are.
class ConnectionEndCounters {
  public:
    explicit ConnectionEndCounters(chat::MetricRegistry& registry) : registry_(registry) {}

    void add(Door door, chat::CloseKind kind);

  private:
    static constexpr auto kinds = static_cast<std::size_t>(chat::CloseKind::count_);

    chat::MetricRegistry& registry_;
    std::array<chat::Metric*, static_cast<std::size_t>(Door::count_) * kinds> counters_{};
};

/// Limits and refusals are of interest to whoever runs the server; that people come and go is not.
[[nodiscard]] chat::LogLevel level_of(chat::CloseKind kind);

/// The one line that every connection gets when it ends, and its counter. `counters` may be null.
void report_end(chat::LogSink& log, ConnectionEndCounters* counters, const ConnectionFacts& facts,
                const ConnectionEnd& end);

}  // namespace patchcord::gateway
