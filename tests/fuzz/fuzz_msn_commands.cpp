// Bytes into the command framer, in cuts and a direction the input chooses, and every command out through the builder
// and in again; its parameters as names and handles.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/utf8.hpp"
#include "msn/wire/command_builder.hpp"
#include "msn/wire/command_framer.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::msn;
using patchcord::fuzz::demand;
using Outcome = CommandFramer::Outcome;

constexpr std::size_t max_kept = max_line_from_server + 1 + max_large_payload_from_server;

void check_name(std::string_view param) {
    const std::string name = parse_name(param);
    demand(name.size() <= max_name_bytes, "a name is bounded");
    demand(patchcord::chat::is_valid_utf8(name), "a name is UTF-8");
    demand(std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
           "a name holds no controls");
    const std::string word = format_name(name);
    demand(word.size() <= max_encoded_name_bytes, "an encoded name is bounded");
    demand(format_name(parse_name(word)) == word, "an encoded name reads as itself");
    demand(percent_decode(percent_encode(param)) == param, "percent coding can be undone");
}

void check_handle(std::string_view param) {
    const auto handle = parse_handle(param);
    if (!handle) return;
    demand(handle->size() <= max_handle_bytes, "a handle is bounded");
    demand(parse_handle(*handle) == handle, "a handle reads as itself");
}

// Could the builder have to leave out parameters, even if every byte of them is encoded?
bool is_long(const Command& command) {
    std::size_t bytes = 0;
    for (const std::string_view param : command.params()) bytes += 1 + 3 * param.size();
    return bytes > max_built_line_bytes / 2;
}

void check_command(Direction direction, const Command& command) {
    if (is_long(command)) return;
    const std::string sent = format_command(command);
    CommandFramer framer(direction);
    framer.feed(sent);
    Command again;
    demand(framer.next(again) == Outcome::command, "what was built is a command");
    demand(framer.pending() == 0, "and no more than one");
    demand(again.verb == command.verb && again.payload == command.payload, "with the same verb and payload");
    demand(format_command(again) == sent, "and the same bytes");
    for (const std::string_view param : command.params()) {
        check_name(param);
        check_handle(param);
    }
}

/// What the framer makes of the input: the commands, and at last the error.
std::vector<std::string> frame(Direction direction, std::string_view input, std::size_t cut) {
    CommandFramer framer(direction);
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < input.size(); at += cut) {
        framer.feed(input.substr(at, cut));
        Command command;
        Outcome outcome = framer.next(command);
        for (; outcome == Outcome::command; outcome = framer.next(command)) {
            seen.push_back(format_command(command));
            check_command(direction, command);
        }
        framer.keep();
        demand(framer.pending() <= max_kept, "what is kept is bounded");
        if (outcome == Outcome::bad) break;
    }
    seen.emplace_back(describe(framer.error()));
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t cut = data[0] + std::size_t{1};
    const Direction direction = data[1] % 2 == 0 ? Direction::to_server : Direction::to_client;
    const std::string_view input(reinterpret_cast<const char*>(data + 2), size - 2);
    demand(frame(direction, input, cut) == frame(direction, input, input.size() + 1), "the cut makes no difference");
    return 0;
}
