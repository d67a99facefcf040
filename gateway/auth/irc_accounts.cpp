#include "gateway/auth/irc_accounts.hpp"

#include <algorithm>

#include "gateway/auth/login_name.hpp"
#include "gateway/auth/sasl_external.hpp"
#include "gateway/auth/sasl_plain.hpp"
#include "gateway/auth/sasl_scram.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view plain = "PLAIN";
constexpr std::string_view external = "EXTERNAL";
constexpr std::string_view scram = "SCRAM-SHA-256";

}  // namespace

IrcAccounts::IrcAccounts(const Parts& parts, std::string domain, Test is_nick, Test stands_for_handle)
    : parts_(parts),
      domain_(std::move(domain)),
      is_nick_(std::move(is_nick)),
      stands_for_handle_(std::move(stands_for_handle)),
      scram_(ScramLibrary::open()) {}

std::string IrcAccounts::handle_of_newcomer(const std::string& name) const {
    return is_nick_(name) && !stands_for_handle_(name) ? name + "@" + domain_ : std::string();
}

/// Whoever names a device has logged in before: a handle, which looks the same, opens no account.
void IrcAccounts::check(Attempt attempt, Done done) {
    LoginName given = parse_login_name(attempt.name);
    const bool has_device = given.account.size() != attempt.name.size();
    LoginAttempt login{parts_.book.stored_name(given.account), std::move(attempt.address)};
    if (!parts_.book.begin(login)) {
        parts_.book.later([done = std::move(done)] { done(Answer::busy, {}); });
        return;
    }
    const bool may_be_new = attempt.may_open && !has_device;
    const std::string name = login.account;
    parts_.check.check_name(
        name, std::move(attempt.password), may_be_new ? handle_of_newcomer(name) : std::string(),
        [this, login = std::move(login), device = std::move(given.device), done = std::move(done)](
            Verdict verdict, const Account& account) { settle(login, device, verdict, account, done); });
}

void IrcAccounts::settle(const LoginAttempt& attempt, const std::string& device, Verdict verdict,
                         const Account& account, const Done& done) {
    if (!account.handle.empty() || verdict == Verdict::wrong) parts_.book.learned(attempt.account, account.handle);
    switch (verdict) {
        case Verdict::right:
            parts_.book.right(attempt);
            done(Answer::right, {attempt.account, device, account.created_at});
            break;
        case Verdict::wrong:
            parts_.book.wrong(attempt);
            done(Answer::wrong, {});
            break;
        case Verdict::busy:
            parts_.book.busy(attempt);
            done(Answer::busy, {});
            break;
    }
}

std::vector<std::string> IrcAccounts::mechanisms(const Peer& peer) const {
    std::vector<std::string> usable;
    if (peer.takes_passwords) usable.emplace_back(plain);
    if (!peer.fingerprint.empty()) usable.emplace_back(external);
    if (peer.takes_passwords && scram_) usable.emplace_back(scram);
    return usable;
}

std::unique_ptr<chat::LoginExchange> IrcAccounts::begin(std::string_view mechanism, Peer peer, MayOpen may_open) {
    const std::vector<std::string> usable = mechanisms(peer);
    if (std::find(usable.begin(), usable.end(), mechanism) == usable.end()) return nullptr;
    if (mechanism == external) return std::make_unique<ExternalExchange>(parts_.book, parts_.store, std::move(peer));
    if (mechanism == scram) {
        return std::make_unique<ScramExchange>(parts_.book, parts_.store, scram_, std::move(peer.address));
    }
    return std::make_unique<PlainExchange>(*this, parts_.book, std::move(peer.address), std::move(may_open));
}

}  // namespace patchcord::gateway
