#include "irc/server/metrics.hpp"

#include <string>

namespace patchcord::irc {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Limit::count_)> names{
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
};

}  // namespace

std::string_view limit_name(Limit limit) {
    return names[static_cast<std::size_t>(limit)];
}

ServerMetrics::ServerMetrics(chat::MetricRegistry& registry)
    : connections_total(registry.counter("patchcord_irc_connections_total", "IRC connections accepted")),
      connections(registry.gauge("patchcord_irc_connections", "IRC connections open")),
      registered(registry.gauge("patchcord_irc_registered_clients", "IRC connections that are registered")),
      lines_received(registry.counter("patchcord_irc_lines_received_total", "lines IRC clients sent")),
      messages_relayed(
          registry.counter("patchcord_irc_messages_relayed_total", "messages IRC clients sent that were accepted")),
      rejected_lines(
          registry.counter("patchcord_irc_rejected_lines_total", "lines refused for bytes no line may hold")) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        limits_[i] = &registry.counter("patchcord_irc_limit_hits_total", "how often a client ran into a limit",
                                       "limit=\"" + std::string(names[i]) + "\"");
    }
}

}  // namespace patchcord::irc
