#include "gateway/auth/irc_account_desk.hpp"

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t fingerprint_digits = 64;
constexpr const char* no_fingerprint =
    "That is no fingerprint; it is the SHA-256 of a certificate, 64 digits and letters from a to f";

std::string size_problem(const std::string& password) {
    if (password.size() < chat::AccountDesk::least_password_bytes) {
        return "The new password is too short; give one of " + std::to_string(chat::AccountDesk::least_password_bytes) +
               " characters at least";
    }
    if (password.size() > max_password_bytes) {
        return "The new password is too long; it may have " + std::to_string(max_password_bytes) + " bytes";
    }
    return {};
}

std::string failure(std::error_code error) {
    return "That was not done: " + error.message() + "; try again later";
}

std::string problem_of_adding(std::error_code error) {
    if (error == chat::Errc::already_a_member) return "Your account knows that certificate already";
    if (error == chat::Errc::duplicate_user) return "Another account is logged in to with that certificate";
    if (error == chat::Errc::list_full) {
        return "Your account knows " + std::to_string(most_certificates) +
               " certificates, and may not know more; \"certfp remove\" makes room";
    }
    return error ? failure(error) : std::string();
}

chat::AccountDesk::Opened outcome_of(AccountCheck::Opened opened) {
    using Opened = chat::AccountDesk::Opened;
    switch (opened) {
        case AccountCheck::Opened::done: return Opened::done;
        case AccountCheck::Opened::exists: return Opened::exists;
        case AccountCheck::Opened::bad_password: return Opened::bad_password;
        case AccountCheck::Opened::limited:
        case AccountCheck::Opened::failed: break;
    }
    return Opened::busy;
}

}  // namespace

std::optional<std::string> parse_fingerprint(std::string_view text) {
    std::string fingerprint;
    for (const char c : text) {
        if (c == ':') continue;
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool digit = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
        if (!digit || fingerprint.size() >= fingerprint_digits) return std::nullopt;
        fingerprint += lower;
    }
    return fingerprint.size() == fingerprint_digits ? std::optional(fingerprint) : std::nullopt;
}

void IrcAccountDesk::later(const Done& done, std::string problem) {
    parts_.book.later([done, problem = std::move(problem)] { done(problem); });
}

void IrcAccountDesk::open(chat::AccountVerifier::Attempt wanted,
                          std::function<void(Opened, const chat::AccountIdentity& who)> done) {
    const std::string name = parts_.book.stored_name(wanted.name);
    const auto refuse = [&](Opened why) { parts_.book.later([done = std::move(done), why] { done(why, {}); }); };
    if (wanted.password.size() < least_password_bytes) return refuse(Opened::weak_password);
    if (wanted.password.size() > max_password_bytes) return refuse(Opened::bad_password);
    if (parts_.accounts.is_account(name)) return refuse(Opened::exists);
    const std::string handle = parts_.accounts.handle_of_newcomer(name);
    if (handle.empty() || !wanted.may_open) return refuse(Opened::bad_name);
    const auto opened = [this, name, handle, done = std::move(done)](AccountCheck::Opened outcome,
                                                                     chat::WallTime made) {
        const bool is_open = outcome == AccountCheck::Opened::done;
        if (is_open) parts_.book.learned(name, handle);
        done(outcome_of(outcome), is_open ? chat::AccountIdentity{name, {}, made} : chat::AccountIdentity{});
    };
    parts_.check.open(name, handle, std::move(wanted.password), opened);
}

void IrcAccountDesk::change_password(PasswordChange change, Done done) {
    if (std::string problem = size_problem(change.new_password); !problem.empty()) {
        later(done, std::move(problem));
        return;
    }
    chat::AccountVerifier::Attempt attempt{change.account, change.old_password, change.address};
    const auto checked = [this, change = std::move(change), done = std::move(done)](
                             chat::AccountVerifier::Answer answer, const chat::AccountIdentity&) {
        using Answer = chat::AccountVerifier::Answer;
        switch (answer) {
            case Answer::right: set_password(change, done); break;
            case Answer::wrong: done("The old password is wrong"); break;
            case Answer::busy: done("Too many logins at the moment, try again later"); break;
        }
    };
    parts_.accounts.check(std::move(attempt), checked);
}

void IrcAccountDesk::set_password(const PasswordChange& change, const Done& done) {
    const auto made = [this, change, done](const std::optional<PasswordSecrets>& secrets) {
        if (!secrets) {
            done("Too many logins at the moment, try again later");
            return;
        }
        parts_.store.set_password(
            change.account, {secrets->hash, {}, secrets->scram}, change.new_password,
            [this, account = change.account, done](std::error_code error) {
                if (!error) {
                    parts_.log.log(chat::LogLevel::info, {}, "password changed", {{"account", account}});
                }
                done(error ? failure(error) : std::string());
            });
    };
    parts_.passwords.make_secrets(change.new_password, made);
}

void IrcAccountDesk::certificates(std::string account,
                                  std::function<void(chat::Result<std::vector<std::string>>)> done) {
    using Fingerprints = chat::Result<std::vector<std::string>>;
    parts_.store.certificates(
        std::move(account),
        [done = std::move(done)](const chat::Result<std::vector<AccountCertificate>>& certificates) {
            if (!certificates) {
                done(Fingerprints(certificates.error()));
                return;
            }
            std::vector<std::string> fingerprints;
            for (const AccountCertificate& certificate : *certificates) {
                fingerprints.push_back(certificate.fingerprint);
            }
            done(Fingerprints(std::move(fingerprints)));
        });
}

void IrcAccountDesk::add_certificate(std::string account, std::string fingerprint, Done done) {
    auto parsed = parse_fingerprint(fingerprint);
    if (!parsed) return later(done, no_fingerprint);
    parts_.store.add_certificate(std::move(account), std::move(*parsed),
                                 [done = std::move(done)](std::error_code error) { done(problem_of_adding(error)); });
}

void IrcAccountDesk::remove_certificate(std::string account, std::string fingerprint, Done done) {
    auto parsed = parse_fingerprint(fingerprint);
    if (!parsed) return later(done, no_fingerprint);
    parts_.store.remove_certificate(
        std::move(account), std::move(*parsed), [done = std::move(done)](std::error_code error) {
            if (error == chat::Errc::not_a_member) {
                done("Your account knows no such certificate; \"certfp\" lists those it knows");
            } else {
                done(error ? failure(error) : std::string());
            }
        });
}

}  // namespace patchcord::gateway
