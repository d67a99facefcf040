#include "gateway/auth/sasl_external.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/auth/login_fixture.hpp"
#include "tests/gateway/store/raw_database.hpp"

namespace patchcord::gateway {
namespace {

class SaslExternalTest : public LoginTest {
  protected:
    void SetUp() override {
        LoginTest::SetUp();
        ASSERT_FALSE(outcome([&](auto done) { store_->add_certificate("ana", "aa", done); }));
    }
    Step log_in(const std::string& message, const std::string& fingerprint = "aa") {
        const auto exchange = begin("EXTERNAL", fingerprint);
        return say(*exchange, message);
    }
};

TEST_F(SaslExternalTest, WhoeverHasTheCertificateIsTheAccount) {
    const Step step = log_in("");
    EXPECT_EQ(step.kind, Kind::right);
    EXPECT_EQ(step.who.account, "ana");
    EXPECT_EQ(step.who.device, "");
    EXPECT_TRUE(accounts_->is_account("ana"));
    EXPECT_EQ(log_in("ANA@phone").who.device, "phone");
}

TEST_F(SaslExternalTest, AnotherAccountOrAnUnknownCertificateIsRefused) {
    add_account("bob", "");
    EXPECT_EQ(log_in("bob").kind, Kind::wrong);
    EXPECT_EQ(log_in("ana", "bb").kind, Kind::wrong);
    EXPECT_EQ(log_in("", "bb").kind, Kind::wrong);
    EXPECT_EQ(log_in("ana bb").kind, Kind::wrong) << "a fingerprint is never read from what is said";
    EXPECT_EQ(log_.count("login refused account=bob address=192.0.2.1 result=wrong"), 1U);
}

TEST_F(SaslExternalTest, WithoutACertificateThereIsNoSuchMechanism) {
    EXPECT_EQ(begin("EXTERNAL", ""), nullptr);
    EXPECT_NE(begin("EXTERNAL"), nullptr);
    EXPECT_EQ(begin("external"), nullptr);
}

TEST_F(SaslExternalTest, WhereNoPasswordsAreTakenItIsTheOnlyOne) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(accounts_->mechanisms({"192.0.2.1", "aa", true}), (Names{"PLAIN", "EXTERNAL", "SCRAM-SHA-256"}));
    EXPECT_EQ(accounts_->mechanisms({"192.0.2.1", "", true}), (Names{"PLAIN", "SCRAM-SHA-256"}));
    EXPECT_EQ(accounts_->mechanisms({"192.0.2.1", "aa", false}), (Names{"EXTERNAL"}));
    EXPECT_EQ(accounts_->mechanisms({"192.0.2.1", "", false}), (Names{}));
}

TEST_F(SaslExternalTest, FailuresCountForTheAddress) {
    limit_failures(1);
    EXPECT_EQ(log_in("").kind, Kind::right);
    EXPECT_EQ(log_in("", "bb").kind, Kind::wrong);
    EXPECT_EQ(log_in("").kind, Kind::busy);
    EXPECT_EQ(metrics_.failed_logins.value(), 1);
}

TEST_F(SaslExternalTest, ADatabaseThatFailsIsNobodysFault) {
    limit_failures(1);
    tests::RawDatabase(options_.file).run("ALTER TABLE account_certificate RENAME TO elsewhere");
    EXPECT_EQ(log_in("").kind, Kind::busy);
    tests::RawDatabase(options_.file).run("ALTER TABLE elsewhere RENAME TO account_certificate");
    EXPECT_EQ(log_in("").kind, Kind::right);
}

}  // namespace
}  // namespace patchcord::gateway
