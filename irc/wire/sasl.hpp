#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// Puts a client's response together from its AUTHENTICATE commands. It comes in chunks of 400 bytes of base64; a
/// shorter one is the last, and so is `+`, which stands for an empty one (IRCv3 sasl-3.1).
class SaslResponse {
  public:
    static constexpr std::size_t chunk_bytes = 400;
    static constexpr std::size_t most_bytes = 4096;  // ample for names and passwords as long as they may be

    enum class State : std::uint8_t { more, complete, chunk_too_long, too_long };

    State add(std::string_view chunk);
    /// What came so far, in base64.
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// What a client says of itself by the mechanism PLAIN.
struct PlainCredentials {
    std::string acting_for;  // the authorization identity; empty: the same as `name`
    std::string name;        // the authentication identity
    std::string password;
};

/// Reads `[authzid] NUL authcid NUL passwd` (RFC 4616 section 2); nothing when it is not that, or when name or password
/// are empty.
[[nodiscard]] std::optional<PlainCredentials> parse_plain(std::string_view message);

}  // namespace patchcord::irc
