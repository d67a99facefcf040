#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/auth/scram_secrets.hpp"

struct Gsasl;
struct Gsasl_session;

namespace patchcord::gateway {

/// The library that speaks SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.
class ScramLibrary {
  public:
    /// nullptr when the library cannot start, or lacks the mechanism.
    [[nodiscard]] static std::shared_ptr<const ScramLibrary> open();
    explicit ScramLibrary(Gsasl* library) : library_(library) {}
    ~ScramLibrary();
    ScramLibrary(const ScramLibrary&) = delete;
    ScramLibrary& operator=(const ScramLibrary&) = delete;

    [[nodiscard]] Gsasl* get() const { return library_; }

  private:
    Gsasl* library_;
};

/// Whom a client's first message names.
struct ScramClient {
    std::string name;
    std::string acting_for;  // empty: itself
};

/// The server's side of one exchange.
class ScramServer {
  public:
    explicit ScramServer(std::shared_ptr<const ScramLibrary> library) : library_(std::move(library)) {}
    ~ScramServer();
    ScramServer(const ScramServer&) = delete;
    ScramServer& operator=(const ScramServer&) = delete;

    /// Reads a client's first message; nothing when it is none.
    [[nodiscard]] std::optional<ScramClient> read_first(const std::string& message) const;
    /// Answers that message; nothing when it cannot be.
    [[nodiscard]] std::optional<std::string> challenge(const std::string& message, const ScramSecrets& secrets);
    /// The server's own proof, when the client's is right; else nothing.
    [[nodiscard]] std::optional<std::string> verify(const std::string& message);

  private:
    std::shared_ptr<const ScramLibrary> library_;
    Gsasl_session* session_ = nullptr;
};

}  // namespace patchcord::gateway
