#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace patchcord::bench {

enum class Mode { fanout, bridge, crowd, idle, pingpong, storm };

/// The protocol that somebody speaks.
enum class Side { irc, msn };

/// What to do and how much of it. Servers are always on 127.0.0.1: a load generator has no business elsewhere.
struct Options {
    Mode mode = Mode::fanout;
    std::uint16_t port = 0;
    std::vector<pid_t> pids;            // processes whose CPU and memory are the server's
    std::uint16_t msn_port = 0;         // of the notification server
    std::string gateway = "irc.bench";  // the server's name, in the handles of rooms
    std::string password = "bench";     // of the accounts m0@msn.bench, m1@msn.bench ...
    Side from = Side::msn;              // bridge: who sends
    Side to = Side::irc;                // bridge: who receives
    bool in_switchboard = false;        // bridge: not in a room but in one switchboard, from MSN to MSN
    std::size_t channels = 1;           // fanout: separate channels; idle: channels to spread clients over, 0 for none
    std::size_t senders = 1;            // fanout, bridge: senders per channel
    std::size_t receivers = 10;         // fanout, bridge: members per channel that only listen
    std::size_t background = 0;         // fanout: further silent clients in no channel
    std::size_t window = 1;             // fanout, bridge, crowd: messages under way per sender
    std::size_t switchboards = 250;     // crowd: conversations of MSN clients alone
    std::size_t participants = 4;       // crowd: in each of them
    std::size_t rooms = 50;             // crowd: rooms of people on IRC
    std::size_t room_irc = 20;          // crowd: people on IRC in each
    std::size_t room_msn = 4;           // crowd: of the MSN clients, so many are in each room too
    std::size_t size = 64;              // bytes of text per message
    double duration = 2;                // seconds measured
    double warmup = 0.5;                // seconds of load before measuring
    double stall = 8;                   // seconds without progress after which a run is given up
    std::size_t clients = 1000;         // idle: registered clients
    std::size_t pairs = 1;              // pingpong: pairs that talk at the same time
    std::size_t count = 2000;           // storm: registrations
    std::size_t concurrency = 64;       // connections being set up at a time
    std::size_t source_addresses = 1;   // clients come from 127.0.0.1 to 127.0.0.N
};

/// The command line is wrong; the text says what about it.
class UsageError : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// Reads `MODE [--key value]...`; throws UsageError.
Options parse_options(std::span<char* const> arguments);

/// What --help prints.
std::string usage();

}  // namespace patchcord::bench
