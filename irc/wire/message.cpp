#include "irc/wire/message.hpp"

#include <algorithm>

#include "irc/wire/line_builder.hpp"

namespace patchcord::irc {
namespace {

void skip_spaces(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

std::string_view take_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    skip_spaces(rest);
    return word;
}

std::string_view without_final_spaces(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

void take_params(std::string_view rest, Message& message) {
    for (std::size_t count = 1; !rest.empty(); ++count) {
        if (rest.front() == ':') {
            message.add_param(rest.substr(1));
            return;
        }
        if (count == max_params) {
            message.add_param(without_final_spaces(rest));
            return;
        }
        message.add_param(take_word(rest));
    }
}

}  // namespace

std::optional<Message> parse_message(std::string_view line) {
    if (has_unsafe_byte(line)) return std::nullopt;
    Message message;
    skip_spaces(line);
    if (line.starts_with('@')) message.tags = take_word(line).substr(1);
    if (line.starts_with(':')) message.source = take_word(line).substr(1);
    message.command = take_word(line);
    if (message.command.empty()) return std::nullopt;
    take_params(line, message);
    return message;
}

std::string format_message(const MessageParts& parts) {
    std::string line;
    LineBuilder builder(line);
    for (const auto& [key, value] : parts.tags) builder.tag(key, value);
    if (!parts.source.empty()) builder.source(parts.source);
    builder.command(parts.command);
    for (std::size_t i = 0; i < parts.params.size(); ++i) {
        const bool last = i + 1 == parts.params.size();
        const bool needs_colon = parts.params[i].empty() || parts.params[i].front() == ':' ||
                                 parts.params[i].find(' ') != std::string_view::npos;
        if (last && needs_colon) {
            builder.trailing(parts.params[i]);
        } else {
            builder.param(parts.params[i]);
        }
    }
    builder.finish();
    line.resize(line.size() - 2);
    return line;
}

}  // namespace patchcord::irc
