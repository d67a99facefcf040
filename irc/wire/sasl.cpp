#include "irc/wire/sasl.hpp"

namespace patchcord::irc {

SaslResponse::State SaslResponse::add(std::string_view chunk) {
    if (chunk == "+") return State::complete;
    if (chunk.size() > chunk_bytes) return State::chunk_too_long;
    if (text_.size() + chunk.size() > most_bytes) return State::too_long;
    text_ += chunk;
    return chunk.size() == chunk_bytes ? State::more : State::complete;
}

std::optional<PlainCredentials> parse_plain(std::string_view message) {
    const std::size_t first = message.find('\0');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = message.find('\0', first + 1);
    if (second == std::string_view::npos || message.find('\0', second + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    PlainCredentials credentials;
    credentials.acting_for = message.substr(0, first);
    credentials.name = message.substr(first + 1, second - first - 1);
    credentials.password = message.substr(second + 1);
    if (credentials.name.empty() || credentials.password.empty()) return std::nullopt;
    return credentials;
}

}  // namespace patchcord::irc
