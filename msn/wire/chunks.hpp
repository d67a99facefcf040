#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/clock.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// Is this a part of a message sent in chunks (MSN Messenger 7 and later)? The first part has the headers `Message-ID`
/// and `Chunks`, the others `Message-ID` and `Chunk` and no type.
[[nodiscard]] bool is_chunk(const MimeMessage& message);

struct ChunkLimits {
    std::size_t max_chunks = 64;                 // of one message
    std::size_t max_bytes = 64 * 1024;           // of one message, its headers too
    std::size_t max_open_per_sender = 8;         // messages that have begun
    std::size_t max_open = 64;                   // by all senders together
    std::size_t max_total_bytes = 256 * 1024;    // kept for all of them
    std::chrono::milliseconds lifetime{30'000};  // after which what is missing will not come
};

/// Puts messages together that arrive in chunks, in any order.
///
/// One for a switchboard or for a connection; what it keeps is bounded by its limits, whatever peers send.
class ChunkAssembler {
  public:
    enum class Outcome {
        waiting,   // more parts are to come
        complete,  // `payload` is the whole message
        refused,   // malformed, twice the same, against what was said before, or over a limit: ignore it
    };
    struct Result {
        Outcome outcome = Outcome::refused;
        std::string payload;
    };
    /// A message of which parts are missing; `payload` is what came, in order, with the headers of the first part.
    struct Incomplete {
        std::string sender;
        std::string payload;
    };

    explicit ChunkAssembler(ChunkLimits limits = {}) : limits_(limits) {}

    /// Takes a message for which is_chunk holds. `sender` tells senders apart, for each counts its Message-IDs alone.
    Result add(std::string_view sender, const MimeMessage& part, chat::Now now);

    /// Forgets what has waited for too long and gives it back as far as it makes sense: nothing does without its first
    /// part, which alone says what it is.
    std::vector<Incomplete> expire(chat::Now now);

    /// When the first of what waits now will have waited for too long; nothing when nothing waits.
    [[nodiscard]] std::optional<chat::Now> next_expiry() const;

    /// Messages that have begun.
    [[nodiscard]] std::size_t open() const { return open_.size(); }
    /// Bytes of headers and bodies kept.
    [[nodiscard]] std::size_t kept_bytes() const { return total_bytes_; }

  private:
    using Key = std::pair<std::string, std::string>;  // sender, Message-ID
    struct Open {
        chat::Now begun{};
        bool given_up = false;                     // further parts are refused until it expires
        std::string headers;                       // those of the first part that go into the payload
        std::size_t count = 0;                     // 0: not known, the first part is missing
        std::map<std::size_t, std::string> parts;  // bodies
        std::size_t bytes = 0;
    };
    struct Part;

    static std::optional<Part> read_part(const MimeMessage& message, std::size_t max_chunks);
    static std::string payload_of(const Open& open);
    Open* find_or_begin(const Key& key, chat::Now now);
    bool fits(const Open& open, const Part& part) const;
    void give_up(Open& open);

    ChunkLimits limits_;
    std::map<Key, Open> open_;
    std::size_t total_bytes_ = 0;
};

/// Cuts a payload for clients that announce chunks (capability bit 0x20): parts of at most `max_payload` bytes, at
/// least 1024, which the assembler puts together again. One that is short enough stays as it is. `message_id` is unique
/// for this sender, by custom a GUID in braces. Nothing when it would take more chunks or bytes than the usual limits:
/// send several messages then.
[[nodiscard]] std::optional<std::vector<std::string>> format_chunks(std::string_view payload,
                                                                    std::string_view message_id,
                                                                    std::size_t max_payload = max_message_payload);

}  // namespace patchcord::msn
