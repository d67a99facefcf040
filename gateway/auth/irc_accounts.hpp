#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/account_verifier.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/auth/account_check.hpp"
#include "gateway/auth/account_names.hpp"
#include "gateway/auth/login_throttle.hpp"

namespace patchcord::gateway {

/// The accounts that people on IRC log in to: those whose name is a nick. Somebody whose account is a handle only signs
/// in on MSN.
class IrcAccounts final : public chat::AccountVerifier {
  public:
    struct Parts {
        AccountCheck& check;
        AccountNames& names;
        LoginThrottle& throttle;
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        AccountMetrics& metrics;
    };
    using Test = std::function<bool(std::string_view name)>;

    /// `domain` is that of handles which stand for people on IRC; newcomers get such a handle, if their name
    /// `is_nick`.
    IrcAccounts(const Parts& parts, std::string domain, Test is_nick, Test stands_for_handle)
        : parts_(parts),
          domain_(std::move(domain)),
          is_nick_(std::move(is_nick)),
          stands_for_handle_(std::move(stands_for_handle)) {}

    void check(Attempt attempt, Done done) override;
    /// A nick that stands for a handle on MSN is an account's, too: else whoever took it would get what is meant for
    /// its owner.
    [[nodiscard]] bool is_account(std::string_view name) const override {
        return parts_.names.contains(name) || stands_for_handle_(name);
    }

  private:
    void settle(const Attempt& attempt, Verdict verdict, const std::string& handle, const Done& done);
    void refuse(const Attempt& attempt, PassportResult why);

    Parts parts_;
    std::string domain_;
    Test is_nick_;
    Test stands_for_handle_;
};

}  // namespace patchcord::gateway
