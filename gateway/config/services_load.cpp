#include "gateway/config/services_load.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "gateway/http/url.hpp"
#include "gateway/store/lower_case.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

using Auth = Config::Auth;

constexpr std::size_t longest_service_name = 32;
constexpr double least_rate = 0.01;
constexpr double most_rate = 1'000'000;

bool is_service_name(const std::string& name) {
    return !name.empty() && name.size() <= longest_service_name &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

// --- services --------------------------------------------------------------------------------------------------------

/// What a way to prove oneself has to do with versions of MSNP.
struct Versions {
    std::size_t lowest;
    std::size_t highest;
    const char* words;
};

Versions versions_of(Auth auth) {
    switch (auth) {
        case Auth::md5:
            return {2, 7, "must be the lowest and the highest MSNP version, from 2 to 7 with auth = \"md5\""};
        case Auth::twn: break;
        case Auth::sso: return {15, 15, "must be [15, 15] with auth = \"sso\""};
    }
    return {8, 12, "must be the lowest and the highest MSNP version, from 8 to 12 with auth = \"twn\""};
}

void read_versions(TableReader& reader, Config::MsnService& service) {
    const Versions allowed = versions_of(service.auth);
    std::vector<std::size_t> versions{allowed.lowest, allowed.highest};
    reader.read("versions", versions);
    if (versions.size() != 2 || versions[0] < allowed.lowest || versions[1] > allowed.highest ||
        versions[0] > versions[1]) {
        reader.error("versions", allowed.words);
        return;
    }
    service.lowest_version = versions[0];
    service.highest_version = versions[1];
}

void read_server(TableReader& reader, chat::Endpoint& server) {
    std::string text;
    reader.read("server", text);
    const auto endpoint = msn::parse_endpoint(text);
    const auto url = parse_url("http://" + text);  // knows what can be a host
    if (endpoint && url && url->host == lower_case(endpoint->host)) {
        server = *endpoint;
    } else {
        reader.error("server", "must be \"host:port\", or \"host\" for port 1863, such as \"msn.example.org\"");
    }
}

/// A place where a password or a ticket is shown.
void read_url(TableReader& reader, const char* key, bool insecure, std::string& url) {
    reader.read(key, url);
    if (url.empty()) return;
    const auto parsed = parse_url(url);
    if (!parsed) {
        reader.error(key, "must be an address such as \"https://login.example.org/login\"");
    } else if (!parsed->secure && !insecure && !is_loopback_host(parsed->host)) {
        reader.error(key,
                     "must start with https://, as passwords can be read on the way else; or set insecure = true "
                     "if that is meant");
    }
}

void refuse_url(TableReader& reader, const char* key, const std::string& url, const char* of) {
    if (!url.empty()) reader.error(key, std::string("is only for auth = ") + of);
}

void check_urls(TableReader& reader, const Config::MsnService& service) {
    switch (service.auth) {
        case Auth::md5:
            refuse_url(reader, "login_url", service.login_url, "\"twn\" and \"sso\"");
            refuse_url(reader, "nexus_url", service.nexus_url, "\"twn\"");
            refuse_url(reader, "oim_url", service.oim_url, "\"twn\" and \"sso\"");
            break;
        case Auth::twn:
            if (service.login_url.empty() && service.nexus_url.empty()) {
                reader.error(reader.has("nexus_url") ? "nexus_url" : "login_url",
                             "login_url or nexus_url is needed with auth = \"twn\": where tickets come from");
            } else if (!service.login_url.empty() && !service.nexus_url.empty()) {
                reader.error("nexus_url", "says where to log in, and so does login_url; leave one of them out");
            }
            break;
        case Auth::sso:
            refuse_url(reader, "nexus_url", service.nexus_url, "\"twn\"");
            if (service.login_url.empty()) {
                reader.error("login_url", "is needed with auth = \"sso\": where tickets come from, /RST.srf");
            }
            if (service.contacts_url.empty()) {
                reader.error("contacts_url", "is needed with auth = \"sso\": where the contact list is");
            }
            break;
    }
    if (service.auth != Auth::sso) {
        refuse_url(reader, "contacts_url", service.contacts_url, "\"sso\"");
        refuse_url(reader, "oim_store_url", service.oim_store_url, "\"sso\"");
    }
    if (!service.oim_store_url.empty() && service.oim_url.empty()) {
        reader.error("oim_store_url", "needs oim_url as well: who leaves messages is left some");
    }
}

void read_pace(TableReader& reader, Config::MsnService& service) {
    reader.read("connect_rate", service.connect_rate, least_rate, most_rate);
    reader.read("ping_interval", service.ping_interval);
    reader.read("request_timeout", service.request_timeout);
    reader.read("reconnect_min", service.reconnect_min);
    reader.read("reconnect_max", service.reconnect_max);
    reader.read("hold_time", service.hold_time);
    reader.read("hold_messages", service.hold_messages, 0, 100'000);
    reader.read("max_conversations", service.max_conversations, 1, 10'000);
    reader.read("max_participants", service.max_participants, 2, 1'000);
    reader.read("max_message_lines", service.max_message_lines, 1, 1'000);
    if (service.reconnect_min > service.reconnect_max) {
        reader.error(reader.has("reconnect_min") ? "reconnect_min" : "reconnect_max",
                     "reconnect_min must not be longer than reconnect_max");
    }
}

Config::MsnService read_service(TableReader& reader) {
    static constexpr std::string_view auths[] = {"md5", "twn", "sso"};
    Config::MsnService service;
    reader.read("name", service.name);
    if (!is_service_name(service.name)) {
        reader.error("name", "must be a name of at most 32 lower-case letters, digits and hyphens");
    }
    read_server(reader, service.server);
    read_choice(reader, "auth", auths, service.auth);
    read_versions(reader, service);
    reader.read("ca_file", service.ca_file);
    reader.read("insecure", service.insecure);
    reader.read("allow_private", service.allow_private);
    read_url(reader, "login_url", service.insecure, service.login_url);
    read_url(reader, "nexus_url", service.insecure, service.nexus_url);
    read_url(reader, "contacts_url", service.insecure, service.contacts_url);
    read_url(reader, "oim_url", service.insecure, service.oim_url);
    read_url(reader, "oim_store_url", service.insecure, service.oim_store_url);
    check_urls(reader, service);
    read_pace(reader, service);
    return service;
}

// --- links -----------------------------------------------------------------------------------------------------------

void read_handle(TableReader& reader, std::string& handle) {
    reader.read("handle", handle);
    if (const auto parsed = msn::parse_handle(handle)) {
        handle = *parsed;
    } else {
        reader.error("handle", "must be an MSN handle such as \"ana@example.org\"");
    }
}

void read_owner(TableReader& reader, const Config& config, Config::Link& link) {
    reader.read("account", link.account);
    link.account = lower_case(link.account);  // as accounts are stored
    reader.read("room", link.room);
    if (link.account.empty() && link.room.empty()) {
        reader.error(reader.has("room") ? "room" : "account",
                     "account or room is needed: who signs in, or which room speaks there");
    } else if (!link.account.empty() && !link.room.empty()) {
        reader.error("room", "stands beside account; a link is for one or the other");
    } else if (!link.account.empty() && !irc::is_valid_nick(link.account, config.irc.nick_length)) {
        reader.error("account", "must be the name of an account on IRC, such as \"ana\"");
    } else if (!link.room.empty() && !irc::is_valid_channel("#" + link.room, config.irc.channel_length)) {
        reader.error("room", "must be a channel's name without #, no spaces or commas");
    }
}

void read_service_name(TableReader& reader, const Config& config, std::string& name) {
    reader.read("service", name);
    const auto is_it = [&name](const Config::MsnService& service) { return service.name == name; };
    if (!name.empty() && std::any_of(config.msn_services.begin(), config.msn_services.end(), is_it)) return;
    std::set<std::string, std::less<>> names;
    for (const Config::MsnService& service : config.msn_services) names.insert(service.name);
    const std::string nearest = nearest_name(name, names);
    reader.error("service", "must be the name of an [[msn_service]]" +
                                (nearest.empty() ? std::string() : "; did you mean \"" + nearest + "\"?"));
}

void read_password(TableReader& reader, const std::string& directory, SecretSource& password) {
    std::string text;
    reader.read("password_file", text);
    if (text.empty()) {
        reader.error("password_file",
                     "is needed: a file that only the server's user may read, "
                     "\"$CREDENTIALS_DIRECTORY/name\" or \"env:NAME\"");
        return;
    }
    password = SecretSource(text, directory);
    const std::string problem = password.problem();
    if (!problem.empty()) reader.error("password_file", problem);
}

void read_room_settings(TableReader& reader, Config::Link& link) {
    static constexpr std::string_view forms[] = {"text", "p4"};
    reader.read("speakers", link.speakers);
    for (std::string& speaker : link.speakers) {
        const auto parsed = msn::parse_handle(speaker);
        if (!parsed) {
            reader.error("speakers", "must hold MSN handles such as \"bob@example.org\"");
            break;
        }
        speaker = *parsed;
    }
    read_choice(reader, "show_names", forms, link.show_names);
    if (!link.room.empty()) return;
    for (const char* key : {"speakers", "show_names"}) {
        if (reader.has(key)) reader.error(key, "is only for a link with a room");
    }
}

/// Two sign-ins with one handle would throw each other out for ever; two accounts of one person on one service would
/// say everything twice.
void check_distinct(TableReader& reader, const Config& config, const Config::Link& link) {
    const chat::FoldTable& fold = irc::fold_table(config.irc.casemapping);
    for (const Config::Link& other : config.links) {
        if (other.service != link.service) continue;
        if (other.handle == link.handle) reader.error("handle", "has another link on this service already");
        if (!link.account.empty() && chat::equal_folded(other.account, link.account, fold)) {
            reader.error("account", "has another link on this service already");
        }
        if (!link.room.empty() && chat::equal_folded(other.room, link.room, fold)) {
            reader.error("room", "has another link on this service already");
        }
    }
}

Config::Link read_link(TableReader& reader, const Config& config, const std::string& directory) {
    Config::Link link;
    read_owner(reader, config, link);
    read_service_name(reader, config, link.service);
    read_handle(reader, link.handle);
    read_password(reader, directory, link.password);
    read_room_settings(reader, link);
    check_distinct(reader, config, link);
    return link;
}

}  // namespace

void read_services(TableReader& root, Config& config, ConfigErrors& errors) {
    for (const toml::table* table : root.tables("msn_service")) {
        TableReader reader(table, "msn_service", errors);
        Config::MsnService service = read_service(reader);
        const auto is_it = [&service](const Config::MsnService& other) { return other.name == service.name; };
        if (std::any_of(config.msn_services.begin(), config.msn_services.end(), is_it)) {
            reader.error("name", "is another service's already");
        }
        config.msn_services.push_back(std::move(service));
    }
    const std::string directory = std::filesystem::path(errors.file()).parent_path().string();
    for (const toml::table* table : root.tables("link")) {
        TableReader reader(table, "link", errors);
        config.links.push_back(read_link(reader, config, directory));
    }
}

}  // namespace patchcord::gateway
