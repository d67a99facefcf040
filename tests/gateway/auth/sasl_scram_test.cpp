#include "gateway/auth/sasl_scram.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/auth/login_fixture.hpp"
#include "tests/gateway/auth/scram_client.hpp"

namespace patchcord::gateway {
namespace {

class SaslScramTest : public LoginTest {
  protected:
    struct Outcome {
        Step step;
        bool satisfied = false;
    };
    /// A whole exchange, up to whatever ends it.
    Outcome log_in(const std::string& name, const std::string& password, const std::string& address = "192.0.2.1") {
        const auto exchange = begin("SCRAM-SHA-256", "", address);
        ScramTestClient client(name, password);
        Step step{Kind::challenge};
        for (int i = 0; i < 3 && step.kind == Kind::challenge; ++i) {
            step = say(*exchange, client.say(step.challenge));
        }
        return {step, client.satisfied()};
    }
    Kind kind(const std::string& name, const std::string& password) { return log_in(name, password).step.kind; }
    static std::string part(const std::string& challenge, char name) {
        const std::size_t at = challenge.find("," + std::string(1, name) + "=");
        return challenge.substr(at + 3, challenge.find(',', at + 1) - at - 3);
    }
};

TEST_F(SaslScramTest, ThePasswordIsProvedAndSoIsTheServer) {
    const Outcome outcome = log_in("Ana@phone", "correct horse");
    EXPECT_EQ(outcome.step.kind, Kind::right);
    EXPECT_EQ(outcome.step.who.account, "ana");
    EXPECT_EQ(outcome.step.who.device, "phone");
    EXPECT_TRUE(outcome.satisfied);
    EXPECT_TRUE(accounts_->is_account("ana"));
}

TEST_F(SaslScramTest, AWrongPasswordFailsAtTheProof) {
    EXPECT_EQ(kind("ana", "correct horsf"), Kind::wrong);
    EXPECT_EQ(log_.count("login refused account=ana address=192.0.2.1 result=wrong"), 1U);
}

TEST_F(SaslScramTest, AnAccountThatThereIsNotCannotBeToldFromAWrongPassword) {
    for (const char* name : {"ana", "bob", "carol"}) {
        const auto exchange = begin("SCRAM-SHA-256");
        ScramTestClient client(name, "guess");
        const Step first = say(*exchange, client.say(""));
        ASSERT_EQ(first.kind, Kind::challenge) << name;
        EXPECT_EQ(part(first.challenge, 'i'), "15000");
        EXPECT_EQ(part(first.challenge, 's').size(), 24U);
        const auto again = begin("SCRAM-SHA-256");
        const Step second = say(*again, ScramTestClient(name, "guess").say(""));
        EXPECT_EQ(part(second.challenge, 's'), part(first.challenge, 's')) << "the same salt each time";
        EXPECT_EQ(say(*exchange, client.say(first.challenge)).kind, Kind::wrong);
    }
}

TEST_F(SaslScramTest, AnAccountWhosePasswordWasNeverSeenHasToSayItFirst) {
    add_account("bob", "");
    EXPECT_EQ(kind("bob", "correct horse"), Kind::wrong);
}

TEST_F(SaslScramTest, AnEmptyMessageEndsItAndNothingElseDoes) {
    const auto exchange = begin("SCRAM-SHA-256");
    ScramTestClient client("ana", "correct horse");
    const std::string proof = client.say(say(*exchange, client.say("")).challenge);
    EXPECT_EQ(say(*exchange, proof).kind, Kind::challenge);
    EXPECT_EQ(say(*exchange, "more").kind, Kind::wrong);
    EXPECT_EQ(say(*exchange, "").kind, Kind::wrong) << "it is over";
}

TEST_F(SaslScramTest, NonsenseIsWrongWithoutALook) {
    limit_failures(1);
    for (const char* message : {"", "n", "n,,n=ana", "p=tls-unique,,n=ana,r=x", "n,a=bob,n=ana,r=x"}) {
        const auto exchange = begin("SCRAM-SHA-256");
        EXPECT_EQ(say(*exchange, message).kind, Kind::wrong) << message;
        EXPECT_EQ(say(*exchange, message).kind, Kind::wrong) << message;
    }
    EXPECT_EQ(kind("ana", "correct horse"), Kind::right);
}

TEST_F(SaslScramTest, OnlyProofsThatAreWrongCountAsFailures) {
    limit_failures(1);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(kind("ana", "correct horse"), Kind::right);
    EXPECT_EQ(kind("ana", "guess"), Kind::wrong);
    EXPECT_EQ(kind("ana", "correct horse"), Kind::busy);
    EXPECT_EQ(log_in("ana", "correct horse", "192.0.2.2").step.kind, Kind::right);
}

TEST_F(SaslScramTest, WhoeverIsGoneIsNotAnswered) {
    bool answered = false;
    auto exchange = begin("SCRAM-SHA-256");
    exchange->respond("n,,n=ana,r=nonce", [&](const Step&) { answered = true; });
    exchange.reset();
    EXPECT_EQ(kind("ana", "correct horse"), Kind::right);
    EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace patchcord::gateway
