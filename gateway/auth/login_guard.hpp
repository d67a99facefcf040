#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/auth/login_throttle.hpp"

namespace patchcord::gateway {

/// How often one may fail to log in: by address, whatever the account, and by account, whatever the address. The
/// account's count is ten times as much, and only holds for addresses from which nobody has logged in to it within the
/// last month: strangers who guess from everywhere cannot lock its owner out from where the owner is at home. What is
/// remembered of addresses is bounded, and lost with a restart.
class LoginGuard {
  public:
    /// `by_address` may be shared with other ways to log in.
    LoginGuard(LoginThrottle& by_address, std::size_t most_remembered)
        : by_address_(by_address), by_account_({}, most_remembered), most_remembered_(most_remembered) {}

    /// The rate of one address; `by_address` is not told of it.
    void set_rate(chat::TokenRate rate);
    /// Takes what a failure costs; false when the address, or everybody at this account, has to wait. An empty account
    /// is nobody's, and only the address counts.
    bool begin(std::string_view account, std::string_view address, chat::Now now);
    /// It was no failure: gives it back.
    void forgive(std::string_view account, std::string_view address, chat::Now now);
    /// Somebody has logged in to the account from there.
    void remember(std::string_view account, std::string_view address, chat::Now now);
    /// Accounts and addresses that belong together.
    [[nodiscard]] std::size_t remembered() const { return known_.size(); }

    static constexpr double times_an_address = 10;
    static constexpr std::chrono::hours memory{30 * 24};

  private:
    struct Known {
        std::string key;
        chat::Now at{};
    };

    [[nodiscard]] bool counts_for_account(std::string_view account, std::string_view address, chat::Now now) const;

    LoginThrottle& by_address_;
    LoginThrottle by_account_;
    std::size_t most_remembered_;
    std::list<Known> known_;  // the last to log in first
    std::unordered_map<std::string_view, std::list<Known>::iterator> by_key_;
};

}  // namespace patchcord::gateway
