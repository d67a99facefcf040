#include "gateway/proxy_wiring.hpp"

#include <chrono>
#include <utility>

namespace patchcord::gateway {
namespace {

std::vector<Network> networks(const std::vector<std::string>& texts) {
    std::vector<Network> all;
    for (const std::string& text : texts) {
        if (const auto network = parse_network(text)) all.push_back(*network);
    }
    return all;
}

}  // namespace

std::vector<Network> proxy_networks(const Config::Irc& config) {
    return networks(config.proxy_from);
}

std::function<std::string(std::string_view)> web_gateway_hash(const Config::Irc& config) {
    std::vector<std::pair<std::vector<Network>, std::string>> gateways;
    for (const Config::WebGateway& gateway : config.web_gateways) {
        gateways.emplace_back(networks(gateway.addresses), gateway.password_hash);
    }
    return [gateways = std::move(gateways)](std::string_view text) {
        const auto address = parse_address(text);
        for (const auto& [from, hash] : gateways) {
            if (address && any_contains(from, *address)) return hash;
        }
        return std::string();
    };
}

void offer_sts(irc::ServerOptions& options, const Config::Sts& config, std::uint16_t tls_port) {
    options.sts_plain.clear();
    options.sts_tls.clear();
    if (config.mode == Config::StsMode::off || tls_port == 0) return;
    if (config.mode == Config::StsMode::withdraw) {
        options.sts_tls = "duration=0";  // those who were told before forget it; nobody else is told
        return;
    }
    options.sts_plain = "port=" + std::to_string(config.port == 0 ? tls_port : config.port);
    // Rounded up: 0 would withdraw it.
    options.sts_tls = "duration=" + std::to_string(std::chrono::ceil<std::chrono::seconds>(config.duration).count());
    if (config.preload) options.sts_tls += ",preload";
}

}  // namespace patchcord::gateway
