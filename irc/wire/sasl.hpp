#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::irc {

/// Puts a client's response together from its AUTHENTICATE commands. It comes in chunks of 400 bytes of base64; a
/// shorter one is the last, and so is `+`, which stands for an empty one (IRCv3 sasl-3.1).
class SaslResponse {
  public:
    static constexpr std::size_t chunk_bytes = 400;
    static constexpr std::size_t most_bytes = 4096;  // ample for names, passwords and nonces

    enum class State : std::uint8_t { more, complete, chunk_too_long, too_long };

    State add(std::string_view chunk);
    /// What came so far, in base64.
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

/// A message of the server's, in base64, as the parameters of the AUTHENTICATE commands that carry it; views of `text`.
[[nodiscard]] std::vector<std::string_view> sasl_chunks(std::string_view text);

}  // namespace patchcord::irc
