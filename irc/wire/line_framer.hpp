#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "chat_core/input_buffer.hpp"

namespace patchcord::irc {

/// Body limit of a line, CR LF included (RFC 1459 section 2.3).
inline constexpr std::size_t max_body_bytes = 512;
/// Tag data a client may send, without `@` and the space behind (IRCv3 message-tags, "Size limit").
inline constexpr std::size_t max_client_tag_bytes = 4094;
/// The tag block of a relayed line: `@`, the server's 4094, `;`, the client's 4094, a space (same place).
inline constexpr std::size_t max_tag_block_bytes = 8191;

/// Cuts a byte stream into IRC lines.
///
///     framer.feed(bytes);
///     while (framer.next(line) ...) ...
///     framer.keep();              // before `bytes` goes away
///
/// CR LF and a bare LF end a line; a bare CR does not. Lines are views into what was fed, good until the next `feed` or
/// `keep`. Holds no memory while nothing is pending.
class LineFramer {
  public:
    enum class Outcome {
        nothing,   // no complete line is left
        line,      // `line` is set, without its line end; may be empty
        too_long,  // a line over the tag or the body limit was skipped
        overrun,   // over `max_pending` bytes without a line end, or in one line: give up on the connection
    };

    /// `max_pending`: how long a line, finished or not, may get at all; more than the longest legal one.
    explicit LineFramer(std::size_t max_pending) : max_pending_(max_pending) {}

    /// More bytes of the stream, in any cut.
    void feed(std::string_view bytes) { input_.feed(bytes); }
    Outcome next(std::string_view& line);
    /// Is there a line (or an overrun) for `next`?
    [[nodiscard]] bool ready() { return input_.line_end() != chat::InputBuffer::none || overrun(); }
    /// Copies what is still pending, because the bytes given to `feed` go away.
    void keep() { input_.keep(); }
    /// Bytes fed and not yet consumed.
    [[nodiscard]] std::size_t pending() const { return input_.size(); }

  private:
    [[nodiscard]] bool overrun() { return std::min(input_.line_end(), input_.size()) > max_pending_; }

    std::size_t max_pending_;
    chat::InputBuffer input_;
};

/// Is this line (without its end) within both limits?
[[nodiscard]] bool within_line_limits(std::string_view line);

}  // namespace patchcord::irc
