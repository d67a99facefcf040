#include "gateway/auth/account_check.hpp"

#include "chat_core/error.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

Verdict verdict_of(chat::PasswordVerifier::Answer answer) {
    switch (answer) {
        case chat::PasswordVerifier::Answer::right: return Verdict::right;
        case chat::PasswordVerifier::Answer::wrong: return Verdict::wrong;
        case chat::PasswordVerifier::Answer::busy: return Verdict::busy;
    }
    return Verdict::busy;
}

Account make_newcomer(const std::string& name, const std::string& handle) {
    Account newcomer;
    newcomer.name = name;
    newcomer.handle = handle;
    return newcomer;
}

}  // namespace

AccountCheck::AccountCheck(const Parts& parts, MayExist may_exist) : parts_(parts), may_exist_(std::move(may_exist)) {}

void AccountCheck::set_new_accounts(chat::TokenRate rate) {
    if (rate.burst != new_accounts_.burst) newcomers_ = chat::TokenBucket(rate.burst);
    new_accounts_ = rate;
}

void AccountCheck::check(std::string handle, std::string password, std::function<void(Verdict)> done) {
    auto answer = [done = std::move(done)](Verdict verdict, const Account&) { done(verdict); };
    const auto known = msn::parse_handle(handle);
    if (!known || !may_exist_(*known)) {
        compare(password, {}, std::move(answer));
        return;
    }
    look_up({*known, std::move(password), make_newcomer(*known, *known)}, std::move(answer));
}

void AccountCheck::check_name(std::string name, std::string password, std::string new_handle, NameDone done) {
    Question question{std::move(name), std::move(password), {}};
    if (!new_handle.empty()) question.newcomer = make_newcomer(question.called, new_handle);
    look_up(std::move(question), std::move(done));
}

void AccountCheck::look_up(Question question, NameDone done) {
    const std::string called = question.called;
    const auto found = [this, question = std::move(question),
                        done = std::move(done)](const chat::Result<std::optional<Account>>& account) {
        if (!account) {
            done(Verdict::busy, {});
        } else if (*account) {
            compare(question.password, **account, done);
        } else if (create_on_request_ && question.newcomer && !question.password.empty()) {
            create(question, done);
        } else {
            compare(question.password, {}, done);
        }
    };
    parts_.store.find_account(called, found);
}

/// Accounts from before SCRAM was known get what it needs when their password is next seen.
void AccountCheck::compare(const std::string& password, const Account& account, NameDone done) {
    const bool lacks_scram = !account.password_hash.empty() && account.scram.empty();
    parts_.passwords.verify(password, account.password_hash,
                            [this, account, kept = lacks_scram ? password : std::string(),
                             done = std::move(done)](chat::PasswordVerifier::Answer answer) {
                                if (answer == chat::PasswordVerifier::Answer::right && !kept.empty())
                                    add_scram(account, kept);
                                done(verdict_of(answer), account);
                            });
}

void AccountCheck::add_scram(const Account& account, std::string password) {
    parts_.passwords.make_scram(std::move(password),
                                [this, name = account.name, hash = account.password_hash](const std::string& scram) {
                                    if (!scram.empty()) parts_.store.add_scram(name, hash, scram);
                                });
}

/// Logged once each time the limit begins to strike: strangers could fill the log otherwise.
bool AccountCheck::newcomer_may_enter() {
    if (newcomers_.take(new_accounts_, parts_.scheduler.now())) {
        limit_logged_ = false;
        return true;
    }
    parts_.metrics.new_accounts.add();
    if (!std::exchange(limit_logged_, true)) {
        parts_.log.log(chat::LogLevel::warn, {}, "limit hit", {{"limit", "new_accounts"}});
    }
    return false;
}

void AccountCheck::create(const Question& question, const NameDone& done) {
    const auto opened = [this, question, done](Opened outcome, chat::WallTime made) {
        Account account = *question.newcomer;
        account.created_at = made;
        switch (outcome) {
            case Opened::done: done(Verdict::right, account); break;
            // Made meanwhile, by another connection.
            case Opened::exists: look_up({question.called, question.password, {}}, done); break;
            case Opened::bad_password: done(Verdict::wrong, {}); break;
            case Opened::limited:
            case Opened::failed: done(Verdict::busy, {}); break;
        }
    };
    add(*question.newcomer, question.password, opened);
}

void AccountCheck::open(std::string name, std::string handle, std::string password, OpenDone done) {
    Account newcomer = make_newcomer(name, handle);
    parts_.store.find_account(name, [this, newcomer = std::move(newcomer), password = std::move(password),
                                     done = std::move(done)](const chat::Result<std::optional<Account>>& known) {
        if (!known || *known) {
            done(known ? Opened::exists : Opened::failed, {});
        } else {
            add(newcomer, password, done);
        }
    });
}

void AccountCheck::add(Account newcomer, std::string password, OpenDone done) {
    if (password.empty() || password.size() > max_password_bytes) {
        done(Opened::bad_password, {});
        return;
    }
    if (!newcomer_may_enter()) {
        done(Opened::limited, {});
        return;
    }
    const auto made = [this, newcomer = std::move(newcomer),
                       done = std::move(done)](const std::optional<PasswordSecrets>& secrets) {
        if (!secrets) {
            done(Opened::failed, {});
            return;
        }
        Account account = newcomer;
        account.password_hash = secrets->hash;
        account.scram = secrets->scram;
        account.created_at = parts_.scheduler.wall_now();
        parts_.store.add_account(account, [this, account, done](std::error_code error) {
            if (error == chat::Errc::duplicate_user) {
                done(Opened::exists, {});
                return;
            }
            if (!error) {
                parts_.metrics.made.add();
                parts_.log.log(chat::LogLevel::info, {}, "account made on request",
                               {{"handle", account.handle}, {"account", account.name}});
            }
            done(error ? Opened::failed : Opened::done, account.created_at);
        });
    };
    parts_.passwords.make_secrets(std::move(password), made);
}

}  // namespace patchcord::gateway
