#include "gateway/auth/irc_account_desk.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "gateway/store/limits.hpp"
#include "tests/gateway/auth/login_fixture.hpp"

namespace patchcord::gateway {
namespace {

using Opened = chat::AccountDesk::Opened;

const std::string fingerprint(64, 'a');

class IrcAccountDeskTest : public LoginTest {
  protected:
    void SetUp() override {
        LoginTest::SetUp();
        desk_ = std::make_unique<IrcAccountDesk>(
            IrcAccountDesk::Parts{*accounts_, *check_, book_, passwords_, *store_, log_});
    }
    std::pair<Opened, std::string> open_account(const std::string& name, const std::string& password,
                                                bool may_open = true) {
        using Given = std::pair<Opened, std::string>;
        return wait_for<Given>([&](auto done) {
            desk_->open(
                {name, password, "192.0.2.1", may_open},
                [done](Opened outcome, const chat::AccountIdentity& who) { done(Given(outcome, who.account)); });
        });
    }
    Opened outcome_of(const std::string& name, const std::string& password) {
        return open_account(name, password).first;
    }
    std::string change(const std::string& old_password, const std::string& new_password) {
        return wait_for<std::string>([&](auto done) {
            desk_->change_password({"ana", "192.0.2.1", old_password, new_password}, done);
        });
    }
    std::string add_certificate(const std::string& account, const std::string& text) {
        return wait_for<std::string>([&](auto done) { desk_->add_certificate(account, text, done); });
    }
    std::string remove_certificate(const std::string& account, const std::string& text) {
        return wait_for<std::string>([&](auto done) { desk_->remove_certificate(account, text, done); });
    }
    std::vector<std::string> certificates(const std::string& account) {
        using Certificates = chat::Result<std::vector<std::string>>;
        return wait_for<Certificates>([&](auto done) { desk_->certificates(account, done); }).value();
    }
    bool has_password(const std::string& name, const std::string& password) {
        using Answer = chat::AccountVerifier::Answer;
        return wait_for<Answer>([&](auto done) {
                   accounts_->check({name, password, "192.0.2.9"},
                                    [done](Answer answer, const chat::AccountIdentity&) { done(answer); });
               }) == Answer::right;
    }

    std::unique_ptr<IrcAccountDesk> desk_;
};

TEST_F(IrcAccountDeskTest, AnAccountIsOpenedUnderAFreeName) {
    EXPECT_EQ(open_account("Carol", "long enough"), std::make_pair(Opened::done, std::string("carol")));
    EXPECT_TRUE(accounts_->is_account("carol"));
    EXPECT_TRUE(has_password("carol", "long enough"));
    EXPECT_EQ(find("carol")->handle, "carol@irc.gw.test");
    EXPECT_TRUE(parse_scram_secrets(find("carol")->scram));
    EXPECT_EQ(log_.count("account made on request handle=carol@irc.gw.test account=carol"), 1U);
    EXPECT_EQ(metrics_.made.value(), 1);
}

TEST_F(IrcAccountDeskTest, ANameThatIsSomebodysOrNoneOpensNothing) {
    EXPECT_EQ(outcome_of("ana", "long enough"), Opened::exists) << "the database knows";
    EXPECT_EQ(outcome_of("taken", "long enough"), Opened::exists) << "it stands for somebody on MSN";
    for (const char* name : {"", "1carol", "carol@example.com", "#carol", "c d", "\xD0\xB0na"}) {
        EXPECT_EQ(outcome_of(name, "long enough"), Opened::bad_name) << name;
    }
    EXPECT_EQ(open_account("carol", "long enough", false).first, Opened::bad_name) << "somebody goes by it";
    EXPECT_EQ(metrics_.made.value(), 0);
}

TEST_F(IrcAccountDeskTest, APasswordHasEightBytesAtLeastAndNotMoreThanOthers) {
    EXPECT_EQ(outcome_of("carol", "1234567"), Opened::weak_password);
    EXPECT_EQ(outcome_of("carol", std::string(max_password_bytes + 1, 'x')), Opened::bad_password);
    EXPECT_EQ(outcome_of("carol", "12345678"), Opened::done);
}

TEST_F(IrcAccountDeskTest, NewAccountsShareTheLimitOfNewcomers) {
    check_->set_new_accounts({1, 0.001});
    EXPECT_EQ(outcome_of("bob", "long enough"), Opened::done);
    EXPECT_EQ(outcome_of("carol", "long enough"), Opened::busy);
    EXPECT_EQ(metrics_.new_accounts.value(), 1);
}

TEST_F(IrcAccountDeskTest, ThePasswordChangesForWhoeverKnowsTheOldOne) {
    EXPECT_EQ(change("correct horse", "battery staple"), "");
    EXPECT_TRUE(has_password("ana", "battery staple"));
    EXPECT_FALSE(has_password("ana", "correct horse"));
    EXPECT_EQ(log_.count("password changed account=ana"), 1U);
    EXPECT_EQ(log_.count("staple"), 0U);
}

TEST_F(IrcAccountDeskTest, AWrongOldPasswordChangesNothingAndIsAFailedLogin) {
    limit_failures(1);
    EXPECT_EQ(change("guess", "battery staple"), "The old password is wrong");
    EXPECT_NE(change("correct horse", "battery staple").find("Too many logins"), std::string::npos);
    EXPECT_TRUE(has_password("ana", "correct horse"));
}

TEST_F(IrcAccountDeskTest, ANewPasswordKeepsTheRulesOfAFirstOne) {
    EXPECT_NE(change("correct horse", "short").find("too short"), std::string::npos);
    EXPECT_NE(change("correct horse", std::string(301, 'x')).find("too long"), std::string::npos);
    EXPECT_TRUE(has_password("ana", "correct horse"));
}

TEST_F(IrcAccountDeskTest, CertificatesAreAddedAndRemovedInAnySpelling) {
    std::string with_colons;
    for (int i = 0; i < 32; ++i) with_colons += i == 0 ? "AA" : ":AA";
    EXPECT_EQ(add_certificate("ana", with_colons), "");
    EXPECT_EQ(certificates("ana"), std::vector<std::string>{fingerprint});
    EXPECT_NE(add_certificate("ana", fingerprint).find("already"), std::string::npos);
    EXPECT_EQ(remove_certificate("ana", with_colons), "");
    EXPECT_TRUE(certificates("ana").empty());
    EXPECT_NE(remove_certificate("ana", fingerprint).find("no such certificate"), std::string::npos);
}

TEST_F(IrcAccountDeskTest, ACertificateIsOneAccountsAndAnAccountHasSoMany) {
    add_account("bob", "");
    EXPECT_EQ(add_certificate("bob", fingerprint), "");
    EXPECT_NE(add_certificate("ana", fingerprint).find("Another account"), std::string::npos);
    for (std::size_t i = 0; i < most_certificates; ++i) {
        EXPECT_EQ(add_certificate("ana", std::string(63, 'b') + std::to_string(i)), "") << i;
    }
    EXPECT_NE(add_certificate("ana", std::string(64, 'c')).find("may not know more"), std::string::npos);
}

TEST(FingerprintTest, WhatIsNotTheHashOfACertificateIsNone) {
    EXPECT_EQ(parse_fingerprint(fingerprint), fingerprint);
    for (const std::string& text : {std::string(), std::string("aa"), std::string(63, 'a'), std::string(65, 'a'),
                                    std::string(64, 'g'), fingerprint + " ", std::string(64, ':')}) {
        EXPECT_FALSE(parse_fingerprint(text)) << text;
    }
}

}  // namespace
}  // namespace patchcord::gateway
