#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "chat_core/input_buffer.hpp"
#include "msn/wire/command.hpp"
#include "msn/wire/verbs.hpp"

namespace patchcord::msn {

/// Longest line we take, without its LF. The longest that are needed hold a ticket of a kilobyte or two.
inline constexpr std::size_t max_line_from_client = 8 * 1024;
inline constexpr std::size_t max_line_from_server = 16 * 1024;

/// Why a stream can be read no further.
enum class FramingError : std::uint8_t {
    none,
    line_too_long,
    malformed_line,    // see `parse_command`
    bad_length,        // of a payload: missing, no plain decimal number, or one that does not fit 32 bits
    payload_too_long,  // its length was announced; no byte of it was kept
};

/// What to tell the operator, as the middle of a sentence.
[[nodiscard]] std::string_view describe(FramingError error);

/// Cuts a byte stream into MSNP commands, each with its payload.
///
///     framer.feed(bytes);
///     while (framer.next(command) ...) ...
///     framer.keep();              // before `bytes` goes away
///
/// CR LF and a bare LF end a line; empty lines are skipped. Commands are views into what was fed, good until the next
/// `feed` or `keep`. Holds no memory while nothing is pending, and never makes room for a payload before its bytes are
/// there.
class CommandFramer {
  public:
    enum class Outcome {
        nothing,  // no complete command is left
        command,  // `command` is set
        bad,      // now and for ever: `error` says why; give up on the connection
    };

    /// Limits of what comes next. The payload limits of single verbs (verbs.hpp) hold besides.
    struct Limits {
        std::size_t max_line;
        std::size_t max_payload = std::numeric_limits<std::size_t>::max();
    };

    /// `direction`: where the stream goes to.
    explicit CommandFramer(Direction direction);
    /// Other limits than those of the direction, such as smaller ones before a login.
    void set_limits(Limits limits) { limits_ = limits; }

    /// From now on an error reply has a payload if its second parameter is a number: notification servers of MSNP13 and
    /// later say more about some errors. Before that, such a number is none of a payload's.
    void expect_error_payloads() { error_payloads_ = true; }

    /// More bytes of the stream, in any cut.
    void feed(std::string_view bytes);
    Outcome next(Command& command);
    /// Is there a command (or an error) for `next`? Costs as much as `next` does.
    [[nodiscard]] bool ready();
    /// Copies what is still pending, because the bytes given to `feed` go away.
    void keep() { input_.keep(); }
    /// Bytes fed and not yet consumed.
    [[nodiscard]] std::size_t pending() const { return input_.size(); }
    [[nodiscard]] FramingError error() const { return error_; }

  private:
    Outcome peek(Command& command);
    Outcome find_line();
    [[nodiscard]] std::string_view line();
    Outcome fail(FramingError error);
    void consume(std::size_t bytes);

    Direction direction_;
    FramingError error_ = FramingError::none;
    bool error_payloads_ = false;
    Limits limits_;
    chat::InputBuffer input_;
    std::size_t wanted_ = 0;  // bytes of the command whose line was read, payload included; 0 before
};

}  // namespace patchcord::msn
