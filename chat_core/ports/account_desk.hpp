#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chat_core/ports/account_verifier.hpp"
#include "chat_core/result.hpp"

namespace patchcord::chat {

/// What people do with their accounts: opening one, its password, and the certificates they log in with.
class AccountDesk {
  public:
    virtual ~AccountDesk() = default;

    /// Fewer bytes are no password for a new account.
    static constexpr std::size_t least_password_bytes = 8;

    enum class Opened : std::uint8_t {
        done,
        exists,    // somebody has it
        bad_name,  // it is no nick, or not to be had
        weak_password,
        bad_password,  // too long
        busy,          // too many at the moment, or the database fails
    };
    /// Opens an account of that name, which nobody goes by unless `may_open`. `done` is called later, with its owner;
    /// with nobody when it was not opened.
    virtual void open(AccountVerifier::Attempt wanted,
                      std::function<void(Opened, const AccountIdentity& who)> done) = 0;

    /// Called later, with what is wrong in a sentence for people, or with nothing.
    using Done = std::function<void(std::string problem)>;

    struct PasswordChange {
        std::string account;
        std::string address;  // the peer's, numeric: a wrong old password counts as a failed login
        std::string old_password;
        std::string new_password;
    };
    virtual void change_password(PasswordChange change, Done done) = 0;

    /// Fingerprints, SHA-256 in lower-case hex; the oldest first.
    virtual void certificates(std::string account, std::function<void(Result<std::vector<std::string>>)> done) = 0;
    /// A fingerprint in hex, with colons or without.
    virtual void add_certificate(std::string account, std::string fingerprint, Done done) = 0;
    virtual void remove_certificate(std::string account, std::string fingerprint, Done done) = 0;
};

}  // namespace patchcord::chat
