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

enum class Mode { fanout, idle, pingpong, storm };

/// What to do and how much of it. Servers are always on 127.0.0.1: a load generator has no business elsewhere.
struct Options {
    Mode mode = Mode::fanout;
    std::uint16_t port = 0;
    std::vector<pid_t> pids;           // processes whose CPU and memory are the server's
    std::size_t channels = 1;          // fanout: separate channels; idle: channels to spread clients over, 0 for none
    std::size_t senders = 1;           // fanout: senders per channel
    std::size_t receivers = 10;        // fanout: members per channel that only listen
    std::size_t background = 0;        // fanout: further silent clients in no channel
    std::size_t window = 1;            // fanout: messages under way per sender
    std::size_t size = 64;             // bytes of text per message
    double duration = 2;               // seconds measured
    double warmup = 0.5;               // seconds of load before measuring
    double stall = 8;                  // seconds without progress after which a run is given up
    std::size_t clients = 1000;        // idle: registered clients
    std::size_t pairs = 1;             // pingpong: pairs that talk at the same time
    std::size_t count = 2000;          // storm: registrations
    std::size_t concurrency = 64;      // connections being set up at a time
    std::size_t source_addresses = 1;  // clients come from 127.0.0.1 to 127.0.0.N
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
