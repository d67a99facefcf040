#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "chat_core/wire_bytes.hpp"

namespace patchcord::chat {

/// Where everything that is sent in one turn of the loop lies, each rendering once and in the order in which it was
/// made.
///
/// The members of a room are sent the same lines in the same order. As these lie side by side here, what a member is
/// owed at the end of the turn is one piece, the same for all, and neither copied nor counted for each of them.
class TurnBuffer {
  public:
    TurnBuffer() = default;
    TurnBuffer(const TurnBuffer&) = delete;
    TurnBuffer& operator=(const TurnBuffer&) = delete;

    /// The place of a rendering: copied in at its first use in this turn. Good until `next_turn`.
    std::string_view place(const WireBytes& bytes);
    /// A copy of bytes for one receiver. Good until `next_turn`.
    std::string_view copy(std::string_view bytes);
    /// Forgets everything; nothing placed before may be used any more.
    void next_turn();

  private:
    static constexpr std::size_t chunk_bytes = 64 * 1024;

    struct Chunk {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
        std::size_t used = 0;
    };

    std::vector<Chunk> chunks_;  // the last is being filled
    std::uint64_t turn_ = 1;
};

}  // namespace patchcord::chat
