#pragma once

#include <cstdint>
#include <string_view>

#include "chat_core/labelled_counters.hpp"

namespace patchcord::irc {

/// What a client can run into; each has a config key, a counter and a refusal in IRC's form.
enum class Limit : std::uint8_t {
    clients,
    clients_per_address,
    connects_per_address,
    registration_timeout,
    registration_lines,
    ping_timeout,
    readq,
    sendq,
    flood,
    flood_closed,
    channels,
    monitor,
    list_entries,
    targets,
    line_length,
    nick_length,
    topic_length,
    whowas_entries,
    failed_logins,
    contacts,
    contact_requests,
    dcc_ports,
    sessions,
    metadata_keys,
    metadata_subs,
    metadata_value,
    multiline_bytes,
    multiline_lines,
    websocket_message,
    websocket_empty_frames,
    count_,
};

[[nodiscard]] std::string_view limit_name(Limit limit);
/// The configuration's key of a limit that ends connections; the limit's name for the others.
[[nodiscard]] std::string_view limit_key(Limit limit);

/// The IRC server's metrics, registered here and nowhere else.
class ServerMetrics {
  public:
    explicit ServerMetrics(chat::MetricRegistry& registry);

    [[nodiscard]] chat::Metric& limit_hits(Limit limit) { return limits_[limit]; }

    chat::Metric& connections_total;
    chat::Metric& connections;
    chat::Metric& registered;
    chat::Metric& lines_received;
    chat::Metric& messages_relayed;
    chat::Metric& rejected_lines;

  private:
    chat::LabelledCounters<Limit> limits_;
};

}  // namespace patchcord::irc
