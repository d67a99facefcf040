#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/token_bucket.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::irc {

/// Somebody who may OPER.
struct OperatorEntry {
    std::string name;
    std::string password_hash;
};

/// How the style of messages from other protocols is written.
enum class Formatting : std::uint8_t {
    mirc,   // the nearest of the 99 numbered colours (0x03)
    hex,    // the very colour (0x04), which fewer clients know
    strip,  // the bare text
};

/// How clients without message-tags are told that somebody types.
enum class TypingForm : std::uint8_t {
    tags,  // not at all
    ctcp,  // CTCP TYPING with 1 or 0, in queries; and what they send of it is understood
};

/// Who connects to whom when the gateway offers a client a file by DCC.
enum class DccForm : std::uint8_t {
    active,   // the client to the gateway
    passive,  // the gateway to the client, which says where
};

/// How the IRC server behaves; what each means and its default for operators is in gateway.toml.example.
struct ServerOptions {
    std::string name = "localhost";
    std::string network = "Patchcord";
    std::string description = "Patchcord";
    std::string version = "patchcord";
    std::string password_hash;
    std::vector<std::string> motd;
    std::vector<OperatorEntry> operators;
    /// The hash of the password that a web gateway at this address has (WEBIRC); empty: nobody there is one.
    std::function<std::string(std::string_view address)> web_gateway_hash;
    /// The values of the capability sts without TLS and with it; empty: it is not offered there.
    std::string sts_plain;
    std::string sts_tls;
    std::string file_host;  // where clients can send files to over HTTP (FILEHOST); empty: nowhere
    Casemapping casemapping = Casemapping::ascii;
    Formatting formatting = Formatting::mirc;
    TypingForm typing = TypingForm::tags;
    DccForm dcc = DccForm::active;
    std::size_t nick_length = 30;
    std::size_t user_length = 20;
    std::size_t channel_length = 64;
    std::size_t topic_length = 390;
    std::size_t realname_length = 150;
    std::size_t max_targets = 4;
    std::size_t max_channels = 50;
    std::size_t max_list_entries = 100;
    /// A contact is shown to come into `&contacts` at most once in so long; 0: every time.
    std::chrono::milliseconds flap_interval{0};
    std::size_t max_monitor = 100;
    std::size_t max_contact_requests = 50;
    std::size_t max_metadata_keys = 20;
    std::size_t max_metadata_subs = 50;
    std::size_t metadata_value_bytes = 300;
    std::size_t whowas_entries = 1000;
    std::size_t max_failed_logins = 5;
    std::size_t max_sessions = 10;         // connections of one account; 0: no limit
    std::size_t history_limit = 100;       // lines of one CHATHISTORY
    std::size_t history_on_join = 50;      // shown to clients that cannot ask; 0: none
    std::size_t history_on_return = 1000;  // the same, to one that was here before
    bool plaintext_passwords = false;      // from other machines without TLS
    bool account_registration = false;     // by REGISTER
    std::size_t registration_lines = 1024;
    std::size_t readq = 10 * 1024;
    std::size_t sendq = 512 * 1024;
    std::chrono::milliseconds registration_timeout{60'000};
    std::chrono::milliseconds ping_interval{90'000};
    std::chrono::milliseconds ping_timeout{60'000};
    std::chrono::milliseconds flood_timeout{60'000};
    chat::TokenRate flood{20, 2};
    std::size_t multiline_bytes = 4096;  // of one message of several lines
    std::size_t multiline_lines = 100;
    double multiline_cost = 0.1;                       // flood tokens of each of its lines
    std::chrono::milliseconds redact_time{3'600'000};  // in which somebody may take back what they said
};

}  // namespace patchcord::irc
