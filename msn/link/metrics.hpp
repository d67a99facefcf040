#pragma once

#include <cstdint>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::msn {

/// What an account on a service can run into.
enum class LinkLimit : std::uint8_t {
    hold_messages,
    hold_time,
    max_conversations,
    max_contacts,
    max_participants,
    pending_changes,
    shown_deeds,
    max_referrals,
    offline_messages,
    message_lines,
    count_,
};

/// The metrics of accounts on MSN services, registered here and nowhere else; one for all services.
class LinkMetrics {
  public:
    explicit LinkMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(LinkLimit limit) { return limits_[limit]; }

    chat::Metric& signed_in;
    chat::Metric& sign_ins;
    chat::Metric& connections_lost;
    chat::Metric& messages_sent;
    chat::Metric& messages_received;
    chat::Metric& messages_undelivered;
    chat::Metric& echoes;

  private:
    chat::LabelledCounters<LinkLimit> limits_;
};

}  // namespace patchcord::msn
