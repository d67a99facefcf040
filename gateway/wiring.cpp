#include "gateway/wiring.hpp"

#include <algorithm>

#include "gateway/proxy_wiring.hpp"
#include "gateway/version.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::gateway {
namespace {

constexpr double least_burst = 64 * 1024;  // bytes: what one read of a connection may bring

/// What `:<nick>!<user>@<host> KICK <channel> <nick> :` leaves of a line when every name is as long as it may be: what
/// is accepted is never cut on its way.
std::size_t room_for_text(const Config::Irc& irc, std::size_t user_length) {
    constexpr std::size_t line = 510;
    constexpr std::size_t longest_host = 63;
    constexpr std::size_t fixed = sizeof(":!@ KICK   :") - 1;
    return line - fixed - 2 * irc.nick_length - user_length - longest_host - irc.channel_length;
}

}  // namespace

irc::ServerOptions irc_options(const Config& config) {
    const Config::Irc& from = config.irc;
    irc::ServerOptions options;
    options.name = config.gateway.name;
    options.network = from.network;
    options.description = from.description;
    options.version = std::string("patchcord-") + version;
    options.password_hash = from.password_hash;
    options.motd = from.motd;
    for (const Config::Operator& entry : from.operators) options.operators.push_back({entry.name, entry.password_hash});
    options.web_gateway_hash = web_gateway_hash(from);
    options.casemapping = from.casemapping;
    options.formatting = from.formatting;
    options.typing = from.typing;
    options.dcc = config.files.dcc == Config::Dcc::active ? irc::DccForm::active : irc::DccForm::passive;
    options.nick_length = from.nick_length;
    options.channel_length = from.channel_length;
    options.topic_length = std::min(from.topic_length, room_for_text(from, options.user_length));
    options.realname_length = from.realname_length;
    options.max_targets = from.max_targets;
    options.max_channels = config.chat.max_channels;
    options.max_list_entries = config.chat.max_list_entries;
    options.max_contact_requests = config.chat.max_contact_requests;
    options.flap_interval = config.chat.flap_interval;
    options.max_monitor = from.max_monitor;
    options.max_metadata_keys = from.metadata_keys;
    options.max_metadata_subs = from.metadata_subs;
    options.metadata_value_bytes = from.metadata_value_bytes;
    options.whowas_entries = from.whowas_entries;
    options.max_failed_logins = from.max_failed_logins;
    options.max_sessions = from.max_sessions;
    options.history_limit = config.history.max_query;
    options.history_on_join = config.history.on_join;
    options.history_on_return = config.history.on_return;
    options.plaintext_passwords = from.plaintext_passwords;
    options.account_registration = config.chat.account_registration;
    options.registration_lines = from.registration_lines;
    options.readq = from.readq;
    options.sendq = from.sendq;
    options.registration_timeout = from.registration_timeout;
    options.ping_interval = from.ping_interval;
    options.ping_timeout = from.ping_timeout;
    options.flood_timeout = from.flood_timeout;
    options.flood = {static_cast<double>(from.flood_burst), from.flood_rate};
    options.multiline_bytes = from.multiline_bytes;
    options.multiline_lines = from.multiline_lines;
    options.multiline_cost = from.multiline_cost;
    options.redact_time = from.redact_time;
    return options;
}

chat::ServiceOptions service_options(const Config& config) {
    chat::ServiceOptions options;
    options.names.fold = &irc::fold_table(config.irc.casemapping);
    options.names.is_user_name = [length = config.irc.nick_length, server = config.gateway.name,
                                  fold = options.names.fold](std::string_view name) {
        return irc::is_valid_nick(name, length) && !irc::is_reserved_nick(name) &&
               !chat::equal_folded(name, server, *fold);
    };
    options.names.is_group_name = [length = config.irc.channel_length](std::string_view name) {
        return irc::is_valid_channel(name, length) && !irc::is_contacts_channel(name);
    };
    options.create_group_on_request = config.chat.create_group_on_request;
    options.create_user_on_request = config.chat.create_user_on_request;
    options.max_groups_per_user = config.chat.max_channels;
    options.max_list_entries = config.chat.max_list_entries;
    options.max_contacts = config.chat.max_contacts;
    options.typing.interval = config.chat.typing_interval;
    options.entrances = {config.chat.show_joins == Config::ShowJoins::speakers, config.chat.flap_interval};
    return options;
}

