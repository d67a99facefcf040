#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/wire_bytes.hpp"

namespace patchcord::chat {

/// What one connection has yet to send, with a limit.
///
/// The first `contiguous_bytes` lie in one piece, because one piece is the cheapest thing to hand to the kernel and
/// most turns of the loop stay below it. What a slow reader leaves beyond that is held by reference, so that a thousand
/// slow readers of one room hold each line once. Holds no memory while empty.
class Outbox {
  public:
    static constexpr std::size_t contiguous_bytes = 16 * 1024;

    explicit Outbox(std::size_t limit) : limit_(limit) {}

    /// Queues; false when that would exceed the limit (then nothing was queued).
    [[nodiscard]] bool push(const WireBytes& bytes);
    [[nodiscard]] bool push(std::string_view bytes);

    /// The pieces to write next, in order, at most `max_pieces`; good until the next call of anything else.
    void gather(std::vector<std::string_view>& pieces, std::size_t max_pieces) const;

    /// `count` bytes were written.
    void consume(std::size_t count);

    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Bytes not yet written.
    [[nodiscard]] std::size_t size() const { return size_; }
    void set_limit(std::size_t limit) { limit_ = limit; }

    /// Forgets what is queued.
    void clear();

  private:
    [[nodiscard]] bool fits(std::size_t count) const { return count <= limit_ - (size_ < limit_ ? size_ : limit_); }
    [[nodiscard]] bool goes_in_front(std::size_t count) const;
    void append_front(std::string_view bytes);

    std::size_t limit_;
    std::size_t size_ = 0;
    std::string front_;
    std::size_t front_written_ = 0;
    std::unique_ptr<std::deque<WireBytes>> back_;  // rarely there: a deque is large even when empty
    std::size_t back_written_ = 0;                 // of back_'s first
};

}  // namespace patchcord::chat
