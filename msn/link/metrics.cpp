#include "msn/link/metrics.hpp"

namespace patchcord::msn {
namespace {

constexpr chat::LabelValues<LinkLimit> names{
    "hold_messages",   "hold_time",   "max_conversations", "max_contacts",     "max_participants",
    "pending_changes", "shown_deeds", "max_referrals",     "offline_messages", "message_lines"};

}  // namespace

LinkMetrics::LinkMetrics(chat::MetricRegistry& registry)
    : signed_in(registry.gauge("patchcord_link_signed_in", "accounts signed in to MSN services")),
      sign_ins(registry.counter("patchcord_link_sign_ins_total", "sign-ins to MSN services that held")),
      connections_lost(registry.counter("patchcord_link_connections_lost_total",
                                        "connections to MSN services that ended by themselves")),
      messages_sent(registry.counter("patchcord_link_messages_sent_total", "messages that MSN services took")),
      messages_received(registry.counter("patchcord_link_messages_received_total", "messages from MSN services")),
      messages_undelivered(registry.counter("patchcord_link_messages_undelivered_total",
                                            "messages to MSN services that were reported to their senders")),
      echoes(registry.counter("patchcord_link_echoes_total", "messages from MSN services that were ours")),
      limits_(registry, "patchcord_link_limit_hits_total", "how often an account on an MSN service ran into a limit",
              "limit", names) {}

}  // namespace patchcord::msn
