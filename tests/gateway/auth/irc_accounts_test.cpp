#include "gateway/auth/irc_accounts.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

using Answer = chat::AccountVerifier::Answer;

/// ana's password is "correct horse".
class IrcAccountVerifierTest : public StoreTest {
  protected:
    static void SetUpTestSuite() { ASSERT_TRUE(start_password_hashing()); }
    void SetUp() override {
        StoreTest::SetUp();
        add_account("ana", "ana@example.com");
        reopen();
        start();
    }
    void start() {
        names_.replace(store_->take_account_names());
        check_ = std::make_unique<AccountCheck>(AccountCheck::Parts{*store_, passwords_, loop_, log_, metrics_},
                                                [](const std::string&) { return true; });
        accounts_ = std::make_unique<IrcAccounts>(
            IrcAccounts::Parts{*check_, names_, book_, *store_}, "irc.gw.test",
            [](std::string_view name) { return irc::is_valid_nick(name, 30); },
            [](std::string_view name) { return name == "taken"; });
    }
    void add_account(const std::string& name, const std::string& handle) {
        const Account account{name, handle, *hash_password("correct horse"), {}, {}};
        ASSERT_FALSE(outcome([&](auto done) { store_->add_account(account, done); }));
    }

    /// The answer and the account's name.
    std::pair<Answer, std::string> log_in(const std::string& name, const std::string& password, bool may_open = true,
                                          const std::string& address = "192.0.2.1") {
        using Given = std::pair<Answer, std::string>;
        return wait_for<Given>([&](auto done) {
            accounts_->check({name, password, address, may_open},
                             [done](Answer answer, const chat::AccountIdentity& who) {
                                 done(Given(answer, who.account + (who.device.empty() ? "" : "@" + who.device)));
                             });
        });
    }
    Answer answer(const std::string& name, const std::string& password) { return log_in(name, password).first; }
    std::string handle_of(const std::string& name) {
        using Found = chat::Result<std::optional<Account>>;
        const auto found = wait_for<Found>([&](auto done) { store_->find_account(name, done); }).value();
        return found ? found->handle : std::string();
    }

    Passwords passwords_{loop_};
    chat::MetricRegistry registry_;
    AccountMetrics metrics_{registry_};
    AccountNames names_{irc::fold_table(irc::Casemapping::rfc1459)};
    LoginThrottle throttle_{{}, 10};
    LoginGuard guard_{throttle_, 10};
    LoginBook book_{LoginBook::Parts{names_, guard_, loop_, log_, metrics_}};
    std::unique_ptr<AccountCheck> check_;
    std::unique_ptr<IrcAccounts> accounts_;
};

TEST_F(IrcAccountVerifierTest, TheRightPasswordGetsTheNameAsItIsStored) {
    using Given = std::pair<Answer, std::string>;
    EXPECT_EQ(log_in("ANA", "correct horse"), (Given{Answer::right, "ana"}));
    EXPECT_EQ(log_in("ana", "wrong"), (Given{Answer::wrong, ""}));
    EXPECT_EQ(log_.count("login refused account=ana address=192.0.2.1 result=wrong"), 1U);
    EXPECT_EQ(log_.count("horse"), 0U);
}

TEST_F(IrcAccountVerifierTest, ItIsSaidWhenTheAccountWasMade) {
    const auto made = [&](const std::string& name) {
        return wait_for<chat::WallTime>([&](auto done) {
            accounts_->check({name, "correct horse", "192.0.2.1", true},
                             [done](Answer, const chat::AccountIdentity& who) { done(who.made); });
        });
    };
    const auto stored = [&](const std::string& name) {
        using Found = chat::Result<std::optional<Account>>;
        return wait_for<Found>([&](auto done) { store_->find_account(name, done); }).value()->created_at;
    };
    EXPECT_EQ(made("ana"), stored("ana"));
    EXPECT_NE(made("ana"), chat::WallTime{});
    check_->set_create_on_request(true);
    const chat::WallTime newcomer = made("carol");
    EXPECT_EQ(newcomer, stored("carol"));
}

TEST_F(IrcAccountVerifierTest, AHandleIsNobodysName) {
    check_->set_create_on_request(true);
    add_account("bob@example.com", "bob@example.com");
    EXPECT_EQ(answer("bob@example.com", "correct horse"), Answer::wrong);
    EXPECT_EQ(answer("new@example.com", "correct horse"), Answer::wrong);
    EXPECT_EQ(handle_of("new@example.com"), "");
    EXPECT_EQ(handle_of("new"), "") << "who names a device is no newcomer";
    EXPECT_FALSE(accounts_->is_account("bob@example.com"));
}

TEST_F(IrcAccountVerifierTest, WhatFollowsTheNameIsADevice) {
    using Given = std::pair<Answer, std::string>;
    EXPECT_EQ(log_in("Ana@phone", "correct horse"), (Given{Answer::right, "ana@phone"}));
    EXPECT_EQ(log_in("ana/phone", "correct horse"), (Given{Answer::right, "ana@phone"}));
    EXPECT_EQ(log_in("ana@phone", "wrong"), (Given{Answer::wrong, ""}));
    EXPECT_EQ(log_.count("login refused account=ana address=192.0.2.1 result=wrong"), 1U);
}

