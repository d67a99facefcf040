#include "gateway/auth/login_book.hpp"

#include "gateway/http/passport_service.hpp"
#include "gateway/store/lower_case.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_in_log = 100;  // bytes of a name that may be anything

}  // namespace

bool LoginBook::begin(const LoginAttempt& attempt) {
    if (parts_.guard.begin(attempt.account, attempt.address, parts_.scheduler.now())) return true;
    parts_.metrics.failed_logins.add();
    log_refusal(attempt, passport_result_name(PassportResult::throttled), chat::LogLevel::warn);
    return false;
}

void LoginBook::right(const LoginAttempt& attempt) {
    parts_.guard.forgive(attempt.account, attempt.address, parts_.scheduler.now());
    if (!attempt.account.empty()) remember(attempt.account, attempt.address);
}

void LoginBook::wrong(const LoginAttempt& attempt) {
    log_refusal(attempt, passport_result_name(PassportResult::wrong), chat::LogLevel::info);
}

void LoginBook::busy(const LoginAttempt& attempt) {
    parts_.guard.forgive(attempt.account, attempt.address, parts_.scheduler.now());
    log_refusal(attempt, passport_result_name(PassportResult::busy), chat::LogLevel::info);
}

void LoginBook::remember(const std::string& account, const std::string& address) {
    parts_.guard.remember(account, address, parts_.scheduler.now());
}

void LoginBook::learned(const std::string& account, const std::string& handle) {
    if (handle.empty()) {
        parts_.names.remove(account);
    } else {
        parts_.names.add(account, handle);
    }
}

std::string LoginBook::stored_name(std::string_view name) const {
    return parts_.names.find(name).value_or(lower_case(name));
}

void LoginBook::log_refusal(const LoginAttempt& attempt, std::string_view why, chat::LogLevel level) {
    parts_.log.log(level, {}, "login refused",
                   {{"account", std::string_view(attempt.account).substr(0, longest_in_log)},
                    {"address", attempt.address},
                    {"result", why}});
}

}  // namespace patchcord::gateway
