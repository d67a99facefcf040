#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat_core/metrics.hpp"
#include "gateway/http/routes.hpp"

namespace patchcord::gateway {

/// What the gateway's front page says. Nothing of it comes from a peer.
struct StatusInfo {
    std::string name;
    std::string version;
    std::vector<std::string> irc;  // "irc.example.com:6667"
    std::vector<std::string> irc_tls;
    std::vector<std::string> msn;
    std::vector<std::string> passport = {};  // where MSN clients ask for a ticket
    bool public_metrics = false;             // else only a peer on the loopback is shown them
};

/// `/` for people, `/healthz` for watchdogs, `/metrics` for Prometheus. `metrics` must outlive the routes.
void add_status_routes(HttpRoutes& routes, StatusInfo info, const chat::MetricRegistry& metrics);

/// The front page.
[[nodiscard]] std::string format_status_page(const StatusInfo& info);
/// Prometheus' text format, version 0.0.4.
[[nodiscard]] std::string format_metrics(const chat::MetricRegistry& metrics);
/// Text that may stand anywhere in HTML, also in a quoted attribute.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace patchcord::gateway
