#include "chat_core/turn_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace patchcord::chat {

std::string_view TurnBuffer::copy(std::string_view bytes) {
    if (bytes.empty()) return {};
    if (chunks_.empty() || chunks_.back().size - chunks_.back().used < bytes.size()) {
        const std::size_t size = std::max(chunk_bytes, bytes.size());
        chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size, 0});
    }
    Chunk& chunk = chunks_.back();
    char* at = chunk.bytes.get() + chunk.used;
    std::memcpy(at, bytes.data(), bytes.size());
    chunk.used += bytes.size();
    return {at, bytes.size()};
}

std::string_view TurnBuffer::place(const WireBytes& bytes) {
    const WireBytes::Shared& shared = *bytes.shared_;
    if (shared.turn != turn_) {
        shared.place = copy(shared.bytes).data();
        shared.turn = turn_;
    }
    return {shared.place, shared.bytes.size()};
}

void TurnBuffer::next_turn() {
    ++turn_;
    if (chunks_.empty()) return;
    // One chunk of the usual size is kept; a turn that needed more was a rare one.
    if (chunks_.size() > 1) chunks_.resize(1);
    if (chunks_.front().size > chunk_bytes) {
        chunks_.clear();
    } else {
        chunks_.front().used = 0;
    }
}

}  // namespace patchcord::chat
