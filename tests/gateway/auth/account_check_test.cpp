#include "gateway/auth/account_check.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class AccountCheckTest : public StoreTest {
  protected:
    static void SetUpTestSuite() { ASSERT_TRUE(start_password_hashing()); }
    void SetUp() override {
        StoreTest::SetUp();
        check_ = std::make_unique<AccountCheck>(
            AccountCheck::Parts{*store_, passwords_, loop_, log_, metrics_}, [](const std::string& handle) {
                return !handle.ends_with("@irc.gw.test") && !handle.ends_with("@rooms.gw.test");
            });
        Account bob{"bob", "bob@example.com", *hash_password("correct horse"), {}, {}};
        ASSERT_FALSE(outcome([&](auto done) { store_->add_account(bob, done); }));
    }

    Verdict verdict(const std::string& handle, const std::string& password) {
        return wait_for<Verdict>([&](auto done) { check_->check(handle, password, done); });
    }
    [[nodiscard]] bool known(const std::string& handle) {
        using Found = chat::Result<std::optional<Account>>;
        return wait_for<Found>([&](auto done) { store_->find_account(handle, done); }).value().has_value();
    }

    Passwords passwords_{loop_};
    chat::MetricRegistry registry_;
    AccountMetrics metrics_{registry_};
    std::unique_ptr<AccountCheck> check_;
};

TEST_F(AccountCheckTest, ThePasswordMustBeTheAccounts) {
    EXPECT_EQ(verdict("bob@example.com", "correct horse"), Verdict::right);
    EXPECT_EQ(verdict("BOB@Example.com", "correct horse"), Verdict::right);
    EXPECT_EQ(verdict("bob@example.com", "correct horsf"), Verdict::wrong);
    EXPECT_EQ(verdict("bob@example.com", ""), Verdict::wrong);
    EXPECT_EQ(verdict("bob@example.com", std::string(400, 'x')), Verdict::wrong);
}

TEST_F(AccountCheckTest, UnknownAndImpossibleHandlesAreWrong) {
    for (const char* handle : {"ana@example.com", "bob", "", "b b@example.com", "bob@", "zoe@irc.gw.test"}) {
        EXPECT_EQ(verdict(handle, "correct horse"), Verdict::wrong) << handle;
    }
    EXPECT_FALSE(known("ana@example.com"));
}

TEST_F(AccountCheckTest, ANewcomersFirstPasswordIsKept) {
    check_->set_create_on_request(true);
    EXPECT_EQ(verdict("Ana@example.com", "first"), Verdict::right);
    EXPECT_EQ(log_.count("account made on request handle=ana@example.com"), 1U);
    EXPECT_EQ(verdict("ana@example.com", "second"), Verdict::wrong);
    EXPECT_EQ(verdict("ana@example.com", "first"), Verdict::right);
    EXPECT_EQ(verdict("bob@example.com", "first"), Verdict::wrong) << "he had one";
    check_->set_create_on_request(false);
    EXPECT_EQ(verdict("carol@example.com", "first"), Verdict::wrong);
}

TEST_F(AccountCheckTest, NoNewcomerHasAnEmptyOrEndlessPasswordOrAHandleOfTheGateway) {
    check_->set_create_on_request(true);
    EXPECT_EQ(verdict("ana@example.com", ""), Verdict::wrong);
    EXPECT_EQ(verdict("ana@example.com", std::string(max_password_bytes + 1, 'x')), Verdict::wrong);
    EXPECT_EQ(verdict("zoe@irc.gw.test", "first"), Verdict::wrong);
    EXPECT_EQ(verdict("lobby@rooms.gw.test", "first"), Verdict::wrong);
    EXPECT_EQ(verdict("no handle", "first"), Verdict::wrong);
    EXPECT_FALSE(known("ana@example.com"));
    EXPECT_FALSE(known("zoe@irc.gw.test"));
}

