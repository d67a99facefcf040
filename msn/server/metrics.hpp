#pragma once

#include <cstdint>
#include <string_view>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::msn {

/// What an MSN client can run into; each has a config key, a counter and a refusal in MSNP's form.
enum class Limit : std::uint8_t {
    clients,
    clients_per_address,
    connects_per_address,
    login_timeout,
    unauthenticated_bytes,
    silence_timeout,
    line_length,
    payload_size,
    flood,
    calls,
    sendq,
    contacts,
    groups,
    switchboards,
    participants,
    queued_messages,
    message_lines,
    alone_timeout,
    rings,
    failed_logins,
    avatars,
    avatar_size,
    avatar_fetches,
    avatar_time,
    count_,
};

[[nodiscard]] std::string_view limit_name(Limit limit);
/// The configuration's key of a limit that ends connections; the limit's name for the others.
[[nodiscard]] std::string_view limit_key(Limit limit);

/// The MSN server's metrics, registered here and nowhere else.
class ServerMetrics {
  public:
    explicit ServerMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(Limit limit) { return limits_[limit]; }

    chat::Metric& connections_total;
    chat::Metric& connections;
    chat::Metric& signed_in;
    chat::Metric& switchboards;
    chat::Metric& commands_received;
    chat::Metric& messages_relayed;
    chat::Metric& login_failures;

  private:
    chat::LabelledCounters<Limit> limits_;
};

}  // namespace patchcord::msn
