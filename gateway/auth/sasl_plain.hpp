#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/ports/account_verifier.hpp"
#include "gateway/auth/login_book.hpp"

namespace patchcord::gateway {

/// What a client says of itself by the mechanism PLAIN.
struct PlainCredentials {
    std::string acting_for;  // the authorization identity; empty: the same as `name`
    std::string name;        // the authentication identity
    std::string password;
};

/// Reads `[authzid] NUL authcid NUL passwd` (RFC 4616 section 2); nothing when it is not that, or when name or password
/// are empty.
[[nodiscard]] std::optional<PlainCredentials> parse_plain(std::string_view message);

/// PLAIN: one message, with the name and the password.
class PlainExchange final : public chat::LoginExchange {
  public:
    PlainExchange(chat::AccountVerifier& accounts, LoginBook& book, std::string address,
                  chat::AccountVerifier::MayOpen may_open)
        : accounts_(accounts), book_(book), address_(std::move(address)), may_open_(std::move(may_open)) {}

    void respond(std::string message, Done done) override;

  private:
    [[nodiscard]] bool is_for_itself(const PlainCredentials& credentials) const;

    chat::AccountVerifier& accounts_;
    LoginBook& book_;
    std::string address_;
    chat::AccountVerifier::MayOpen may_open_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchcord::gateway
