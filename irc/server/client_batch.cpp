#include "irc/server/client_batch.hpp"

#include <algorithm>

namespace patchcord::irc {

ClientBatch::Fault ClientBatch::add(bool notice, std::string_view text, bool joined, const Limits& limits) {
    const bool first = pieces_.empty();
    const bool goes_on = joined && !first;
    if (pieces_.size() >= limits.lines) return Fault::too_many_lines;
    const std::size_t size = text_.size() + text.size() + (first || goes_on ? 0 : 1);
    if (size > limits.bytes) return Fault::too_many_bytes;
    if (goes_on && text.empty()) return Fault::blank_joined;
    if (!first && notice != notice_) return Fault::other_verb;
    if (text.starts_with('\x01')) return Fault::ctcp;
    if (!first && !goes_on) text_ += '\n';
    pieces_.push_back({text_.size(), text.size(), goes_on});
    text_ += text;
    notice_ = notice;
    return Fault::none;
}

void ClientBatch::clear() {
    text_ = {};
    pieces_ = {};
}

bool ClientBatch::blank() const {
    return text_.find_first_not_of('\n') == std::string::npos;
}

std::vector<chat::TextPart> ClientBatch::parts() const {
    std::vector<chat::TextPart> parts;
    parts.reserve(pieces_.size());
    const std::string_view text = text_;
    for (const Piece& piece : pieces_) parts.push_back({text.substr(piece.begin, piece.size), piece.joined});
    return parts;
}

bool is_valid_batch_reference(std::string_view reference) {
    constexpr std::size_t longest = 64;
    return !reference.empty() && reference.size() <= longest &&
           std::all_of(reference.begin(), reference.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace patchcord::irc
