#include "gateway/auth/account_check.hpp"

#include "chat_core/error.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {

AccountCheck::AccountCheck(Store& store, Passwords& passwords, chat::LogSink& log, MayExist may_exist)
    : store_(store), passwords_(passwords), log_(log), may_exist_(std::move(may_exist)) {}

void AccountCheck::check(std::string handle, std::string password, std::function<void(Verdict)> done) {
    const auto known = msn::parse_handle(handle);
    if (!known || !may_exist_(*known)) {
        compare(password, {}, std::move(done));
        return;
    }
    const auto found = [this, handle = *known, password = std::move(password),
                        done = std::move(done)](const chat::Result<std::optional<Account>>& account) {
        if (!account) {
            done(Verdict::busy);
        } else if (*account) {
            compare(password, (*account)->password_hash, done);
        } else if (create_on_request_ && !password.empty()) {
            create(handle, password, done);
        } else {
            compare(password, {}, done);
        }
    };
    store_.find_account(*known, found);
}

void AccountCheck::compare(const std::string& password, const std::string& hash, Done done) {
    passwords_.verify(password, hash, [done = std::move(done)](chat::PasswordVerifier::Answer answer) {
        switch (answer) {
            case chat::PasswordVerifier::Answer::right: done(Verdict::right); break;
            case chat::PasswordVerifier::Answer::wrong: done(Verdict::wrong); break;
            case chat::PasswordVerifier::Answer::busy: done(Verdict::busy); break;
        }
    });
}

void AccountCheck::create(const std::string& handle, const std::string& password, Done done) {
    if (password.size() > max_password_bytes) {
        done(Verdict::wrong);
        return;
    }
    passwords_.hash(password, [this, handle, password, done = std::move(done)](const std::optional<std::string>& hash) {
        if (!hash) {
            done(Verdict::busy);
            return;
        }
        const auto added = [this, handle, password, done](std::error_code error) {
            if (error == chat::Errc::duplicate_user) {  // made meanwhile, by another connection
                check(handle, password, done);
                return;
            }
            if (!error) log_.log(chat::LogLevel::info, {}, "account made on request", {{"handle", handle}});
            done(error ? Verdict::busy : Verdict::right);
        };
        store_.add_account({handle, handle, *hash, {}, {}}, added);
    });
}

}  // namespace patchcord::gateway
