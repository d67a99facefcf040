#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/connector.hpp"
#include "gateway/config/config_change.hpp"
#include "gateway/config/secret_source.hpp"
#include "gateway/log/log.hpp"
#include "irc/server/options.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::gateway {

using Milliseconds = std::chrono::milliseconds;

/// The configuration, with its defaults. What each key means is said once, in gateway.toml.example.
struct Config {
    struct Gateway {
        std::string name = "localhost";
        std::string data_dir = "patchcord-data";
        std::string user;
        bool seccomp = true;
        std::size_t max_memory = std::size_t{512} * 1024 * 1024;
    } gateway;

    struct Log {
        chat::LogLevel level = chat::LogLevel::info;
        LogFormat format = LogFormat::text;
        LineBudget::Options budget;
    } log;

    enum class ShowJoins : std::uint8_t { all, speakers };

    struct Chat {
        bool create_group_on_request = true;
        bool create_user_on_request = true;
        bool allow_open = false;
        std::size_t max_channels = 50;
        std::size_t max_list_entries = 100;
        std::size_t max_contacts = 600;
        std::size_t max_contact_requests = 50;
        Milliseconds typing_interval{3'000};
        ShowJoins show_joins = ShowJoins::all;
        Milliseconds flap_interval{60'000};
        std::size_t account_burst = 20;
        double account_rate = 0.033;
        bool account_registration = false;
    } chat;

    struct Tls {
        std::vector<std::string> listen;
        std::string certificate;
        std::string private_key;
        Milliseconds handshake_timeout{10'000};
    };

    struct Operator {
        std::string name;
        std::string password_hash;
    };

    /// Machines whose WEBIRC is taken.
    struct WebGateway {
        std::vector<std::string> addresses;  // or networks
        std::string password_hash;
    };

    enum class StsMode { off, on, withdraw };

    /// Strict transport security: clients are told to come by TLS only.
    struct Sts {
        StsMode mode = StsMode::off;
        Milliseconds duration{std::chrono::hours(24)};
        std::size_t port = 0;  // 0: that of the first TLS listener
        bool preload = false;
    };

    struct Websocket {
        std::vector<std::string> listen;
        std::vector<std::string> tls_listen;
        std::vector<std::string> origins;
        bool allow_missing_origin = false;
        std::size_t max_empty_frames = 1000;
    };

    struct Irc {
        std::vector<std::string> listen{"127.0.0.1:6667"};
        std::string network = "Patchcord";
        std::string description = "Patchcord";
        std::vector<std::string> motd;  // lines
        std::string password_hash;
        irc::Casemapping casemapping = irc::Casemapping::ascii;
        irc::Formatting formatting = irc::Formatting::mirc;
        irc::TypingForm typing = irc::TypingForm::tags;
        std::size_t nick_length = 30;
        std::size_t channel_length = 64;
        std::size_t topic_length = 390;
        std::size_t realname_length = 150;
        std::size_t max_targets = 4;
        std::size_t max_monitor = 100;
        std::size_t metadata_keys = 20;
        std::size_t metadata_subs = 50;
        std::size_t metadata_value_bytes = 300;
        std::size_t whowas_entries = 1000;
        std::size_t max_clients = 4096;
        std::size_t max_clients_per_address = 16;
        std::size_t max_connects_per_address = 32;
        Milliseconds connect_window{600'000};
        std::vector<std::string> unlimited_addresses{"127.0.0.1", "::1"};
        Milliseconds registration_timeout{60'000};
        std::size_t max_failed_logins = 5;
        std::size_t max_sessions = 10;
        bool plaintext_passwords = false;
        std::size_t registration_lines = 1024;
        Milliseconds ping_interval{90'000};
        Milliseconds ping_timeout{60'000};
        std::size_t readq = 10 * 1024;
        std::size_t sendq = 512 * 1024;
        std::size_t flood_burst = 20;
        double flood_rate = 2;
        Milliseconds flood_timeout{60'000};
        std::size_t multiline_bytes = 4096;
        std::size_t multiline_lines = 100;
        double multiline_cost = 0.1;
        Milliseconds redact_time{3'600'000};

        Tls tls;
        Sts sts;
        Websocket websocket;
        std::vector<std::string> proxy_listen;
        std::vector<std::string> proxy_from;
        std::vector<WebGateway> web_gateways;
        std::vector<Operator> operators;
    } irc;

    struct Msn {
        std::vector<std::string> listen{"127.0.0.1:1863"};
        std::vector<std::string> switchboard_listen{"127.0.0.1:1864"};
        std::string advertise;
        std::size_t lowest_version = 2;
        std::size_t highest_version = 12;
        bool rooms_on_contact_list = true;
        bool auto_join = true;
        bool follow_friendly_name = false;
        bool challenge = false;
        bool avatars = true;
        std::size_t max_avatars = 200;
        std::size_t max_avatar_size = 256 * 1024;
        std::size_t max_avatar_fetches = 8;
        Milliseconds avatar_time{60'000};
        std::size_t max_contacts = 600;
        std::size_t max_groups = 30;
        std::size_t max_switchboards = 50;
        std::size_t max_participants = 50;
        std::size_t max_queued_messages = 50;
        std::size_t max_message_lines = 50;
        std::size_t max_rings = 20;
        std::size_t max_clients = 8192;
        std::size_t max_clients_per_address = 64;
        std::size_t max_connects_per_address = 256;
        Milliseconds connect_window{600'000};
        std::vector<std::string> unlimited_addresses{"127.0.0.1", "::1"};
        Milliseconds login_timeout{60'000};
        std::size_t login_bytes = 16 * 1024;
        Milliseconds silence_timeout{300'000};
        Milliseconds ring_timeout{30'000};
        Milliseconds alone_timeout{600'000};
        Milliseconds key_lifetime{120'000};
        Milliseconds typing_interval{5'000};
        Milliseconds presence_interval{1'000};
        Milliseconds idle_after{600'000};
        std::size_t readq = 32 * 1024;
        std::size_t sendq = 512 * 1024;
        std::size_t flood_burst = 60;
        double flood_rate = 10;
        std::size_t call_burst = 20;
        double call_rate = 1;
    } msn;

    struct Http {
        std::vector<std::string> listen{"127.0.0.1:8080"};
        std::string base_url;
        std::size_t max_clients = 1024;
        std::size_t max_clients_per_address = 16;
        std::size_t max_connects_per_address = 256;
        Milliseconds connect_window{600'000};
        std::vector<std::string> unlimited_addresses{"127.0.0.1", "::1"};
        std::size_t login_burst = 10;
        double login_rate = 0.2;
        Milliseconds ticket_lifetime{120'000};
        Tls tls;
    } http;

    /// In which form people on IRC are offered files.
    enum class Dcc { active, passive };
    /// Whose addresses the gateway connects to for a file.
    enum class ConnectTo { peer, any_public };

    struct Files {
        std::vector<std::size_t> ports{6891, 6990};  // the first and the last; or none
        std::string address;
        Dcc dcc = Dcc::active;
        ConnectTo connect_to = ConnectTo::peer;
        bool allow_loopback = false;
        std::size_t max_size = std::size_t{2} * 1024 * 1024 * 1024;
        Milliseconds offer_time{300'000};
        Milliseconds stall_time{120'000};
        std::size_t max_offers = 20;
        std::size_t offer_burst = 5;
        double offer_rate = 0.083;
        std::size_t max_offers_at_ports = 5;
        std::size_t max_transfers = 100;
        std::size_t max_transfers_per_user = 5;
        std::size_t rate = 0;  // bytes a second
        bool links = true;
        Milliseconds link_time{std::chrono::hours(7 * 24)};
        std::size_t quota = std::size_t{1} * 1024 * 1024 * 1024;
        std::size_t total_quota = std::size_t{10} * 1024 * 1024 * 1024;
        std::size_t max_files = 1000;
    } files;

    struct History {
        bool enabled = true;
        Milliseconds max_age{std::chrono::hours(24 * 90)};
        std::size_t max_lines = 100'000;  // of one conversation; 0: no limit
        std::size_t max_size = std::size_t{1024} * 1024 * 1024;
        std::size_t on_join = 50;
        std::size_t on_return = 1000;
        std::size_t max_query = 100;
        std::size_t queue = 10'000;
    } history;

    /// Where `patchcord status` and `patchcord reload` ask.
    struct Control {
        std::string socket = "auto";
        std::size_t max_connections = 16;
        Milliseconds timeout{10'000};
        friend bool operator==(const Control&, const Control&) = default;
    } control;

    struct Room {
        std::string name;
        std::string topic;
    };
    std::vector<Room> rooms{{"lobby", "Everybody"}};

    /// How a service wants its users to prove who they are.
    enum class Auth { md5, twn, sso };

    struct MsnService {
        std::string name;
        chat::Endpoint server;
        Auth auth = Auth::twn;
        std::string login_url;      // parse_url takes it; so the others, unless they are empty
        std::string nexus_url;      // of twn, one of the two
        std::string contacts_url;   // of sso
        std::string oim_url;        // of twn and sso; empty: no offline messages
        std::string oim_store_url;  // of sso; empty: none are left for others
        std::size_t lowest_version = 8;
        std::size_t highest_version = 12;
        std::string ca_file;
        bool insecure = false;
        bool allow_private = false;
        double connect_rate = 5;
        Milliseconds ping_interval{45'000};
        Milliseconds request_timeout{30'000};
        Milliseconds reconnect_min{5'000};
        Milliseconds reconnect_max{600'000};
        Milliseconds hold_time{900'000};
        std::size_t hold_messages = 100;
        std::size_t max_conversations = 50;
        std::size_t max_participants = 50;
        std::size_t max_message_lines = 50;
        friend bool operator==(const MsnService&, const MsnService&) = default;
    };
    std::vector<MsnService> msn_services;

    /// In which form the name of who speaks in a linked room is shown to people on the service.
    enum class ShowNames { text, p4 };

    struct Link {
        std::string account;  // or
        std::string room;     // without #
        std::string service;  // the name of one above
        std::string handle;   // in lower case
        SecretSource password;
        std::vector<std::string> speakers;  // handles in lower case
        ShowNames show_names = ShowNames::text;
        friend bool operator==(const Link&, const Link&) = default;
    };
    std::vector<Link> links;

    /// What the file said, to tell what another one changes; empty without a file.
    ConfigValues written;
};

}  // namespace patchcord::gateway
