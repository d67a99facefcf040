#include "gateway/config/proxy_load.hpp"

#include <algorithm>

#include "gateway/auth/password_hash.hpp"
#include "gateway/net/network.hpp"

namespace patchcord::gateway {
namespace {

void check_networks(TableReader& reader, std::string_view key, const std::vector<std::string>& networks) {
    for (const std::string& text : networks) {
        if (!parse_network(text))
            reader.error(key, "must hold numeric addresses or networks, such as \"192.0.2.1\" or \"10.0.0.0/8\"");
    }
}

bool holds(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

Config::WebGateway read_gateway(TableReader& reader) {
    Config::WebGateway gateway;
    reader.read("address", gateway.addresses);
    reader.read("password_hash", gateway.password_hash);
    check_networks(reader, "address", gateway.addresses);
    if (gateway.addresses.empty()) reader.error("address", "is needed");
    if (!is_password_hash(gateway.password_hash)) {
        reader.error("password_hash", "is needed, and must be what `patchcord password-hash` prints");
    }
    return gateway;
}

}  // namespace

void read_proxies(TableReader& reader, Config::Irc& irc, ConfigErrors& errors) {
    reader.read("proxy_listen", irc.proxy_listen);
    reader.read("proxy_from", irc.proxy_from);
    check_networks(reader, "proxy_from", irc.proxy_from);
    for (const std::string& address : irc.proxy_listen) {
        if (!holds(irc.listen, address) && !holds(irc.tls.listen, address) && !holds(irc.websocket.listen, address) &&
            !holds(irc.websocket.tls_listen, address)) {
            reader.error("proxy_listen", "must hold addresses that irc.listen, irc.tls or irc.websocket holds, too");
        }
    }
    if (!irc.proxy_listen.empty() && irc.proxy_from.empty()) {
        reader.error("proxy_listen", "lets nobody in as long as irc.proxy_from is empty");
    }
    for (const toml::table* table : reader.tables("gateway")) {
        TableReader gateway(table, "irc.gateway", errors);
        irc.web_gateways.push_back(read_gateway(gateway));
    }
}

void read_sts(TableReader& reader, Config::Irc& irc) {
    static constexpr std::string_view modes[] = {"off", "on", "withdraw"};
    read_choice(reader, "sts", modes, irc.sts.mode);
    reader.read("sts_duration", irc.sts.duration);
    reader.read("sts_port", irc.sts.port, 0, 65'535);
    reader.read("sts_preload", irc.sts.preload);
    if (irc.sts.mode != Config::StsMode::off && irc.tls.listen.empty()) {
        reader.error("sts", "needs irc.tls.listen, where it sends everybody");
    }
}

}  // namespace patchcord::gateway
