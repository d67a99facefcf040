#pragma once

#include <memory>
#include <string>

#include "chat_core/ports/account_verifier.hpp"
#include "gateway/auth/login_book.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// EXTERNAL (RFC 4422 appendix A): whoever has the key of a certificate that an account knows is its owner. Nobody's
/// signature on the certificate counts, and nothing else that it says.
class ExternalExchange final : public chat::LoginExchange {
  public:
    ExternalExchange(LoginBook& book, Store& store, chat::AccountVerifier::Peer peer)
        : book_(book), store_(store), peer_(std::move(peer)) {}

    /// One message: the account, or nothing.
    void respond(std::string message, Done done) override;

  private:
    void settle(const std::string& acting_for, const chat::Result<std::optional<Account>>& found, const Done& done);

    LoginBook& book_;
    Store& store_;
    chat::AccountVerifier::Peer peer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchcord::gateway
