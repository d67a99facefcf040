#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat_core/ports/password_verifier.hpp"

namespace patchcord::chat {

/// Knows whose account a name is, and says whether a name and a password belong together.
class AccountVerifier {
  public:
    virtual ~AccountVerifier() = default;

    /// busy: it was not looked at, because too many wait already or too many wrong ones came from that address.
    using Answer = PasswordVerifier::Answer;
    /// `account` is the name as it is stored, when the answer is right; else empty.
    using Done = std::function<void(Answer, const std::string& account)>;

    struct Attempt {
        std::string name;
        std::string password;
        std::string address;    // the peer's, numeric: wrong passwords are counted by it
        bool may_open = false;  // may the name become an account now? Not while somebody else goes by it
    };

    /// Calls `done` later, never from inside this call. An unknown name takes as long as a wrong password, unless
    /// newcomers are let in.
    virtual void check(Attempt attempt, Done done) = 0;
    /// Does the name belong to an account? Compared as nicks are.
    [[nodiscard]] virtual bool is_account(std::string_view name) const = 0;
};

}  // namespace patchcord::chat
