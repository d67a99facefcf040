#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "chat_core/ports/password_verifier.hpp"
#include "gateway/auth/password_hash.hpp"
#include "gateway/net/event_loop.hpp"

namespace boost::asio {
class thread_pool;
}

namespace patchcord::gateway {

/// What is kept of a password, to compare others with.
struct PasswordSecrets {
    std::string hash;
    std::string scram;  // for SCRAM-SHA-256; empty when the password cannot be used there
};

/// Verifies passwords on at most two threads, because each takes 64 MiB and a tenth of a second on purpose.
class Passwords final : public chat::PasswordVerifier {
  public:
    static constexpr std::size_t threads = 2;
    static constexpr std::size_t most_waiting = 32;
    static constexpr std::size_t bytes_each = std::size_t{64} * 1024 * 1024;  // while it is looked at
    static constexpr std::size_t most_bytes = threads * bytes_each;

    explicit Passwords(EventLoop& loop);
    ~Passwords() override;

    /// An empty hash is never right, and takes as long as another.
    void verify(std::string password, std::string hash, std::function<void(Answer)> done) override;

    /// What is kept of a new password, made in the same place; nothing when it is too long or too many wait.
    void make_secrets(std::string password, std::function<void(std::optional<PasswordSecrets>)> done);
    /// What SCRAM needs of one that is known to be right; empty when there is none or too many wait.
    void make_scram(std::string password, std::function<void(std::string)> done);

    /// How much memory those take that are looked at now.
    [[nodiscard]] std::size_t bytes_in_use() const { return working_ * bytes_each; }

  private:
    /// Runs `work` on the pool, and then `done` with its result on the loop.
    template <class Work, class Done>
    void run(Work work, Done done);

    EventLoop& loop_;
    std::unique_ptr<boost::asio::thread_pool> pool_;  // made when first needed
    std::size_t waiting_ = 0;
    std::atomic<std::size_t> working_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchcord::gateway
