#pragma once

#include <optional>
#include <string>

namespace patchcord::gateway {

/// Keeps secrets that must be read again, under a key in a file of its own: the database alone does not betray them.
class SecretBox {
  public:
    explicit SecretBox(std::string key_file) : key_file_(std::move(key_file)) {}

    /// As hexadecimal digits that only `open` with the same owner understands. Makes the key (mode 0600) when there is
    /// none. Nothing when the key cannot be read or written.
    [[nodiscard]] std::optional<std::string> seal(const std::string& secret, const std::string& owner) const;
    /// Nothing when the key is missing or another, or when the secret was somebody else's.
    [[nodiscard]] std::optional<std::string> open(const std::string& sealed, const std::string& owner) const;

  private:
    std::string key_file_;
};

}  // namespace patchcord::gateway
