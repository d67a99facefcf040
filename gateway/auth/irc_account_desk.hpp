#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat_core/ports/account_desk.hpp"
#include "gateway/auth/irc_accounts.hpp"
#include "gateway/auth/passwords.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// The fingerprint of a certificate in the form in which it is kept; nothing when the text is none.
[[nodiscard]] std::optional<std::string> parse_fingerprint(std::string_view text);

/// What people on IRC do with their accounts.
class IrcAccountDesk final : public chat::AccountDesk {
  public:
    struct Parts {
        IrcAccounts& accounts;
        AccountCheck& check;
        LoginBook& book;
        Passwords& passwords;
        Store& store;
        chat::LogSink& log;
    };

    explicit IrcAccountDesk(const Parts& parts) : parts_(parts) {}

    void open(chat::AccountVerifier::Attempt wanted,
              std::function<void(Opened, const chat::AccountIdentity& who)> done) override;
    /// The sealed password for MD5 logins changes with it, if there is one.
    void change_password(PasswordChange change, Done done) override;
    void certificates(std::string account, std::function<void(chat::Result<std::vector<std::string>>)> done) override;
    void add_certificate(std::string account, std::string fingerprint, Done done) override;
    void remove_certificate(std::string account, std::string fingerprint, Done done) override;

  private:
    void set_password(const PasswordChange& change, const Done& done);
    void later(const Done& done, std::string problem);

    Parts parts_;
};

}  // namespace patchcord::gateway
