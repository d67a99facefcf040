#include "gateway/config/config_load.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>

#include "chat_core/utf8.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/config/config_values.hpp"
#include "gateway/config/control_load.hpp"
#include "gateway/config/files_load.hpp"
#include "gateway/config/history_load.hpp"
#include "gateway/config/proxy_load.hpp"
#include "gateway/config/rooms_load.hpp"
#include "gateway/config/services_load.hpp"
#include "gateway/config/table_reader.hpp"
#include "gateway/config/websocket_load.hpp"
#include "gateway/log/escape.hpp"
#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t most_config_bytes = 1024 * 1024;
constexpr std::size_t most_dots = 10'000;  // a key of more parts would nest deeper than the stack is
constexpr std::size_t many = 1'000'000'000;

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text(most_config_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return std::nullopt;  // a directory
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

bool is_server_name(const std::string& name) {
    constexpr std::size_t longest = 63;
    return !name.empty() && name.size() <= longest &&
           name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") ==
               std::string::npos;
}

void read_gateway(TableReader& reader, Config::Gateway& gateway) {
    reader.read("name", gateway.name);
    reader.read("data_dir", gateway.data_dir);
    reader.read("user", gateway.user);
    reader.read("seccomp", gateway.seccomp);
    constexpr std::size_t least_memory = std::size_t{256} * 1024 * 1024;
    reader.read_size("max_memory", gateway.max_memory, 0, std::size_t{1} << 40U);
    if (gateway.max_memory != 0 && gateway.max_memory < least_memory)
        reader.error("max_memory", "must be \"0 B\" or at least \"256 MiB\"");
    if (!is_server_name(gateway.name)) reader.error("name", "must be a host name of at most 63 bytes");
    if (gateway.data_dir.empty()) reader.error("data_dir", "must be a directory");
}

void read_log(TableReader& reader, Config::Log& log) {
    static constexpr std::string_view levels[] = {"trace", "debug", "info", "warn", "error"};
    static constexpr std::string_view formats[] = {"text", "json"};
    read_choice(reader, "level", levels, log.level);
    read_choice(reader, "format", formats, log.format);
    reader.read("burst", log.budget.burst, 0, many);
    reader.read("interval", log.budget.interval);
}

void read_chat(TableReader& reader, Config::Chat& chat) {
    reader.read("create_group_on_request", chat.create_group_on_request);
    reader.read("create_user_on_request", chat.create_user_on_request);
    reader.read("allow_open", chat.allow_open);
    reader.read("max_channels", chat.max_channels, 0, many);
    reader.read("max_list_entries", chat.max_list_entries, 1, 100'000);
    reader.read("max_contacts", chat.max_contacts, 1, 1'000);
    reader.read("max_contact_requests", chat.max_contact_requests, 1, 1'000);
    reader.read("typing_interval", chat.typing_interval);
    static constexpr std::string_view shown[] = {"all", "speakers"};
    read_choice(reader, "show_joins", shown, chat.show_joins);
    reader.read("flap_interval", chat.flap_interval, Milliseconds(0));
    reader.read("account_burst", chat.account_burst, 1, many);
    reader.read("account_rate", chat.account_rate, 0, 1'000'000);
    reader.read("account_registration", chat.account_registration);
}

/// A text, or "@/path" for a file's; in lines.
void read_motd(TableReader& reader, std::vector<std::string>& lines) {
    std::string motd;
    reader.read_lines("motd", motd);
    if (motd.starts_with('@')) {
        const auto text = read_file(motd.substr(1));
        if (!text) reader.error("motd", "cannot read the file " + escape_for_log(motd.substr(1)));
        if (text && text->size() > most_config_bytes) reader.error("motd", "is a file larger than 1 MiB");
        motd = text.value_or("");
    }
    if (!chat::is_valid_utf8(motd)) {
        reader.error("motd", "must be UTF-8");
        return;
    }
    std::istringstream in(motd);
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        lines.push_back(line);
    }
}

void check_listen(TableReader& reader, std::string_view key, const std::vector<std::string>& listen) {
    for (const std::string& text : listen) {
        if (!parse_endpoint(text))
            reader.error(key, "must hold numeric addresses with a port, such as \"127.0.0.1:6667\" or \"[::1]:6667\"");
    }
}

void check_listen(TableReader& reader, const std::vector<std::string>& listen) {
    check_listen(reader, "listen", listen);
}

bool is_address(const std::string& text) {
    if (text.find('\0') != std::string::npos) return false;  // make_address would not see what follows
    boost::system::error_code bad;
    (void)asio::ip::make_address(text, bad);
    return !bad;
}

void check_hash(TableReader& reader, const std::string& hash) {
    if (!hash.empty() && !is_password_hash(hash)) {
        reader.error("password_hash", "must be what `patchcord password-hash` prints");
    }
}

/// The same in every table that listens.
template <class Table>
void read_connection_limits(TableReader& reader, Table& table) {
    reader.read("max_clients", table.max_clients, 0, many);
    reader.read("max_clients_per_address", table.max_clients_per_address, 0, many);
    reader.read("max_connects_per_address", table.max_connects_per_address, 0, many);
    reader.read("connect_window", table.connect_window);
    reader.read("unlimited_addresses", table.unlimited_addresses);
    for (const std::string& text : table.unlimited_addresses) {
        if (!is_address(text)) reader.error("unlimited_addresses", "must hold numeric addresses");
    }
}

void read_irc_limits(TableReader& reader, Config::Irc& irc) {
    reader.read("max_targets", irc.max_targets, 0, 100);
    reader.read("max_monitor", irc.max_monitor, 0, 100'000);
    reader.read("metadata_keys", irc.metadata_keys, 1, 1'000);
    reader.read("metadata_subs", irc.metadata_subs, 1, 1'000);
    reader.read("metadata_value_bytes", irc.metadata_value_bytes, 50, 300);
    reader.read("whowas_entries", irc.whowas_entries, 0, many);
    read_connection_limits(reader, irc);
    reader.read("max_failed_logins", irc.max_failed_logins, 1, 60'000);
    reader.read("max_sessions", irc.max_sessions, 0, 1000);
    reader.read("plaintext_passwords", irc.plaintext_passwords);
    reader.read("registration_timeout", irc.registration_timeout);
    reader.read("registration_lines", irc.registration_lines, 3, many);
    reader.read("ping_interval", irc.ping_interval);
    reader.read("ping_timeout", irc.ping_timeout);
    constexpr std::size_t longest_line = 9 * 1024;  // 8191 of tags and 512 of body
    reader.read_size("readq", irc.readq, longest_line, 16 * 1024 * 1024);
    reader.read_size("sendq", irc.sendq, 32 * 1024, std::size_t{4} * 1024 * 1024 * 1024);
    reader.read("flood_burst", irc.flood_burst, 1, many);
    reader.read("flood_rate", irc.flood_rate, 0, 1'000'000);
    reader.read("flood_timeout", irc.flood_timeout);
    reader.read("multiline_bytes", irc.multiline_bytes, 512, 64 * 1024);
    reader.read("multiline_lines", irc.multiline_lines, 2, 1'000);
    reader.read("multiline_cost", irc.multiline_cost, 0, 1);
    reader.read("redact_time", irc.redact_time, Milliseconds(0));
}

void read_tls(TableReader& reader, Config::Tls& tls) {
    reader.read("listen", tls.listen);
    reader.read("certificate", tls.certificate);
    reader.read("private_key", tls.private_key);
    reader.read("handshake_timeout", tls.handshake_timeout);
    check_listen(reader, tls.listen);
    if (tls.listen.empty()) return;
    if (tls.certificate.empty()) reader.error("certificate", "is needed to listen with TLS");
    if (tls.private_key.empty()) reader.error("private_key", "is needed to listen with TLS");
    struct stat status {};
    if (!tls.private_key.empty() && ::stat(tls.private_key.c_str(), &status) == 0 &&
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        std::ostringstream mode;
        mode << std::oct << (status.st_mode & 07777U);
        reader.error("private_key",
                     tls.private_key + " has mode " + mode.str() + ", so others may read it; use chmod 600");
    }
}

void read_operators(TableReader& irc, std::vector<Config::Operator>& operators, ConfigErrors& errors) {
    for (const toml::table* table : irc.tables("operator")) {
        TableReader reader(table, "irc.operator", errors);
        Config::Operator entry;
        reader.read("name", entry.name);
        reader.read("password_hash", entry.password_hash);
        if (entry.name.empty() || entry.name.find(' ') != std::string::npos)
            reader.error("name", "must be a name without spaces");
        if (entry.password_hash.empty()) reader.error("password_hash", "is needed");
        check_hash(reader, entry.password_hash);
        operators.push_back(std::move(entry));
    }
}

void read_irc(TableReader& reader, Config::Irc& irc, ConfigErrors& errors) {
    reader.read("listen", irc.listen);
    check_listen(reader, irc.listen);
    reader.read("network", irc.network);
    if (irc.network.empty() || irc.network.size() > 60 || irc.network.find(' ') != std::string::npos) {
        reader.error("network", "must be a name of at most 60 bytes without spaces");
    }
    reader.read("description", irc.description);
    if (irc.description.size() > 200) reader.error("description", "must be at most 200 bytes");
    read_motd(reader, irc.motd);
    reader.read("password_hash", irc.password_hash);
    check_hash(reader, irc.password_hash);
    std::string casemapping(irc::format_casemapping(irc.casemapping));
    reader.read("casemapping", casemapping);
    if (const auto mapping = irc::parse_casemapping(casemapping)) {
        irc.casemapping = *mapping;
    } else {
        reader.error("casemapping", "must be \"ascii\" or \"rfc1459\"");
    }
    static constexpr std::string_view formattings[] = {"mirc", "hex", "strip"};
    static constexpr std::string_view typings[] = {"tags", "ctcp"};
    read_choice(reader, "formatting", formattings, irc.formatting);
    read_choice(reader, "typing", typings, irc.typing);
    reader.read("nick_length", irc.nick_length, 9, 64);
    reader.read("channel_length", irc.channel_length, 10, 100);
    reader.read("topic_length", irc.topic_length, 50, 390);
    reader.read("realname_length", irc.realname_length, 10, 300);
    read_irc_limits(reader, irc);
    TableReader tls(reader.table("tls"), "irc.tls", errors);
    read_tls(tls, irc.tls);
    read_sts(tls, irc);
    TableReader websocket(reader.table("websocket"), "irc.websocket", errors);
    read_websocket(websocket, irc);
    read_proxies(reader, irc, errors);
    read_operators(reader, irc.operators, errors);
}

void read_msn_limits(TableReader& reader, Config::Msn& msn) {
    read_connection_limits(reader, msn);
    reader.read("max_contacts", msn.max_contacts, 1, 1'000);
    reader.read("max_groups", msn.max_groups, 1, 100);
    reader.read("max_switchboards", msn.max_switchboards, 1, many);
    reader.read("max_participants", msn.max_participants, 2, 10'000);
    reader.read("max_queued_messages", msn.max_queued_messages, 1, 100'000);
    reader.read("max_message_lines", msn.max_message_lines, 1, 1'000);
    reader.read("max_rings", msn.max_rings, 1, 100'000);
    reader.read("max_avatars", msn.max_avatars, 1, 10'000);
    reader.read_size("max_avatar_size", msn.max_avatar_size, 1024, 16 * 1024 * 1024);
    reader.read("max_avatar_fetches", msn.max_avatar_fetches, 1, 1'000);
    reader.read("avatar_time", msn.avatar_time);
    reader.read("login_timeout", msn.login_timeout);
    reader.read_size("login_bytes", msn.login_bytes, 2 * 1024, 1024 * 1024);
    reader.read("silence_timeout", msn.silence_timeout);
    reader.read("ring_timeout", msn.ring_timeout);
    reader.read("alone_timeout", msn.alone_timeout);
    reader.read("key_lifetime", msn.key_lifetime);
    reader.read("typing_interval", msn.typing_interval);
    reader.read("presence_interval", msn.presence_interval);
    reader.read("idle_after", msn.idle_after);
    reader.read_size("readq", msn.readq, 26 * 1024, 16 * 1024 * 1024);
    reader.read_size("sendq", msn.sendq, 32 * 1024, std::size_t{4} * 1024 * 1024 * 1024);
    reader.read("flood_burst", msn.flood_burst, 1, many);
    reader.read("flood_rate", msn.flood_rate, 0, 1'000'000);
    reader.read("call_burst", msn.call_burst, 1, many);
    reader.read("call_rate", msn.call_rate, 0, 1'000'000);
}

void read_msn(TableReader& reader, Config::Msn& msn) {
    reader.read("listen", msn.listen);
    check_listen(reader, msn.listen);
    reader.read("switchboard_listen", msn.switchboard_listen);
    check_listen(reader, "switchboard_listen", msn.switchboard_listen);
    if (!msn.listen.empty() && msn.switchboard_listen.empty()) {
        reader.error("switchboard_listen", "is needed when msn.listen is not empty: conversations go through it");
    }
    reader.read("advertise", msn.advertise);
    if (!msn.advertise.empty() && !is_server_name(msn.advertise) && !is_address(msn.advertise)) {
        reader.error("advertise", "must be a host name or an address, without a port");
    }
    std::vector<std::size_t> versions{msn.lowest_version, msn.highest_version};
    reader.read("versions", versions);
    if (versions.size() != 2 || versions[0] < 2 || versions[1] > 12 || versions[0] > versions[1]) {
        reader.error("versions", "must be the lowest and the highest MSNP version, from 2 to 12");
    } else {
        msn.lowest_version = versions[0];
        msn.highest_version = versions[1];
    }
    reader.read("rooms_on_contact_list", msn.rooms_on_contact_list);
    reader.read("auto_join", msn.auto_join);
    reader.read("follow_friendly_name", msn.follow_friendly_name);
    reader.read("challenge", msn.challenge);
    reader.read("avatars", msn.avatars);
    read_msn_limits(reader, msn);
}

void read_http(TableReader& reader, Config::Http& http, ConfigErrors& errors) {
    reader.read("listen", http.listen);
    check_listen(reader, http.listen);
    reader.read("base_url", http.base_url);
    if (!http.base_url.empty() && !http.base_url.starts_with("http://") && !http.base_url.starts_with("https://")) {
        reader.error("base_url", "must start with http:// or https://");
    }
    if (http.base_url.find(' ') != std::string::npos) reader.error("base_url", "must hold no spaces");
    read_connection_limits(reader, http);
    reader.read("login_burst", http.login_burst, 1, many);
    reader.read("login_rate", http.login_rate, 0, 1'000'000);
    reader.read("ticket_lifetime", http.ticket_lifetime);
    TableReader tls(reader.table("tls"), "http.tls", errors);
    read_tls(tls, http.tls);
}

/// Strangers must be meant.
void check_openness(TableReader& chat, const Config& config) {
    if (!config.chat.create_user_on_request || config.chat.allow_open) return;
    // Whoever comes by a proxy or a web gateway may come from anywhere.
    const bool direct = config.irc.proxy_listen.empty() && config.irc.web_gateways.empty();
    const bool irc_closed = !config.irc.password_hash.empty() ||
                            (direct && all_on_loopback(config.irc.listen) && all_on_loopback(config.irc.tls.listen) &&
                             websocket_is_private(config.irc));
    const bool msn_closed = all_on_loopback(config.msn.listen) && all_on_loopback(config.http.listen) &&
                            all_on_loopback(config.http.tls.listen);
    if (irc_closed && msn_closed) return;
    chat.error("create_user_on_request",
               "lets anybody in from outside, as a listener is not on loopback or behind a proxy; set it to false, set "
               "irc.password_hash (if only IRC is open), or set chat.allow_open = true if that is meant");
}

void read_all(const toml::table& table, Config& config, ConfigErrors& errors) {
    TableReader root(&table, "", errors);
    TableReader gateway(root.table("gateway"), "gateway", errors);
    read_gateway(gateway, config.gateway);
    TableReader log(root.table("log"), "log", errors);
    read_log(log, config.log);
    TableReader chat(root.table("chat"), "chat", errors);
    read_chat(chat, config.chat);
    TableReader irc(root.table("irc"), "irc", errors);
    read_irc(irc, config.irc, errors);
    TableReader msn(root.table("msn"), "msn", errors);
    read_msn(msn, config.msn);
    TableReader http(root.table("http"), "http", errors);
    read_http(http, config.http, errors);
    read_rooms(root, config, errors);
    TableReader files(root.table("files"), "files", errors);
    read_files(files, config.files);
    TableReader history(root.table("history"), "history", errors);
    read_history(history, config.history);
    TableReader control(root.table("control"), "control", errors);
    read_control(control, config.control);
    read_services(root, config, errors);
    check_openness(chat, config);
}

}  // namespace

LoadedConfig parse_config(std::string_view text, const std::string& name) {
    LoadedConfig loaded;
    ConfigErrors errors(name);
    if (text.size() > most_config_bytes) {
        errors.add("file", "is larger than 1 MiB");
    } else if (std::count(text.begin(), text.end(), '.') > static_cast<std::ptrdiff_t>(most_dots)) {
        errors.add("file", "is nested too deeply");
    } else {
        try {
            const toml::table table = toml::parse(text, name);
            read_all(table, loaded.config, errors);
            loaded.config.written = config_values(table);
        } catch (const toml::parse_error& error) {
            errors.add(error.source(), "syntax", error.description());
        }
    }
    loaded.errors = std::move(errors.all());
    return loaded;
}

LoadedConfig load_config(const std::string& file) {
    const auto text = read_file(file);
    if (text) return parse_config(*text, file);
    LoadedConfig loaded;
    loaded.errors.push_back(file + ": cannot be read");
    return loaded;
}

}  // namespace patchcord::gateway
