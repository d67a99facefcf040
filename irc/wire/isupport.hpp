#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace patchcord::irc {

/// What the server tells clients about itself in RPL_ISUPPORT (005): tokens, each with or without a value.
class Isupport {
  public:
    /// Adds `token`, or gives it a new value in its old place. Without a value it is sent bare; an empty value is sent
    /// as `TOKEN=`. `token` is a protocol word, `value` any text.
    void set(std::string token, std::optional<std::string> value = {});

    /// The tokens in the order they were first set, separated by spaces, as lines of at most 13 tokens (a line has 15
    /// parameters, the nick and the closing words are two) and `max_bytes` bytes. The caller puts the prefix before and
    /// ":are supported by this server" behind each. A token longer than `max_bytes` has a line of its own.
    [[nodiscard]] std::vector<std::string> lines(std::size_t max_bytes) const;

  private:
    struct Token {
        std::string name;
        std::optional<std::string> value;
    };
    std::vector<Token> tokens_;
};

}  // namespace patchcord::irc
