#pragma once

#include <memory>
#include <string>

#include "chat_core/ports/account_verifier.hpp"
#include "gateway/auth/login_book.hpp"
#include "gateway/auth/scram_server.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// SCRAM-SHA-256: the password is proved and not said. An account that there is not, or whose password was never seen,
/// is gone on with as if it were one, and fails at the proof.
class ScramExchange final : public chat::LoginExchange {
  public:
    ScramExchange(LoginBook& book, Store& store, std::shared_ptr<const ScramLibrary> library, std::string address);
    ~ScramExchange() override;

    /// Three messages: whom it is about, the proof, and an empty one when the server's own proof was right.
    void respond(std::string message, Done done) override;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace patchcord::gateway
