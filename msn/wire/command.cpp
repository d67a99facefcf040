#include "msn/wire/command.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "msn/wire/command_builder.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t verb_length = 3;

bool has_unsafe_byte(std::string_view line) {
    bool found = false;
    for (const char c : line) found |= c == '\r' || c == '\n' || c == '\0';
    return found;
}

bool is_verb(std::string_view word) {
    if (word.size() != verb_length) return false;
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) ||
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view take_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
    return word;
}

}  // namespace

std::optional<std::string_view> Command::trid() const {
    const std::string_view text = param(0);
    const char* const end = text.data() + text.size();
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
    return text;
}

std::optional<Command> parse_command(std::string_view line) {
    if (has_unsafe_byte(line)) return std::nullopt;
    Command command;
    command.verb = take_word(line);
    if (!is_verb(command.verb)) return std::nullopt;
    while (!line.empty()) {
        if (!command.add_param(take_word(line))) return std::nullopt;
    }
    return command;
}

std::string format_command(const Command& command) {
    std::string out;
    CommandBuilder builder(out);
    builder.verb(command.verb);
    auto params = command.params();
    const bool has_payload = !command.payload.empty();
    if (has_payload && !params.empty()) params = params.first(params.size() - 1);
    for (const std::string_view param : params) builder.param(param);
    if (has_payload) {
        builder.payload(command.payload);
    } else {
        builder.finish();
    }
    return out;
}

}  // namespace patchcord::msn