TEST_F(IrcAccountVerifierTest, GuessesFromEverywhereAtOneAccountAreLimited) {
    throttle_.set_rate({2, 0.001});
    guard_.set_rate({2, 0.001});
    EXPECT_EQ(answer("ana", "correct horse"), Answer::right);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(guard_.begin("ana", "198.51.100." + std::to_string(i), loop_.now()));
    EXPECT_EQ(log_in("ana", "correct horse", true, "203.0.113.1").first, Answer::busy) << "a stranger's address";
    EXPECT_EQ(answer("ana", "correct horse"), Answer::right) << "the owner's";
}

TEST_F(IrcAccountVerifierTest, ANewcomersFirstPasswordIsKeptWhereThatIsAllowed) {
    EXPECT_EQ(answer("carol", "first"), Answer::wrong);
    EXPECT_FALSE(accounts_->is_account("carol"));
    check_->set_create_on_request(true);
    EXPECT_EQ(answer("Carol", "first"), Answer::right);
    EXPECT_EQ(log_.count("account made on request handle=carol@irc.gw.test account=carol"), 1U);
    EXPECT_TRUE(accounts_->is_account("CAROL"));
    EXPECT_EQ(handle_of("carol"), "carol@irc.gw.test");
    EXPECT_EQ(answer("carol", "second"), Answer::wrong);
    EXPECT_EQ(answer("carol", "first"), Answer::right);
    EXPECT_EQ(metrics_.made.value(), 1);
}

TEST_F(IrcAccountVerifierTest, NoNewcomerHasANameThatIsNoneOrSomebodysOrAnEmptyOrEndlessPassword) {
    check_->set_create_on_request(true);
    for (const char* name : {"", "a b", "1ana", "#ana", "taken", "\u0430na"}) {
        EXPECT_EQ(answer(name, "first"), Answer::wrong) << name;
    }
    EXPECT_EQ(log_in("carol", "first", false).first, Answer::wrong) << "somebody else goes by it";
    EXPECT_EQ(answer("carol", ""), Answer::wrong);
    EXPECT_EQ(answer("carol", std::string(max_password_bytes + 1, 'x')), Answer::wrong);
    EXPECT_EQ(metrics_.made.value(), 0);
    EXPECT_FALSE(accounts_->is_account("carol"));
}

TEST_F(IrcAccountVerifierTest, NamesThatAreOneNickAreOneAccount) {
    check_->set_create_on_request(true);
    EXPECT_EQ(log_in("[x]", "first"), std::make_pair(Answer::right, std::string("[x]")));
    EXPECT_EQ(log_in("{X}", "first"), std::make_pair(Answer::right, std::string("[x]")));
    EXPECT_EQ(answer("{x}", "second"), Answer::wrong);
    EXPECT_EQ(metrics_.made.value(), 1);
}

TEST_F(IrcAccountVerifierTest, WhatTheCommandLineMadeOrRemovedIsNoticedWithTheNextLogin) {
    add_account("carol", "carol@example.com");
    EXPECT_FALSE(accounts_->is_account("carol"));
    EXPECT_EQ(answer("carol", "wrong"), Answer::wrong);
    EXPECT_TRUE(accounts_->is_account("carol"));
    EXPECT_FALSE(names_.is_anothers("carol", "carol@example.com"));
    tests::RawDatabase(options_.file).run("DELETE FROM account WHERE name = 'carol'");
    EXPECT_EQ(answer("carol", "correct horse"), Answer::wrong);
    EXPECT_FALSE(accounts_->is_account("carol"));
}

TEST_F(IrcAccountVerifierTest, AccountsAreKnownAgainAfterARestart) {
    check_->set_create_on_request(true);
    EXPECT_EQ(answer("carol", "first"), Answer::right);
    accounts_.reset();
    check_.reset();
    names_.replace({});
    reopen();
    start();
    EXPECT_TRUE(accounts_->is_account("carol"));
    EXPECT_TRUE(accounts_->is_account("ana"));
    EXPECT_EQ(answer("carol", "first"), Answer::right);
}

TEST_F(IrcAccountVerifierTest, WrongPasswordsFromOneAddressAreLimitedWhateverTheAccount) {
    throttle_.set_rate({2, 0.001});
    EXPECT_EQ(answer("ana", "wrong"), Answer::wrong);
    EXPECT_EQ(answer("ana", "correct horse"), Answer::right) << "what is right costs nothing";
    EXPECT_EQ(answer("bob", "wrong"), Answer::wrong);
    EXPECT_EQ(answer("ana", "correct horse"), Answer::busy) << "not looked at";
    EXPECT_EQ(metrics_.failed_logins.value(), 1);
    EXPECT_EQ(log_.count("result=throttled"), 1U);
    EXPECT_EQ(log_in("ana", "correct horse", true, "192.0.2.2").first, Answer::right) << "the owner is not kept out";
}

TEST_F(IrcAccountVerifierTest, ADatabaseThatFailsIsNobodysWrongPassword) {
    throttle_.set_rate({1, 0.001});
    tests::RawDatabase(options_.file).run("ALTER TABLE account RENAME TO elsewhere");
    EXPECT_EQ(answer("ana", "correct horse"), Answer::busy);
    EXPECT_TRUE(accounts_->is_account("ana")) << "it is not forgotten";
    tests::RawDatabase(options_.file).run("ALTER TABLE elsewhere RENAME TO account");
    EXPECT_EQ(answer("ana", "correct horse"), Answer::right);
}

}  // namespace
}  // namespace patchcord::gateway
