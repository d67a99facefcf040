#include "irc/wire/ctcp.hpp"

namespace patchcord::irc {
namespace {

constexpr char delimiter = '\x01';

void append_safely(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c != delimiter && c != '\r' && c != '\n' && c != '\0') out += c;
    }
}

}  // namespace

std::optional<Ctcp> parse_ctcp(std::string_view text) {
    if (text.empty() || text.front() != delimiter) return std::nullopt;
    text.remove_prefix(1);
    if (!text.empty() && text.back() == delimiter) text.remove_suffix(1);
    if (text.find(delimiter) != std::string_view::npos) return std::nullopt;
    const std::size_t space = text.find(' ');
    const Ctcp ctcp{text.substr(0, space), space == std::string_view::npos ? "" : text.substr(space + 1)};
    if (ctcp.command.empty()) return std::nullopt;
    return ctcp;
}

std::string format_ctcp(std::string_view command, std::string_view parameters) {
    std::string out(1, delimiter);
    out.reserve(command.size() + parameters.size() + 3);
    append_safely(out, command);
    if (!parameters.empty()) {
        out += ' ';
        append_safely(out, parameters);
    }
    out += delimiter;
    return out;
}

}  // namespace patchcord::irc
