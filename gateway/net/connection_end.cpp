#include "gateway/net/connection_end.hpp"

#include <algorithm>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

constexpr chat::LabelValues<Door> names{
    "irc", "irc-tls", "irc-ws", "irc-wss", "msn", "msn-sb", "http", "http-tls", "file", "service",
};

std::string_view or_dash(std::string_view text) {
    return text.empty() ? std::string_view("-") : text;
}

}  // namespace

std::string_view door_name(Door door) {
    return names[static_cast<std::size_t>(door)];
}

Door door_named(std::string_view name) {
    return static_cast<Door>(std::find(names.begin(), names.end() - 1, name) - names.begin());
}

std::string key_of_door(Door door, std::string_view key) {
    if (door == Door::file || door == Door::service) return {};
    const std::string_view name = door_name(door);
    return std::string(name.substr(0, name.find('-'))) + '.' + std::string(key);
}

ConnectionEnd refused_end(Door door, Refusal why) {
    const auto end = [door](std::string_view words, std::string_view key) {
        return ConnectionEnd{chat::CloseKind::refused, std::string(words), key_of_door(door, key), {}, {}};
    };
    switch (why) {
        case Refusal::clients: break;
        case Refusal::clients_per_address: return end("too many from this address", "max_clients_per_address");
        case Refusal::memory: return {chat::CloseKind::refused, "memory is short", "gateway.max_memory", {}, {}};
        case Refusal::connects_per_address: return end("too often from this address", "max_connects_per_address");
    }
    return end("too many in all", "max_clients");
}

void ConnectionEndCounters::add(Door door, chat::CloseKind kind) {
    chat::Metric*& counter = counters_[static_cast<std::size_t>(door) * kinds + static_cast<std::size_t>(kind)];
    if (counter == nullptr) {
        counter = &registry_.counter("patchcord_connections_closed_total", "connections that ended, refused ones too",
                                     "listener=\"" + std::string(door_name(door)) + "\",reason=\"" +
                                         std::string(chat::close_kind_name(kind)) + '"');
    }
    counter->add();
}

chat::LogLevel level_of(chat::CloseKind kind) {
    switch (kind) {
        case chat::CloseKind::done:
        case chat::CloseKind::client:
        case chat::CloseKind::lost:
        case chat::CloseKind::shutdown:
        case chat::CloseKind::count_: return chat::LogLevel::debug;
        case chat::CloseKind::protocol:
        case chat::CloseKind::login:
        case chat::CloseKind::timeout:
        case chat::CloseKind::limit:
        case chat::CloseKind::refused:
        case chat::CloseKind::removed:
        case chat::CloseKind::failure: break;
    }
    return chat::LogLevel::info;
}

void report_end(chat::LogSink& log, ConnectionEndCounters* counters, const ConnectionFacts& facts,
                const ConnectionEnd& end) {
    if (counters != nullptr) counters->add(facts.door, end.kind);
    const chat::LogLevel level = level_of(end.kind);
    if (!log.enabled(level)) return;
    log.log(level, end.identity.connection, "connection closed",
            {{"listener", door_name(facts.door)},
             {"address", format_address(facts.peer)},
             {"who", or_dash(end.identity.who)},
             {"seconds", std::chrono::duration_cast<std::chrono::seconds>(facts.lasted).count()},
             {"received", facts.received},
             {"sent", facts.sent},
             {"reason", chat::close_kind_name(end.kind)},
             {"rule", or_dash(end.rule)},
             {"words", end.words}});
}

}  // namespace patchcord::gateway
