#include "gateway/http/status_routes.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

namespace patchcord::gateway {
namespace {

void add_row(std::string& page, const char* title, const std::vector<std::string>& addresses) {
    if (addresses.empty()) return;
    page += std::string("<dt>") + title + "</dt>\n";
    for (const std::string& address : addresses) page += "<dd><code>" + escape_html(address) + "</code></dd>\n";
}

bool on_loopback(std::string_view address) {
    boost::system::error_code bad;
    const auto parsed = boost::asio::ip::make_address(std::string(address), bad);
    return !bad && parsed.is_loopback();
}

std::string escape_help(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

void add_metric_head(std::string& out, const chat::Metric& metric) {
    out += "# HELP " + metric.name() + ' ' + escape_help(metric.help()) + '\n';
    out += "# TYPE " + metric.name() + (metric.kind() == chat::Metric::Kind::counter ? " counter\n" : " gauge\n");
}

void add_metric_value(std::string& out, const chat::Metric& metric) {
    out += metric.name();
    if (!metric.label().empty()) out += '{' + metric.label() + '}';
    out += ' ' + std::to_string(metric.value()) + '\n';
}

HttpResponse make_page(std::string content_type, std::string body) {
    HttpResponse response;
    response.content_type = std::move(content_type);
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.body = std::move(body);
    return response;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string format_status_page(const StatusInfo& info) {
    const std::string name = escape_html(info.name);
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + name +
                       "</title>\n</head>\n<body>\n<h1>" + name + "</h1>\n<p>Patchcord " + escape_html(info.version) +
                       ": people on IRC and on MSN Messenger in the same rooms.</p>\n<dl>\n";
    add_row(page, "IRC", info.irc);
    add_row(page, "IRC over TLS", info.irc_tls);
    add_row(page, "MSN Messenger (MSNP2 to MSNP12)", info.msn);
    add_row(page, "Passport, for MSN Messenger from MSNP8 on, instead of nexus.passport.com", info.passport);
    page += "</dl>\n</body>\n</html>\n";
    return page;
}

std::string format_metrics(const chat::MetricRegistry& metrics) {
    // All values of a name must stand together.
    std::vector<const chat::Metric*> sorted;
    for (const chat::Metric& metric : metrics.all()) sorted.push_back(&metric);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* left, const auto* right) { return left->name() < right->name(); });
    std::string out;
    const chat::Metric* previous = nullptr;
    for (const chat::Metric* metric : sorted) {
        if (previous == nullptr || previous->name() != metric->name()) add_metric_head(out, *metric);
        add_metric_value(out, *metric);
        previous = metric;
    }
    return out;
}

void add_status_routes(HttpRoutes& routes, StatusInfo info, const chat::MetricRegistry& metrics) {
    const bool to_all = info.public_metrics;
    routes.add("GET", "/", [page = format_status_page(info)](const HttpRequest&, const HttpRespond& respond) {
        respond(make_page("text/html; charset=utf-8", page));
    });
    routes.add("GET", "/healthz", [](const HttpRequest&, const HttpRespond& respond) {
        respond(make_page("text/plain; charset=utf-8", "ok\n"));
    });
    routes.add("GET", "/metrics", [&metrics, to_all](const HttpRequest& request, const HttpRespond& respond) {
        if (!to_all && !on_loopback(request.peer.address)) {
            respond(make_plain_response(403));
            return;
        }
        respond(make_page("text/plain; version=0.0.4; charset=utf-8", format_metrics(metrics)));
    });
}

}  // namespace patchcord::gateway
