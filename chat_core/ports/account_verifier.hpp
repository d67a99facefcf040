#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/ports/password_verifier.hpp"

namespace patchcord::chat {

/// Who somebody has proved to be.
struct AccountIdentity {
    std::string account;  // the name as it is stored; empty: nobody
    std::string device;   // which of their clients it is, as they call it; empty: they did not say
    /// When the account was made: one that is made when this was removed has its name, but is another. The epoch: that
    /// is not known.
    WallTime made{};
};

/// Somebody who proves to be an account's owner in a dialogue, as SASL has it (RFC 4422). Owned by whoever speaks to
/// them; once it is gone, nobody is answered.
class LoginExchange {
  public:
    virtual ~LoginExchange() = default;

    struct Step {
        enum class Kind { challenge, right, wrong, busy };  // after any but a challenge it is over
        Kind kind = Kind::wrong;
        std::string challenge = {};  // what to tell the client, in bytes
        AccountIdentity who = {};    // when it is right
    };
    using Done = std::function<void(Step)>;

    /// Takes the client's next message. Calls `done` later, never from inside this call; one at a time.
    virtual void respond(std::string message, Done done) = 0;
};

/// Knows whose account a name is, and says whether somebody is its owner.
class AccountVerifier {
  public:
    virtual ~AccountVerifier() = default;

    /// busy: it was not looked at, because too many wait already or too many wrong ones came from that address.
    using Answer = PasswordVerifier::Answer;
    /// `who` is nobody unless the answer is right.
    using Done = std::function<void(Answer, const AccountIdentity& who)>;

    struct Attempt {
        /// An account's; a device may be named behind `@` or `/`.
        std::string name;
        std::string password;
        std::string address;    // the peer's, numeric: wrong passwords are counted by it
        bool may_open = false;  // may the name become an account now? Not while somebody else goes by it
    };

    /// Calls `done` later, never from inside this call. An unknown name takes as long as a wrong password, unless
    /// newcomers are let in.
    virtual void check(Attempt attempt, Done done) = 0;

    /// Where somebody logs in from.
    struct Peer {
        std::string address;           // numeric
        std::string fingerprint;       // of its TLS client certificate, SHA-256 in lower-case hex; empty: it has none
        bool takes_passwords = false;  // may passwords be said on this connection?
    };
    /// The mechanisms of SASL that this connection may use, by their registered names.
    [[nodiscard]] virtual std::vector<std::string> mechanisms(const Peer& peer) const = 0;
    /// May this name become an account now?
    using MayOpen = std::function<bool(const std::string& name)>;
    /// Begins one; nullptr when it is none of those above. `may_open` is asked only from inside `respond`.
    [[nodiscard]] virtual std::unique_ptr<LoginExchange> begin(std::string_view mechanism, Peer peer,
                                                               MayOpen may_open) = 0;

    /// Does the name belong to an account? Compared as nicks are.
    [[nodiscard]] virtual bool is_account(std::string_view name) const = 0;
};

}  // namespace patchcord::chat
