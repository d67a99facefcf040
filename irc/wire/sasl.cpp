#include "irc/wire/sasl.hpp"

namespace patchcord::irc {

SaslResponse::State SaslResponse::add(std::string_view chunk) {
    if (chunk == "+") return State::complete;
    if (chunk.size() > chunk_bytes) return State::chunk_too_long;
    if (text_.size() + chunk.size() > most_bytes) return State::too_long;
    text_ += chunk;
    return chunk.size() == chunk_bytes ? State::more : State::complete;
}

std::vector<std::string_view> sasl_chunks(std::string_view text) {
    std::vector<std::string_view> chunks;
    while (text.size() >= SaslResponse::chunk_bytes) {
        chunks.push_back(text.substr(0, SaslResponse::chunk_bytes));
        text.remove_prefix(SaslResponse::chunk_bytes);
    }
    chunks.push_back(text.empty() ? std::string_view("+") : text);
    return chunks;
}

}  // namespace patchcord::irc
