#pragma once

#include "chat_core/metrics.hpp"

namespace patchcord::gateway {

/// What people run into who log in to an account or want one, by whatever protocol; registered here and nowhere else.
struct AccountMetrics {
    explicit AccountMetrics(chat::MetricRegistry& registry)
        : made(registry.counter("patchcord_accounts_made_total", "accounts that opened themselves on request")),
          new_accounts(registry.counter(limit_hits, limit_help, "limit=\"new_accounts\"")),
          failed_logins(registry.counter(limit_hits, limit_help, "limit=\"failed_logins\"")) {}

    static constexpr const char* limit_hits = "patchcord_account_limit_hits_total";
    static constexpr const char* limit_help = "how often a login or a new account ran into a limit";

    chat::Metric& made;
    chat::Metric& new_accounts;   // too many at once
    chat::Metric& failed_logins;  // too many wrong passwords on IRC from that address; Passport counts its own
};

}  // namespace patchcord::gateway
