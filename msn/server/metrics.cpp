#include "msn/server/metrics.hpp"

namespace patchcord::msn {
namespace {

constexpr chat::LabelValues<Limit> names{
    "clients",
    "clients_per_address",
    "connects_per_address",
    "login_timeout",
    "unauthenticated_bytes",
    "silence_timeout",
    "line_length",
    "payload_size",
    "flood",
    "calls",
    "sendq",
    "contacts",
    "groups",
    "switchboards",
    "participants",
    "queued_messages",
    "message_lines",
    "alone_timeout",
    "rings",
    "failed_logins",
    "avatars",
    "avatar_size",
    "avatar_fetches",
    "avatar_time",
};

}  // namespace

std::string_view limit_name(Limit limit) {
    return names[static_cast<std::size_t>(limit)];
}

std::string_view limit_key(Limit limit) {
    switch (limit) {
        case Limit::login_timeout: return "msn.login_timeout";
        case Limit::unauthenticated_bytes: return "msn.login_bytes";
        case Limit::silence_timeout: return "msn.silence_timeout";
        case Limit::sendq: return "msn.sendq";
        case Limit::switchboards: return "msn.max_switchboards";
        case Limit::alone_timeout: return "msn.alone_timeout";
        default: return limit_name(limit);
    }
}

ServerMetrics::ServerMetrics(chat::MetricRegistry& registry)
    : connections_total(registry.counter("patchcord_msn_connections_total", "MSN connections accepted")),
      connections(registry.gauge("patchcord_msn_connections", "MSN connections open")),
      signed_in(registry.gauge("patchcord_msn_signed_in", "MSN accounts signed in")),
      switchboards(registry.gauge("patchcord_msn_switchboards", "switchboard sessions open")),
      commands_received(registry.counter("patchcord_msn_commands_received_total", "commands MSN clients sent")),
      messages_relayed(
          registry.counter("patchcord_msn_messages_relayed_total", "messages MSN clients sent that were accepted")),
      login_failures(registry.counter("patchcord_msn_login_failures_total", "MSN logins refused")),
      limits_(registry, "patchcord_msn_limit_hits_total", "how often an MSN client ran into a limit", "limit", names) {}

}  // namespace patchcord::msn
