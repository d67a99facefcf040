#include "irc/server/metrics.hpp"

namespace patchcord::irc {
namespace {

constexpr chat::LabelValues<Limit> names{
    "clients",
    "clients_per_address",
    "connects_per_address",
    "registration_timeout",
    "registration_lines",
    "ping_timeout",
    "readq",
    "sendq",
    "flood",
    "flood_closed",
    "channels",
    "monitor",
    "list_entries",
    "targets",
    "line_length",
    "nick_length",
    "topic_length",
    "whowas_entries",
    "failed_logins",
    "contacts",
    "contact_requests",
    "dcc_ports",
    "sessions",
    "metadata_keys",
    "metadata_subs",
    "metadata_value",
    "multiline_bytes",
    "multiline_lines",
    "websocket_message",
    "websocket_empty_frames",
};

}  // namespace

std::string_view limit_name(Limit limit) {
    return names[static_cast<std::size_t>(limit)];
}

std::string_view limit_key(Limit limit) {
    switch (limit) {
        case Limit::clients_per_address: return "irc.max_clients_per_address";
        case Limit::connects_per_address: return "irc.max_connects_per_address";
        case Limit::registration_timeout: return "irc.registration_timeout";
        case Limit::registration_lines: return "irc.registration_lines";
        case Limit::ping_timeout: return "irc.ping_timeout";
        case Limit::readq: return "irc.readq";
        case Limit::sendq: return "irc.sendq";
        case Limit::flood_closed: return "irc.flood_timeout";
        case Limit::failed_logins: return "irc.max_failed_logins";
        case Limit::sessions: return "irc.max_sessions";
        default: return limit_name(limit);
    }
}

ServerMetrics::ServerMetrics(chat::MetricRegistry& registry)
    : connections_total(registry.counter("patchcord_irc_connections_total", "IRC connections accepted")),
      connections(registry.gauge("patchcord_irc_connections", "IRC connections open")),
      registered(registry.gauge("patchcord_irc_registered_clients", "IRC connections that are registered")),
      lines_received(registry.counter("patchcord_irc_lines_received_total", "lines IRC clients sent")),
      messages_relayed(
          registry.counter("patchcord_irc_messages_relayed_total", "messages IRC clients sent that were accepted")),
      rejected_lines(
          registry.counter("patchcord_irc_rejected_lines_total", "lines refused for bytes no line may hold")),
      limits_(registry, "patchcord_irc_limit_hits_total", "how often a client ran into a limit", "limit", names) {}

}  // namespace patchcord::irc
