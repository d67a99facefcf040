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
    auto answer = [done = std::move(done)](Verdict verdict, const std::string&) { done(verdict); };
    const auto known = msn::parse_handle(handle);
    if (!known || !may_exist_(*known)) {
        compare(password, {}, {}, std::move(answer));
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
            compare(question.password, (*account)->password_hash, (*account)->handle, done);
        } else if (create_on_request_ && question.newcomer && !question.password.empty()) {
            create(question, done);
        } else {
            compare(question.password, {}, {}, done);
        }
    };
    parts_.store.find_account(called, found);
}

void AccountCheck::compare(const std::string& password, const std::string& hash, const std::string& handle,
                           NameDone done) {
    parts_.passwords.verify(password, hash, [handle, done = std::move(done)](chat::PasswordVerifier::Answer answer) {
        done(verdict_of(answer), handle);
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

void AccountCheck::create(Question question, NameDone done) {
    if (question.password.size() > max_password_bytes) {
        done(Verdict::wrong, {});
        return;
    }
    if (!newcomer_may_enter()) {
        done(Verdict::busy, {});
        return;
    }
    const std::string password = question.password;
    const auto hashed = [this, question = std::move(question),
                         done = std::move(done)](const std::optional<std::string>& hash) {
        if (!hash) {
            done(Verdict::busy, {});
            return;
        }
        Account account = *question.newcomer;
        account.password_hash = *hash;
        const auto added = [this, question, account, done](std::error_code error) {
            if (error == chat::Errc::duplicate_user) {  // made meanwhile, by another connection
                look_up({question.called, question.password, {}}, done);
                return;
            }
            if (!error) {
                parts_.metrics.made.add();
                parts_.log.log(chat::LogLevel::info, {}, "account made on request",
                               {{"handle", account.handle}, {"account", account.name}});
            }
            done(error ? Verdict::busy : Verdict::right, error ? std::string() : account.handle);
        };
        parts_.store.add_account(account, added);
    };
    parts_.passwords.hash(password, hashed);
}

}  // namespace patchcord::gateway
