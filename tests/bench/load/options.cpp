#include "tests/bench/load/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "tests/bench/load/payload.hpp"

namespace patchcord::bench {
namespace {

template <class Number>
Number number_from(std::string_view key, std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < Number{}) {
        throw UsageError(std::string(key) + ": not a number it can take: " + std::string(text));
    }
    return value;
}

std::vector<pid_t> pids_from(std::string_view key, std::string_view list) {
    std::vector<pid_t> pids;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        pids.push_back(number_from<pid_t>(key, list.substr(0, comma)));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return pids;
}

Side side_from(std::string_view key, std::string_view name) {
    if (name == "irc") return Side::irc;
    if (name == "msn") return Side::msn;
    throw UsageError(std::string(key) + " must be irc or msn");
}

/// Whether it is a switchboard.
bool place_from(std::string_view name) {
    if (name != "room" && name != "switchboard") throw UsageError("--in must be room or switchboard");
    return name == "switchboard";
}

struct OptionRow {
    std::string_view key;
    std::string_view help;
    std::function<void(Options&, std::string_view key, std::string_view value)> set;
};

auto into(std::string Options::*member) {
    return [member](Options& options, std::string_view, std::string_view value) { options.*member = value; };
}

template <class Number>
auto into(Number Options::*member) {
    return [member](Options& options, std::string_view key, std::string_view value) {
        options.*member = number_from<Number>(key, value);
    };
}

const std::vector<OptionRow>& option_table() {
    static const std::vector<OptionRow> table = {
        {"--port", "port of the server on 127.0.0.1 (required)", into(&Options::port)},
        {"--pid", "processes of the server, comma separated (required)",
         [](Options& options, std::string_view key, std::string_view value) { options.pids = pids_from(key, value); }},
        {"--msn-port", "bridge, crowd: port of the notification server (required there)", into(&Options::msn_port)},
        {"--gateway", "bridge, crowd: the server's name, in handles of rooms [irc.bench]", into(&Options::gateway)},
        {"--password", "bridge, crowd: of the accounts m0@msn.bench, m1@msn.bench ... [bench]",
         into(&Options::password)},
        {"--from", "bridge: who sends, irc or msn [msn]",
         [](Options& options, std::string_view key, std::string_view value) { options.from = side_from(key, value); }},
        {"--to", "bridge: who receives, irc or msn [irc]",
         [](Options& options, std::string_view key, std::string_view value) { options.to = side_from(key, value); }},
        {"--in", "bridge: room, or switchboard for MSN clients alone [room]",
         [](Options& options, std::string_view, std::string_view value) {
             options.in_switchboard = place_from(value);
         }},
        {"--switchboards", "crowd: conversations of MSN clients alone [250]", into(&Options::switchboards)},
        {"--participants", "crowd: in each of them [4]", into(&Options::participants)},
        {"--rooms", "crowd: rooms [50]", into(&Options::rooms)},
        {"--room-irc", "crowd: people on IRC in each room [20]", into(&Options::room_irc)},
        {"--room-msn", "crowd: MSN clients in each room [4]", into(&Options::room_msn)},
        {"--channels", "fanout, bridge: channels [1]; idle: channels the clients join [none]",
         into(&Options::channels)},
        {"--senders", "fanout, bridge: senders per channel [1]", into(&Options::senders)},
        {"--receivers", "fanout, bridge: listening members per channel [10]", into(&Options::receivers)},
        {"--background", "fanout: further silent clients in no channel [0]", into(&Options::background)},
        {"--window", "fanout, bridge, crowd: messages under way per sender [1]", into(&Options::window)},
        {"--size", "bytes of text per message [64]", into(&Options::size)},
        {"--duration", "seconds measured [2]", into(&Options::duration)},
        {"--warmup", "seconds of load before measuring [0.5]", into(&Options::warmup)},
        {"--stall", "seconds without progress after which the run is given up [8]", into(&Options::stall)},
        {"--clients", "idle: registered clients [1000]", into(&Options::clients)},
        {"--pairs", "pingpong: pairs that talk at the same time [1]", into(&Options::pairs)},
        {"--count", "storm: registrations [2000]", into(&Options::count)},
        {"--concurrency", "connections being set up at a time [64]", into(&Options::concurrency)},
        {"--src-ips", "clients come from 127.0.0.1 to 127.0.0.N [1]", into(&Options::source_addresses)},
    };
    return table;
}

constexpr std::array<std::pair<std::string_view, Mode>, 6> modes = {{{"fanout", Mode::fanout},
                                                                     {"bridge", Mode::bridge},
                                                                     {"crowd", Mode::crowd},
                                                                     {"idle", Mode::idle},
                                                                     {"pingpong", Mode::pingpong},
                                                                     {"storm", Mode::storm}}};

Mode mode_from(std::string_view name) {
    const auto* const found = std::ranges::find(modes, name, &std::pair<std::string_view, Mode>::first);
    if (found == modes.end()) throw UsageError("unknown mode " + std::string(name));
    return found->second;
}

void require(bool holds, const char* rule) {
    if (!holds) throw UsageError(rule);
}

void check_msn(const Options& options) {
    require(options.msn_port != 0, "--msn-port is missing");
    require(options.from == Side::msn || options.to == Side::msn, "without MSN it is no bridge: take fanout");
    require(!options.in_switchboard || options.from == options.to, "a switchboard is for MSN clients alone");
    require(options.participants >= 2 && options.room_irc + options.room_msn >= 2, "nobody to talk to");
    require(options.switchboards >= 1 && options.rooms >= 1, "nothing to do");
    require(options.rooms * options.room_msn <= options.switchboards * options.participants,
            "more MSN clients in rooms than there are");
}

void check(const Options& options) {
    require(options.port != 0, "--port is missing");
    require(!options.pids.empty(), "--pid is missing");
    require(options.size >= Payload::min_size && options.size <= Payload::max_size, "--size must be 20 to 400");
    require(options.window >= 1 && options.window <= 65536, "--window must be 1 to 65536");
    require(options.senders >= 1 && options.senders + options.receivers >= 2, "a sender needs a receiver");
    require(options.mode == Mode::idle || options.channels >= 1, "--channels must be at least 1");
    require(options.pairs >= 1 && options.count >= 1 && options.clients >= 1, "nothing to do");
    require(options.concurrency >= 1, "--concurrency must be at least 1");
    require(options.source_addresses >= 1 && options.source_addresses <= 254, "--src-ips must be 1 to 254");
    if (options.mode == Mode::bridge || options.mode == Mode::crowd) check_msn(options);
}

}  // namespace

Options parse_options(std::span<char* const> arguments) {
    if (arguments.empty()) throw UsageError("no mode given");
    Options options;
    options.mode = mode_from(arguments[0]);
    if (options.mode == Mode::idle) options.channels = 0;
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        const std::string_view key = arguments[i];
        const auto row = std::ranges::find(option_table(), key, &OptionRow::key);
        if (row == option_table().end()) throw UsageError("unknown option " + std::string(key));
        if (i + 1 == arguments.size()) throw UsageError(std::string(key) + " needs a value");
        row->set(options, key, arguments[i + 1]);
    }
    check(options);
    return options;
}

std::string usage() {
    std::string text =
        "usage: patchcord-load fanout|bridge|crowd|idle|pingpong|storm --port PORT --pid PID [--key value]...\n"
        "Loads an IRC server on 127.0.0.1, checks every delivery, prints one JSON object.\n"
        "Exit status: 0 all was delivered as sent, 1 it was not or the run failed, 64 wrong usage.\n";
    for (const OptionRow& row : option_table()) {
        text.append("  ").append(row.key).append(16 - row.key.size(), ' ').append(row.help).append("\n");
    }
    return text;
}

}  // namespace patchcord::bench
