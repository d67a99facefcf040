#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat_core/clock.hpp"

namespace patchcord::gateway {

/// How the gateway is, in numbers. Holds no secrets and nothing anybody said.
struct StatusReport {
    struct Process {
        std::string version;
        std::int64_t pid = 0;
        std::chrono::seconds uptime{};
        bool stopping = false;
        std::size_t resident_bytes = 0;
        std::size_t open_files = 0;
        std::size_t connections = 0;
    } process;

    struct People {
        std::size_t online = 0;
        std::size_t accounts = 0;  // of them: logged in to one; nobody counts twice
        std::int64_t irc_connections = 0;
        std::int64_t irc_registered = 0;
        std::int64_t msn_connections = 0;
        std::int64_t msn_signed_in = 0;
        std::size_t rooms = 0;
        std::int64_t switchboards = 0;
    } people;

    struct Queues {
        std::size_t client_bytes = 0;   // that wait for sockets
        std::size_t held_messages = 0;  // for services of others
        std::size_t history_lines = 0;
        std::size_t store_calls = 0;
        std::size_t transfers = 0;  // of files, on their way
        std::size_t file_offers = 0;
    } queues;

    /// A database. `trouble` is empty while it works; the last failure stays known.
    struct Storage {
        std::string name;
        std::string trouble;
        std::string last_error;
    };
    std::vector<Storage> storage;

    /// An account on a service of others.
    struct Link {
        std::string owner;  // an account, or `#room`
        std::string service;
        std::string handle;
        std::string state;
        chat::WallTime since{};
        std::string last_error;
        std::size_t held_messages = 0;
    };
    std::vector<Link> links;

    struct Certificate {
        std::string listener;  // "irc.tls"
        chat::WallTime expires{};
    };
    std::vector<Certificate> certificates;
};

}  // namespace patchcord::gateway
