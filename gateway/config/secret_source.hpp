#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Where a password is that the configuration names and does not hold. It is read when it is used, so that a new one
/// needs no restart.
class SecretSource {
  public:
    /// Of a secret, in bytes, without the line end behind it.
    static constexpr std::size_t max_bytes = 4096;
    /// Of a key, or a chain of certificates.
    static constexpr std::size_t max_pem_bytes = 256 * 1024;

    SecretSource() = default;
    /// `text` is a path; or "$CREDENTIALS_DIRECTORY/name", a credential of systemd; or "env:NAME". A relative path
    /// begins at `directory`. Longer than `most_bytes` it must not be.
    SecretSource(std::string_view text, std::string_view directory, std::size_t most_bytes = max_bytes);
    [[nodiscard]] static bool is_credential(std::string_view text);

    /// What is wrong with it now, or nothing: a file that is not there, is no plain file, holds nothing or too much, or
    /// that others may read; a variable that is not set.
    [[nodiscard]] std::string problem() const;
    /// Reads it, without one line end behind it. Gives what is wrong, never with any of the secret, or nothing. The
    /// caller wipes `secret`. `passing` is set when the machine is short of something, so that it may be read later.
    [[nodiscard]] std::string read(std::string& secret, bool& passing) const;
    [[nodiscard]] std::string read(std::string& secret) const;

    friend bool operator==(const SecretSource&, const SecretSource&) = default;

  private:
    enum class Kind { none, file, credential, variable };

    [[nodiscard]] std::string path(std::string& problem) const;
    [[nodiscard]] std::string read_variable(std::string& secret) const;
    [[nodiscard]] std::string read_file(std::string& secret, bool& passing) const;

    Kind kind_ = Kind::none;
    std::string name_;
    std::size_t most_bytes_ = max_bytes;
};

}  // namespace patchcord::gateway
