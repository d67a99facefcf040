#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/auth/account_metrics.hpp"
#include "gateway/auth/account_names.hpp"
#include "gateway/auth/login_guard.hpp"

namespace patchcord::gateway {

/// Somebody who wants to log in on IRC.
struct LoginAttempt {
    std::string account;  // as it is stored, or what they said it was
    std::string address;  // numeric
};

/// Keeps account of logins on IRC, by whatever mechanism: failures are counted and logged, and what was learned of
/// accounts is remembered.
class LoginBook {
  public:
    struct Parts {
        AccountNames& names;
        LoginGuard& guard;
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        AccountMetrics& metrics;
    };

    explicit LoginBook(const Parts& parts) : parts_(parts) {}

    /// A failure costs something before it is known to be one, or many asked at once would be free. False: it is not to
    /// be looked at. Otherwise one of the next three follows.
    [[nodiscard]] bool begin(const LoginAttempt& attempt);
    void right(const LoginAttempt& attempt);
    void wrong(const LoginAttempt& attempt);
    void busy(const LoginAttempt& attempt);
    /// Somebody is at home there.
    void remember(const std::string& account, const std::string& address);
    /// The database knows best: an account may have been made or removed from the command line. An empty handle: there
    /// is no such account.
    void learned(const std::string& account, const std::string& handle);

    /// The name as it is stored, or would be.
    [[nodiscard]] std::string stored_name(std::string_view name) const;
    /// Calls `then` when the caller has returned.
    void later(std::function<void()> then) { parts_.scheduler.after(std::chrono::milliseconds(0), std::move(then)); }

  private:
    void log_refusal(const LoginAttempt& attempt, std::string_view why, chat::LogLevel level);

    Parts parts_;
};

}  // namespace patchcord::gateway
