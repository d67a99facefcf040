#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/turn_buffer.hpp"
#include "chat_core/wire_bytes.hpp"

namespace patchcord::chat {

/// What one connection has yet to send, with a limit.
///
/// Within a turn of the loop it holds only where things lie in the loop's `TurnBuffer`, and side by side they count as
/// one piece. What the peer does not take at the end of the turn is copied, by `settle`, and so is whatever is queued
/// behind it. Holds no memory while empty.
class Outbox {
  public:
    explicit Outbox(std::size_t limit) : limit_(limit) {}

    /// Queues; false when that would exceed the limit (then nothing was queued).
    [[nodiscard]] bool push(const WireBytes& bytes, TurnBuffer& turn);
    [[nodiscard]] bool push(std::string_view bytes, TurnBuffer& turn);

    /// The pieces to write next, in order, at most `max_pieces`; good until the next call of anything else.
    void gather(std::vector<std::string_view>& pieces, std::size_t max_pieces) const;
    /// `count` bytes were written.
    void consume(std::size_t count);
    /// Before the turn ends: keeps what could not be written.
    void settle();

    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Does all that is queued survive the turn?
    [[nodiscard]] bool settled() const { return piece_.empty() && !pieces_; }
    /// Bytes not yet written.
    [[nodiscard]] std::size_t size() const { return size_; }
    void set_limit(std::size_t limit) { limit_ = limit; }
    /// Forgets what is queued.
    void clear();

  private:
    [[nodiscard]] bool fits(std::size_t count) const { return size_ <= limit_ && count <= limit_ - size_; }
    void add_piece(std::string_view piece);
    void keep(std::string_view bytes);

    std::size_t limit_;
    std::size_t size_ = 0;
    std::string kept_;  // from turns before; goes first
    std::size_t kept_written_ = 0;
    std::string_view piece_;                                 // of this turn; the only one, most of the time
    std::unique_ptr<std::vector<std::string_view>> pieces_;  // further ones
};

}  // namespace patchcord::chat
