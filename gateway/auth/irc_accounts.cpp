#include "gateway/auth/irc_accounts.hpp"

#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_in_log = 100;  // bytes of a name that may be anything

}  // namespace

/// A wrong password costs its address something before it is known to be wrong, or many asked at once would be free.
void IrcAccounts::check(Attempt attempt, Done done) {
    if (!parts_.throttle.begin(attempt.address, parts_.scheduler.now())) {
        parts_.metrics.failed_logins.add();
        refuse(attempt, PassportResult::throttled);
        parts_.scheduler.after(std::chrono::milliseconds(0), [done = std::move(done)] { done(Answer::busy, {}); });
        return;
    }
    attempt.name = parts_.names.find(attempt.name).value_or(lower_case(attempt.name));
    // A handle is nobody's name here; the empty name is asked for in its place, and takes as long.
    const bool is_handle = attempt.name.find('@') != std::string::npos;
    const bool may_be_new =
        !is_handle && attempt.may_open && is_nick_(attempt.name) && !stands_for_handle_(attempt.name);
    const std::string new_handle = may_be_new ? attempt.name + "@" + domain_ : std::string();
    const std::string name = is_handle ? std::string() : attempt.name;
    const std::string password = attempt.password;
    parts_.check.check_name(
        name, password, new_handle,
        [this, attempt = std::move(attempt), done = std::move(done)](Verdict verdict, const std::string& handle) {
            settle(attempt, verdict, handle, done);
        });
}

/// The database knows best: an account may have been made or removed from the command line.
void IrcAccounts::settle(const Attempt& attempt, Verdict verdict, const std::string& handle, const Done& done) {
    if (!handle.empty()) {
        parts_.names.add(attempt.name, handle);
    } else if (verdict == Verdict::wrong) {
        parts_.names.remove(attempt.name);
    }
    if (verdict != Verdict::wrong) parts_.throttle.forgive(attempt.address, parts_.scheduler.now());
    switch (verdict) {
        case Verdict::right: done(Answer::right, attempt.name); break;
        case Verdict::wrong:
            refuse(attempt, PassportResult::wrong);
            done(Answer::wrong, {});
            break;
        case Verdict::busy:
            refuse(attempt, PassportResult::busy);
            done(Answer::busy, {});
            break;
    }
}

void IrcAccounts::refuse(const Attempt& attempt, PassportResult why) {
    const bool throttled = why == PassportResult::throttled;
    parts_.log.log(throttled ? chat::LogLevel::warn : chat::LogLevel::info, {}, "login refused",
                   {{"account", std::string_view(attempt.name).substr(0, longest_in_log)},
                    {"address", attempt.address},
                    {"result", passport_result_name(why)}});
}

}  // namespace patchcord::gateway
