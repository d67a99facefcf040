// Bytes into the line framer, in cuts the input chooses, and every line into the parser and back.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"
#include "irc/wire/tags.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord::irc;
using patchcord::fuzz::demand;

constexpr std::size_t max_pending = 10 * 1024;

void check_message(std::string_view line) {
    const auto message = parse_message(line);
    if (!message) return;
    demand(!message->command.empty(), "a message has a command");
    demand(message->params().size() <= max_params, "at most fifteen parameters");
    MessageParts parts;
    parts.command = message->command;
    parts.source = message->source;
    parts.params.assign(message->params().begin(), message->params().end());
    const std::string again = format_message(parts);
    demand(again.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "one line stays one line");
    demand(again.size() <= max_body_bytes - 2, "a body keeps within its limit");
    for (TagReader reader(message->tags); const auto tag = reader.next();) {
        demand(unescape_tag_value(escape_tag_value(unescape_tag_value(tag->value))) == unescape_tag_value(tag->value),
               "escaping can be undone");
    }
}

/// What the framer makes of the input: outcomes and lines, as text.
std::vector<std::string> frame(std::string_view input, std::size_t cut) {
    LineFramer framer(max_pending);
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < input.size(); at += cut) {
        framer.feed(input.substr(at, cut));
        while (true) {
            std::string_view line;
            const LineFramer::Outcome outcome = framer.next(line);
            if (outcome == LineFramer::Outcome::nothing) break;
            seen.push_back(std::to_string(static_cast<int>(outcome)) + std::string(line));
            if (outcome == LineFramer::Outcome::overrun) return seen;
            if (outcome == LineFramer::Outcome::line) check_message(line);
        }
        framer.keep();
        demand(framer.pending() <= max_pending, "what is kept is bounded");
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t cut = data[0] + std::size_t{1};
    const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
    demand(frame(input, cut) == frame(input, input.size() + 1), "the cut makes no difference");
    return 0;
}
