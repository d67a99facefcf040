#include "msn/wire/command_framer.hpp"

#include <algorithm>
#include <charconv>

namespace patchcord::msn {
namespace {

struct PayloadSize {
    std::size_t bytes = 0;
    FramingError error = FramingError::none;
};

bool is_decimal(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// An error reply that may have a payload: `241 trid length`.
constexpr VerbInfo error_reply{
    {}, 0, Role::notification, Dialect(13), PayloadRule::if_decimal, 1, max_payload_from_server};

// How many bytes follow the line of this command?
PayloadSize payload_size(const VerbInfo* info, const Command& command) {
    if (info == nullptr || info->payload == PayloadRule::none) return {};
    const auto params = command.params();
    const bool has_length = params.size() > info->least_length_index && is_decimal(params.back());
    if (!has_length) return {0, info->payload == PayloadRule::always ? FramingError::bad_length : FramingError::none};
    std::uint32_t bytes = 0;
    const std::string_view digits = params.back();
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    if (result.ec != std::errc()) return {0, FramingError::bad_length};
    if (bytes > info->max_payload) return {0, FramingError::payload_too_long};
    return {bytes};
}

}  // namespace

std::string_view describe(FramingError error) {
    switch (error) {
        case FramingError::none: break;
        case FramingError::line_too_long: return "line too long";
        case FramingError::malformed_line: return "malformed line";
        case FramingError::bad_length: return "bad payload length";
        case FramingError::payload_too_long: return "payload too long";
    }
    return "no error";
}

CommandFramer::CommandFramer(Direction direction)
    : direction_(direction), limits_{direction == Direction::to_server ? max_line_from_client : max_line_from_server} {}

void CommandFramer::feed(std::string_view bytes) {
    if (error_ == FramingError::none) input_.feed(bytes);
}

CommandFramer::Outcome CommandFramer::next(Command& command) {
    const Outcome outcome = peek(command);
    if (outcome == Outcome::command) consume(wanted_);
    return outcome;
}

bool CommandFramer::ready() {
    Command unused;
    return peek(unused) != Outcome::nothing;
}

CommandFramer::Outcome CommandFramer::peek(Command& command) {
    if (error_ != FramingError::none) return Outcome::bad;
    if (input_.size() < wanted_) return Outcome::nothing;
    if (const Outcome found = find_line(); found != Outcome::command) return found;
    auto parsed = parse_command(line());
    if (!parsed) return fail(FramingError::malformed_line);
    const bool explained = error_payloads_ && is_decimal(parsed->verb);
    const VerbInfo* const info = explained ? &error_reply : find_verb(direction_, parsed->verb);
    const PayloadSize payload = payload_size(info, *parsed);
    if (payload.error != FramingError::none) return fail(payload.error);
    if (payload.bytes > limits_.max_payload) return fail(FramingError::payload_too_long);
    const std::size_t payload_begin = input_.line_end() + 1;
    wanted_ = payload_begin + payload.bytes;
    if (input_.size() < wanted_) return Outcome::nothing;
    command = *parsed;
    command.payload = input_.bytes().substr(payload_begin, payload.bytes);
    return Outcome::command;
}

// Finds the end of the next line that is not empty.
CommandFramer::Outcome CommandFramer::find_line() {
    while (true) {
        const std::size_t end = input_.line_end();
        if (std::min(end, input_.size()) > limits_.max_line) return fail(FramingError::line_too_long);
        if (end == chat::InputBuffer::none) return Outcome::nothing;
        if (!line().empty()) return Outcome::command;
        consume(end + 1);
    }
}

std::string_view CommandFramer::line() {
    std::string_view line = input_.bytes().substr(0, input_.line_end());
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

CommandFramer::Outcome CommandFramer::fail(FramingError error) {
    error_ = error;
    input_.consume(input_.size());  // `keep` frees it: earlier commands may still be in use
    return Outcome::bad;
}

void CommandFramer::consume(std::size_t bytes) {
    input_.consume(bytes);
    wanted_ = 0;
}

}  // namespace patchcord::msn