TEST_F(AccountCheckTest, OfTwoNewcomersOfOneHandleTheFirstHasIt) {
    check_->set_create_on_request(true);
    std::vector<Verdict> verdicts;
    for (const char* password : {"mine", "no, mine"}) {
        check_->check("ana@example.com", password, [&](Verdict given) { verdicts.push_back(given); });
    }
    run_until([&] { return verdicts.size() == 2; });
    EXPECT_EQ(std::count(verdicts.begin(), verdicts.end(), Verdict::right), 1);
    EXPECT_EQ(std::count(verdicts.begin(), verdicts.end(), Verdict::wrong), 1);
}

TEST_F(AccountCheckTest, SoManyAccountsOpenThemselvesAndThenNewcomersHaveToWait) {
    check_->set_create_on_request(true);
    check_->set_new_accounts({2, 0.001});
    EXPECT_EQ(verdict("one@example.com", "first"), Verdict::right);
    EXPECT_EQ(verdict("two@example.com", "first"), Verdict::right);
    EXPECT_EQ(verdict("three@example.com", "first"), Verdict::busy);
    EXPECT_EQ(verdict("four@example.com", "first"), Verdict::busy);
    EXPECT_FALSE(known("three@example.com"));
    EXPECT_EQ(verdict("one@example.com", "first"), Verdict::right) << "who has one is let in";
    EXPECT_EQ(registry_.value("patchcord_account_limit_hits_total", "limit=\"new_accounts\""), 2);
    EXPECT_EQ(log_.count("limit hit limit=new_accounts"), 1U) << "once, until it ends";
    check_->set_new_accounts({2, 0});
    EXPECT_EQ(verdict("three@example.com", "first"), Verdict::right) << "a rate of 0 is no limit";
    EXPECT_EQ(metrics_.made.value(), 3);
}

TEST_F(AccountCheckTest, ANewcomerWhoseHandleIsSomebodysGetsNoAccountAndAnAnswer) {
    check_->set_create_on_request(true);
    const Verdict given = wait_for<Verdict>([&](auto done) {
        check_->check_name("robert", "first", "bob@example.com",
                           [done](Verdict verdict, const Account&) { done(verdict); });
    });
    EXPECT_EQ(given, Verdict::wrong);
    EXPECT_FALSE(known("robert"));
}

TEST_F(AccountCheckTest, WhenTooManyWaitItSaysSo) {
    std::vector<Verdict> verdicts;
    for (std::size_t i = 0; i < Passwords::most_waiting + 3; ++i) {
        check_->check("zoe@irc.gw.test", "wrong", [&](Verdict given) { verdicts.push_back(given); });
    }
    run_until([&] { return verdicts.size() == Passwords::most_waiting + 3; });
    EXPECT_EQ(std::count(verdicts.begin(), verdicts.end(), Verdict::busy), 3);
    EXPECT_EQ(verdict("bob@example.com", "correct horse"), Verdict::right);
}

TEST_F(AccountCheckTest, ADatabaseThatFailsIsNobodysWrongPassword) {
    check_->set_create_on_request(true);
    tests::RawDatabase(options_.file).run("ALTER TABLE account RENAME TO elsewhere");
    EXPECT_EQ(verdict("bob@example.com", "correct horse"), Verdict::busy);
    EXPECT_EQ(verdict("ana@example.com", "first"), Verdict::busy);
    tests::RawDatabase(options_.file).run("ALTER TABLE elsewhere RENAME TO account");
    EXPECT_EQ(verdict("bob@example.com", "correct horse"), Verdict::right);
    EXPECT_FALSE(known("ana@example.com"));
}

TEST_F(AccountCheckTest, ItAnswersLater) {
    bool answered = false;
    check_->check("no handle", "wrong", [&](Verdict) { answered = true; });
    EXPECT_FALSE(answered);
    run_until([&] { return answered; });
}

}  // namespace
}  // namespace patchcord::gateway
