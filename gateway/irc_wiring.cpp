#include "gateway/irc_wiring.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "gateway/proxy_wiring.hpp"
#include "gateway/websocket/stream.hpp"

namespace patchcord::gateway {
namespace {

irc::Limit to_limit(Refusal why) {
    switch (why) {
        case Refusal::memory:
        case Refusal::clients: return irc::Limit::clients;
        case Refusal::clients_per_address: return irc::Limit::clients_per_address;
        case Refusal::connects_per_address: return irc::Limit::connects_per_address;
    }
    return irc::Limit::clients;
}

std::string_view words_for(Refusal why) {
    switch (why) {
        case Refusal::clients: return "The server is full";
        case Refusal::clients_per_address: return "Too many connections from your address";
        case Refusal::connects_per_address: return "Too many connections from your address in a short time";
        case Refusal::memory: return "The server is short of memory, try again later";
    }
    return {};
}

}  // namespace

Service irc_service(irc::Server& server) {
    return {[&server] { return server.make_session(); },
            [&server](Refusal why) {
                server.metrics().limit_hits(to_limit(why)).add();
                return server.refusal(words_for(why));
            }};
}

Service websocket_service(irc::Server& server) {
    Service service = irc_service(server);
    service.refuse = [count = std::move(service.refuse)](Refusal why) {
        (void)count(why);
        return refuse_handshake(
            why, std::chrono::time_point_cast<chat::WallTime::duration>(std::chrono::system_clock::now()));
    };
    return service;
}

void set_websocket(Listener& listener, const Config::Irc& config, irc::Server& server) {
    auto rules = std::make_shared<WebsocketRules>();
    rules->origins = config.websocket.origins;
    rules->allow_missing_origin = config.websocket.allow_missing_origin;
    rules->proxies = proxy_networks(config);
    rules->limits.empty_frames = config.websocket.max_empty_frames;
    rules->refuse = irc_service(server).refuse;
    rules->limit_hit = [&metrics = server.metrics()](WebsocketClose why) {
        if (why == WebsocketClose::too_big) metrics.limit_hits(irc::Limit::websocket_message).add();
        if (why == WebsocketClose::policy) metrics.limit_hits(irc::Limit::websocket_empty_frames).add();
    };
    Layer layer;
    layer.proxies = rules->proxies;
    layer.make = [rules = std::shared_ptr<const WebsocketRules>(std::move(rules))](std::unique_ptr<Stream> below) {
        return std::make_unique<WebsocketStream>(std::move(below), rules);
    };
    listener.set_layer(std::move(layer), config.tls.handshake_timeout);
}

}  // namespace patchcord::gateway
