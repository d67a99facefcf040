#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gateway/auth/irc_accounts.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {

/// Accounts on IRC with all they need. ana's password is "correct horse".
class LoginTest : public StoreTest {
  protected:
    using Step = chat::LoginExchange::Step;
    using Kind = Step::Kind;

    static void SetUpTestSuite() { ASSERT_TRUE(start_password_hashing()); }
    void SetUp() override {
        StoreTest::SetUp();
        check_ = std::make_unique<AccountCheck>(AccountCheck::Parts{*store_, passwords_, loop_, log_, metrics_},
                                                [](const std::string&) { return true; });
        accounts_ = std::make_unique<IrcAccounts>(
            IrcAccounts::Parts{*check_, names_, book_, *store_}, "irc.gw.test",
            [](std::string_view name) { return irc::is_valid_nick(name, 30); },
            [](std::string_view name) { return name == "taken"; });
        add_account("ana", make_scram_secrets("correct horse"));
    }
    void add_account(const std::string& name, const std::string& scram) {
        const Account account{name, name + "@example.com", *hash_password("correct horse"), {}, {}, scram};
        ASSERT_FALSE(outcome([&](auto done) { store_->add_account(account, done); }));
    }
    [[nodiscard]] std::optional<Account> find(const std::string& name) {
        using Found = chat::Result<std::optional<Account>>;
        return wait_for<Found>([&](auto done) { store_->find_account(name, done); }).value();
    }
    std::unique_ptr<chat::LoginExchange> begin(std::string_view mechanism, std::string fingerprint = "aa",
                                               std::string address = "192.0.2.1") {
        return accounts_->begin(mechanism, {std::move(address), std::move(fingerprint), true},
                                [this](const std::string&) { return may_open_; });
    }
    Step say(chat::LoginExchange& exchange, const std::string& message) {
        return wait_for<Step>([&](auto done) { exchange.respond(message, done); });
    }
    /// So many failures are let through.
    void limit_failures(double burst) {
        throttle_.set_rate({burst, 0.001});
        guard_.set_rate({burst, 0.001});
    }

    bool may_open_ = true;
    Passwords passwords_{loop_};
    chat::MetricRegistry registry_;
    AccountMetrics metrics_{registry_};
    AccountNames names_{irc::fold_table(irc::Casemapping::rfc1459)};
    LoginThrottle throttle_{{}, 100};
    LoginGuard guard_{throttle_, 100};
    LoginBook book_{LoginBook::Parts{names_, guard_, loop_, log_, metrics_}};
    std::unique_ptr<AccountCheck> check_;
    std::unique_ptr<IrcAccounts> accounts_;
};

}  // namespace patchcord::gateway