msn::ServerOptions msn_options(const Config& config) {
    const Config::Msn& from = config.msn;
    msn::ServerOptions options;
    options.name = config.gateway.name;
    options.lowest = msn::Dialect(static_cast<unsigned>(from.lowest_version));
    options.highest = msn::Dialect(static_cast<unsigned>(from.highest_version));
    options.advertise = from.advertise;
    if (from.rooms_on_contact_list) {
        for (const Config::Room& room : config.rooms) options.listed_rooms.push_back("#" + room.name);
    }
    options.nick_length = config.irc.nick_length;
    options.auto_join = from.auto_join;
    options.follow_friendly_name = from.follow_friendly_name;
    options.challenge = from.challenge;
    options.max_contacts = from.max_contacts;
    options.max_groups = from.max_groups;
    options.max_switchboards = from.max_switchboards;
    options.max_participants = from.max_participants;
    options.max_queued_messages = from.max_queued_messages;
    options.max_message_lines = from.max_message_lines;
    options.max_rings = from.max_rings;
    options.max_avatar_bytes = from.max_avatar_size;
    options.max_avatar_fetches = from.max_avatar_fetches;
    options.avatar_time = from.avatar_time;
    options.unauthenticated_bytes = from.login_bytes;
    options.readq = from.readq;
    options.sendq = from.sendq;
    options.login_timeout = from.login_timeout;
    options.silence_timeout = from.silence_timeout;
    options.ring_timeout = from.ring_timeout;
    options.alone_timeout = from.alone_timeout;
    options.token_lifetime = from.key_lifetime;
    options.typing_interval = from.typing_interval;
    options.presence_interval = from.presence_interval;
    options.idle_after = from.idle_after;
    options.flood = {static_cast<double>(from.flood_burst), from.flood_rate};
    options.calls = {static_cast<double>(from.call_burst), from.call_rate};
    return options;
}

namespace {

/// The same keys in every table that listens.
template <class Table>
ConnectionLimits limits_of(const Table& table) {
    ConnectionLimits limits;
    limits.in_all = table.max_clients;
    limits.per_address = table.max_clients_per_address;
    limits.connects_per_address = table.max_connects_per_address;
    limits.window = table.connect_window;
    for (const std::string& address : table.unlimited_addresses)
        limits.unlimited.push_back(asio::ip::make_address(address));
    return limits;
}

}  // namespace

chat::FileOptions file_options(const Config::Files& config) {
    chat::FileOptions options;
    options.offer_time = config.offer_time;
    options.stall_time = config.stall_time;
    options.max_size = config.max_size;
    options.max_offers = config.max_offers;
    options.offer_rate = {static_cast<double>(config.offer_burst), config.offer_rate};
    options.max_transfers = config.max_transfers;
    options.max_transfers_of_user = config.max_transfers_per_user;
    const auto rate = static_cast<double>(config.rate);
    options.rate = {std::max(rate, least_burst), rate};
    return options;
}

SpoolOptions spool_options(const Config::Files& config) {
    SpoolOptions options;
    options.quota = config.quota;
    options.total_quota = config.total_quota;
    options.max_files = config.max_files;
    options.link_time = config.link_time;
    return options;
}

std::string http_address(const Config& config, std::uint16_t port, std::uint16_t tls_port) {
    std::string url = config.http.base_url;
    while (url.ends_with('/')) url.pop_back();
    if (!url.empty() || (port == 0 && tls_port == 0)) return url;
    const bool secure = port == 0;
    const std::string& listen = secure ? config.http.tls.listen.front() : config.http.listen.front();
    std::string host = listen.substr(0, listen.rfind(':'));
    // Nobody can go to "everywhere".
    if (host == "0.0.0.0" || host == "[::]" || host.empty()) host = config.gateway.name;
    const unsigned own = secure ? 443 : 80;
    const unsigned used = secure ? tls_port : port;
    return (secure ? "https://" : "http://") + host + (used == own ? std::string() : ":" + std::to_string(used));
}

History::Options history_options(const Config::History& config) {
    return {config.queue, {config.max_age, config.max_lines, config.max_size}};
}

FileConnectionOptions file_connection_options(const Config::Files& config) {
    FileConnectionOptions options;
    if (!config.ports.empty()) {
        options.first_port = static_cast<std::uint16_t>(config.ports.front());
        options.last_port = static_cast<std::uint16_t>(config.ports.back());
    }
    options.address = config.address;
    options.any_public = config.connect_to == Config::ConnectTo::any_public;
    options.allow_loopback = config.allow_loopback;
    options.max_offers_waiting = config.max_offers_at_ports;
    return options;
}

ConnectionLimits connection_limits(const Config::Irc& config) {
    return limits_of(config);
}

ConnectionLimits connection_limits(const Config::Msn& config) {
    return limits_of(config);
}

ConnectionLimits connection_limits(const Config::Http& config) {
    return limits_of(config);
}

}  // namespace patchcord::gateway
