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

// How many bytes follow the line of this command?
PayloadSize payload_size(Direction direction, const Command& command) {
    const VerbInfo* const info = find_verb(direction, command.verb);
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
    if (error_ != FramingError::none) return;
    if (input_.empty()) {
        kept_.clear();
        input_ = bytes;
    } else {
        keep();
        kept_ += bytes;
        input_ = kept_;
    }
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
    const PayloadSize payload = payload_size(direction_, *parsed);
    if (payload.error != FramingError::none) return fail(payload.error);
    if (payload.bytes > limits_.max_payload) return fail(FramingError::payload_too_long);
    wanted_ = line_end_ + 1 + payload.bytes;
    if (input_.size() < wanted_) return Outcome::nothing;
    command = *parsed;
    command.payload = input_.substr(line_end_ + 1, payload.bytes);
    return Outcome::command;
}

// Finds the end of the next line that is not empty.
CommandFramer::Outcome CommandFramer::find_line() {
    while (line_end_ == not_searched) {
        const std::size_t at = input_.find('\n', searched_);
        searched_ = std::min(at, input_.size());
        if (searched_ > limits_.max_line) return fail(FramingError::line_too_long);
        if (at == std::string_view::npos) return Outcome::nothing;
        line_end_ = at;
        if (line().empty()) consume(at + 1);
    }
    return Outcome::command;
}

std::string_view CommandFramer::line() const {
    std::string_view line = input_.substr(0, line_end_);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

CommandFramer::Outcome CommandFramer::fail(FramingError error) {
    error_ = error;
    input_ = {};  // `keep` frees what it points to: earlier commands may still be in use
    return Outcome::bad;
}

void CommandFramer::consume(std::size_t bytes) {
    input_.remove_prefix(bytes);
    searched_ = 0;
    line_end_ = not_searched;
    wanted_ = 0;
}

void CommandFramer::keep() {
    if (input_.empty()) {
        std::string().swap(kept_);
        input_ = {};
        return;
    }
    const bool inside = !kept_.empty() && input_.data() >= kept_.data() && input_.data() <= kept_.data() + kept_.size();
    if (inside) {
        kept_.erase(0, kept_.size() - input_.size());
    } else {
        kept_.assign(input_);
    }
    input_ = kept_;
}

}  // namespace patchcord::msn
